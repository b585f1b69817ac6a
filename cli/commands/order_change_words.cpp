#include "cli/commands/order_change_words.hpp"

#include "cli/parse/values.hpp"
#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace tradesh::cli {
namespace {

constexpr std::string_view change_hint =
    "name what changes: quantity 50, limit +1t, stop 95, trail 1pct, target 110, protect 95 or protect entry";
constexpr std::string_view present_price = "the present price";

std::unexpected<Error> wrong(const Word& word, std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint).at(word.where()));
}

/// Puts a value into its place, or hands its error on.
template <class T, class U>
Result<void> assign(std::optional<T>& place, const Result<U>& value) {
    if (!value) {
        return fail(value.error());
    }
    place = T(*value);
    return {};
}

Result<Decimal> quantity_of(const Word& word) {
    const Result<ParsedSize> size = parse_size(std::span(&word, 1));
    if (!size) {
        return fail(size.error());
    }
    const auto* units = std::get_if<orders::SizeInUnits>(&size->value);
    if (units == nullptr) {
        return wrong(word, "modify.quantity", "'" + word.text + "' is no quantity", "write the new total: quantity 50");
    }
    return units->quantity;
}

Result<void> read_protect(std::span<const Word> values, std::size_t& used, orders::OrderChange& change) {
    if (values[0].text == "entry") {
        change.protect_entry = true;
        return {};
    }
    if (values[0].text != "trail") {
        return assign(change.protect, parse_price_or_step(values[0], present_price));
    }
    if (values.size() < 2) {
        return wrong(values[0], "order.value_missing", "'trail' needs a value", "for example: protect trail 1pct");
    }
    used = 2;
    return assign(change.protect, parse_trail(values[1]));
}

/// One clause: `values` is what stands behind its word, `used` how much of it belongs to the clause.
Result<void> read_clause(const Word& word, std::span<const Word> values, std::size_t& used,
                         orders::OrderChange& change) {
    constexpr std::array<std::string_view, 6> clauses{"quantity", "limit", "stop", "trail", "target", "protect"};
    if (std::ranges::find(clauses, std::string_view(word.text)) == clauses.end()) {
        const std::string nearest = did_you_mean(word.text, clauses);
        return wrong(word, "order.unknown_word", "'" + word.text + "' is no part of a change",
                     nearest.empty() ? change_hint : std::string_view(nearest));
    }
    if (values.empty()) {
        return wrong(word, "order.value_missing", "'" + word.text + "' needs a value", change_hint);
    }
    used = 1;
    if (word.text == "quantity") {
        return assign(change.quantity, quantity_of(values[0]));
    }
    if (word.text == "limit") {
        return assign(change.limit, parse_price_or_step(values[0], present_price));
    }
    if (word.text == "stop") {
        return assign(change.stop, parse_price_or_step(values[0], present_price));
    }
    if (word.text == "trail") {
        return assign(change.trail, parse_trail(values[0]));
    }
    if (word.text == "target") {
        return assign(change.target, parse_price_or_step(values[0], present_price));
    }
    return read_protect(values, used, change);
}

} // namespace

Result<orders::OrderChange> parse_change_words(const Arguments& arguments) {
    orders::OrderChange change;
    std::set<std::string_view> seen;
    std::span<const Word> rest = arguments.all("terms");
    while (!rest.empty()) {
        const Word& word = rest.front();
        if (!seen.insert(word.text).second) {
            return wrong(word, "modify.twice", "'" + word.text + "' is there twice", "name each change once");
        }
        std::size_t used = 0;
        if (Result<void> read = read_clause(word, rest.subspan(1), used, change); !read) {
            return fail(std::move(read.error()));
        }
        rest = rest.subspan(1 + used);
    }
    if (!change.changes_order() && !change.changes_exits()) {
        return fail(Error(ErrorKind::usage, "modify.nothing_named", "what shall change?")
                        .attempting("modify the order")
                        .advise(change_hint)
                        .at(arguments.required("order").where()));
    }
    return change;
}

bool quantity_has_unit(const Arguments& arguments) {
    const std::span<const Word> terms = arguments.all("terms");
    const auto named = std::ranges::find(terms, std::string("quantity"), &Word::text);
    if (named == terms.end() || named + 1 == terms.end()) {
        return true;
    }
    const Result<ParsedSize> size = parse_size(std::span(&*(named + 1), 1));
    return !size || size->has_unit;
}

} // namespace tradesh::cli
