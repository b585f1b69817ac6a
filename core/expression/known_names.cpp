#include "core/expression/known_names.hpp"

#include "core/expression/syntax_tree.hpp"
#include "core/expression/words.hpp"
#include "core/indicators/catalogue.hpp"

#include <algorithm>

namespace tradesh::expression {
namespace {

using indicators::Indicator;

std::string_view family_of(std::string_view name) { return name.substr(0, name.find(':')); }

template <class Named>
bool contains(std::span<const Named> all, std::string_view name) {
    return std::ranges::find(all, name, &Named::name) != all.end();
}

std::string call(std::string_view function, const std::vector<std::string>& arguments) {
    std::string text(function);
    std::string_view separator = "(";
    for (const std::string& argument : arguments) {
        text.append(separator).append(argument);
        separator = ", ";
    }
    return text + ")";
}

std::string call_by_position(const Indicator& indicator, std::string_view parameter) {
    const bool is_input = contains(indicator.inputs, parameter);
    if (!is_input && !contains(indicator.parameters, parameter)) {
        return "";
    }
    std::vector<std::string> arguments;
    for (const indicators::Input& input : indicator.inputs) {
        if (is_input || !input.usual) {
            arguments.emplace_back(input.usual ? name_of(*input.usual) : input.name);
        }
    }
    for (const indicators::Parameter& each : indicator.parameters) {
        arguments.push_back(print_number(each.usual));
    }
    return call(indicator.name, arguments);
}

std::string call_by_position(const Word& word, std::string_view parameter) {
    if (!contains(word.parameters, parameter)) {
        return "";
    }
    std::vector<std::string> arguments;
    for (const WordParameter& each : word.parameters) {
        arguments.emplace_back(each.usual.empty() ? each.name : each.usual);
    }
    return call(word.name, arguments);
}

} // namespace

std::vector<std::string_view> known_names() {
    std::vector<std::string_view> known;
    for (const indicators::Column column : indicators::columns) {
        known.push_back(name_of(column));
    }
    for (const Indicator& indicator : indicators::catalogue()) {
        known.push_back(indicator.name);
    }
    for (const Word& word : words()) {
        known.push_back(word.name);
    }
    return known;
}

std::vector<std::string_view> variants_of(std::string_view name) {
    std::vector<std::string_view> variants;
    const Indicator* meant = name.contains(':') ? indicators::find_indicator(family_of(name)) : nullptr;
    if (meant == nullptr) {
        return variants;
    }
    for (const Indicator& indicator : indicators::catalogue()) {
        if (family_of(indicator.name) == family_of(meant->name)) {
            variants.push_back(indicator.name);
            for (const std::string_view other : indicators::other_names(indicator)) {
                if (family_of(other) == family_of(meant->name)) {
                    variants.push_back(other);
                }
            }
        }
    }
    return variants;
}

std::string call_by_position(std::string_view function, std::string_view parameter) {
    if (const Word* word = find_word(function)) {
        return call_by_position(*word, parameter);
    }
    const Indicator* indicator = indicators::find_indicator(function.substr(0, function.find('.')));
    return indicator == nullptr ? "" : call_by_position(*indicator, parameter);
}

} // namespace tradesh::expression
