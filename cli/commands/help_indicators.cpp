#include "cli/commands/help_indicators.hpp"

#include "cli/commands/help_text.hpp"
#include "core/expression/syntax_tree.hpp"

namespace tradesh::cli {
namespace {

using indicators::Indicator;
using indicators::Memory;

std::vector<double> usual_parameters(const Indicator& indicator) {
    std::vector<double> values;
    for (const indicators::Parameter& parameter : indicator.parameters) {
        values.push_back(parameter.usual);
    }
    return values;
}

/// "rsi(14)", "sum(series, 20)", "macd.signal(12, 26, 9)": only series that have to be given.
std::string usual_call(const Indicator& indicator, std::string_view output = {}) {
    std::string text(indicator.name);
    if (!output.empty()) {
        text.append(".").append(output);
    }
    std::string_view separator = "(";
    for (const indicators::Input& input : indicator.inputs) {
        if (!input.usual) {
            text.append(separator).append(input.name);
            separator = ", ";
        }
    }
    for (const double value : usual_parameters(indicator)) {
        text.append(separator).append(expression::print_number(value));
        separator = ", ";
    }
    return text + (separator == "(" ? "()" : ")");
}

/// The lines of a text that is broken at spaces, each behind the margin.
std::string paragraph(std::string_view text) {
    constexpr std::size_t width = 96;
    std::string lines;
    while (!text.empty()) {
        std::size_t length = text.size();
        if (length > width) {
            const std::size_t space = text.rfind(' ', width);
            length = space == std::string_view::npos ? width : space;
        }
        lines.append("  ").append(text.substr(0, length)).append("\n");
        text.remove_prefix(length);
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
    return lines;
}

std::string parameters_text(const Indicator& indicator) {
    std::vector<HelpEntry> entries;
    for (const indicators::Input& input : indicator.inputs) {
        entries.emplace_back(input.name, input.usual
                                             ? "a series; " + std::string(name_of(*input.usual)) + " if none is given"
                                             : "a series, such as close or rsi(14)");
    }
    for (const indicators::Parameter& parameter : indicator.parameters) {
        entries.emplace_back(parameter.name, std::string(parameter.whole ? "a whole number" : "a number") + " from " +
                                                 expression::print_number(parameter.least) + " to " +
                                                 expression::print_number(parameter.most) + "; usually " +
                                                 expression::print_number(parameter.usual));
    }
    return entries_text(entries);
}

std::string outputs_text(const Indicator& indicator) {
    if (indicator.outputs.size() == 1) {
        return "";
    }
    std::vector<HelpEntry> entries;
    for (const std::string_view output : indicator.outputs) {
        const bool is_first = output == indicator.outputs.front();
        entries.emplace_back(usual_call(indicator, output), is_first ? "the same as " + usual_call(indicator) : "");
    }
    std::string text = "\nvalues\n";
    for (const auto& [term, meaning] : entries) {
        text += "  " + term + (meaning.empty() ? "" : "  " + meaning) + "\n";
    }
    return text;
}

std::string memory_text(const Indicator& indicator, std::size_t settling) {
    switch (indicator.memory) {
    case Memory::window: return "it depends on those bars alone";
    case Memory::fading:
        return "older bars matter less and less: below 1e-9 after " + std::to_string(settling) + " more bars";
    case Memory::path:
        return "older bars matter until a turn: usually no longer after " + std::to_string(settling) + " more bars";
    case Memory::unlimited: return "it counts from the first stored bar on: a scan reads every bar there is";
    }
    return "";
}

std::string variants_text(const Indicator& indicator) {
    const std::string_view family = indicator.name.substr(0, indicator.name.find(':'));
    std::vector<HelpEntry> entries;
    for (const Indicator& other : indicators::catalogue()) {
        if (other.name != indicator.name && other.name.substr(0, other.name.find(':')) == family) {
            entries.emplace_back(other.name, other.summary);
        }
    }
    std::string text = entries.empty() ? "" : "\nvariants\n" + entries_text(entries);
    std::string names;
    for (const std::string_view name : indicators::other_names(indicator)) {
        names.append(names.empty() ? "" : ", ").append(name);
    }
    return names.empty() ? text : text + "\nalso written\n" + paragraph(names);
}

} // namespace

std::string help_on_indicators() {
    std::vector<HelpEntry> entries;
    for (const Indicator& indicator : indicators::catalogue()) {
        entries.emplace_back(usual_call(indicator), indicator.summary);
    }
    return "indicators, with their usual values\n" + entries_text(entries) +
           "\nValues that are left out are the usual ones. Where no series is shown the indicator reads the bars; one "
           "that\n"
           "reads close takes another series first: sma(volume, 20), ema(rsi(14), 5).\n"
           "help rsi shows formula, ranges, variants and source; help expressions how indicators are put together\n";
}

std::string help_on_indicator(const Indicator& indicator) {
    const std::vector<double> usual = usual_parameters(indicator);
    const std::size_t lookback = indicator.lookback(usual);
    return std::string(indicator.name) + ": " + std::string(indicator.summary) + "\n\nusage: " + signature(indicator) +
           "\n\nformula\n" + paragraph(indicator.formula) + "\narguments\n" + parameters_text(indicator) +
           outputs_text(indicator) + "\nbars, with the usual values\n" +
           entries_text({{"first value", "on bar " + std::to_string(lookback + 1)},
                         {"memory", memory_text(indicator, indicator.settling(usual))}}) +
           variants_text(indicator) + "\nsource\n" + paragraph(indicator.source);
}

std::vector<std::string_view> indicator_names() {
    std::vector<std::string_view> names;
    for (const Indicator& indicator : indicators::catalogue()) {
        names.push_back(indicator.name);
    }
    return names;
}

} // namespace tradesh::cli
