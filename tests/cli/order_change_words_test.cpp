#include "cli/commands/order_change_words.hpp"
#include "tests/support/catch.hpp"

#include <sstream>
#include <string>

using namespace tradesh;
using namespace tradesh::cli;

namespace {

std::string change_of(const std::string& text, Origin origin = Origin::prompt) {
    auto line = std::make_shared<SourceLine>();
    line->origin = origin;
    line->text = text;
    Arguments arguments;
    arguments.add("order", Word{.text = "3-12", .line = line});
    std::istringstream in(text);
    std::string word;
    std::size_t from = 0;
    while (in >> word) {
        const std::size_t at = text.find(word, from);
        from = at + word.size();
        arguments.add("terms", Word{.text = word,
                                    .line = line,
                                    .column = static_cast<std::uint32_t>(at + 1),
                                    .length = static_cast<std::uint32_t>(word.size())});
    }
    const Result<orders::OrderChange> change = parse_change_words(arguments);
    if (!change) {
        CHECK(change.error().kind == ErrorKind::usage);
        CHECK_FALSE(change.error().hint.empty());
        return change.error().code + " at " +
               text.substr(change.error().where->column - 1, change.error().where->length);
    }
    return to_text(*change);
}

} // namespace

TEST_CASE("a change names what changes, in one canonical order") {
    CHECK(change_of("quantity 50sh") == "quantity 50");
    CHECK(change_of("limit +1t") == "limit +1t");
    CHECK(change_of("limit 99.50 stop mid quantity 5") == "quantity 5 limit 99.5 stop mid");
    CHECK(change_of("trail 2%") == "trail 2pct");
    CHECK(change_of("protect entry target +1pct") == "target +1pct protect entry");
    CHECK(change_of("protect trail 1.50") == "protect trail 1.5");
    CHECK(change_of("stop -0.50usd", Origin::argv) == "stop -0.5");
}

TEST_CASE("a change that says nothing, or too much, is refused at its word") {
    CHECK(change_of("") == "modify.nothing_named at ");
    CHECK(change_of("quantity") == "order.value_missing at quantity");
    CHECK(change_of("quantity 50pct") == "modify.quantity at 50pct");
    CHECK(change_of("quantity 0") == "size.not_positive at 0");
    CHECK(change_of("limt 5") == "order.unknown_word at limt");
    CHECK(change_of("limit 5 limit 6") == "modify.twice at limit");
    CHECK(change_of("protect trail") == "order.value_missing at trail");
    CHECK(change_of("limit +0.5", Origin::argv) == "price.offset_unit at +0.5");
}
