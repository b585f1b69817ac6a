#include "core/scan/universe.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::scan;
using Symbols = std::vector<std::string>;

namespace {

const Symbols known{"AAPL", "BRK.B", "EUR/USD", "GOOG", "GOOGL", "MSFT"};

Symbols resolved(std::string_view text) { return resolve(parse_universe(text).value(), known).value(); }

} // namespace

TEST_CASE("a universe lists symbols and patterns in the order written, each symbol once") {
    CHECK(resolved("goog, aapl") == Symbols{"GOOG", "AAPL"});
    CHECK(resolved("GOOG,AAPL,goog") == Symbols{"GOOG", "AAPL"});
    CHECK(resolved("GOO*") == Symbols{"GOOG", "GOOGL"});
    CHECK(resolved("GOO?") == Symbols{"GOOG"});
    CHECK(resolved("*L") == Symbols{"AAPL", "GOOGL"});
    CHECK(resolved("*o*g*") == Symbols{"GOOG", "GOOGL"});
    CHECK(resolved("EUR/*,BRK.?") == Symbols{"EUR/USD", "BRK.B"});
    CHECK(resolved("MSFT,*") == Symbols{"MSFT", "AAPL", "BRK.B", "EUR/USD", "GOOG", "GOOGL"});
    CHECK(resolved("NOSUCH") == Symbols{"NOSUCH"}); // reported when its bars are asked for
    CHECK_FALSE(parse_universe("GOOG,AAPL").value().needs_known_symbols());
    CHECK(parse_universe("GOOG,A*").value().needs_known_symbols());
}

TEST_CASE("a universe that cannot be read says why") {
    CHECK(parse_universe("").error().code == "universe.empty");
    CHECK(parse_universe("  ").error().code == "universe.empty");
    CHECK(parse_universe("GOOG,,AAPL").error().message == "'' is not a symbol or pattern");
    CHECK(parse_universe("GOOG,$X").error().message == "'$X' is not a symbol or pattern");
    CHECK(parse_universe("GOOG AAPL").error().code == "universe.entry");
    std::string many = "A";
    for (std::size_t i = 0; i < symbols_max; ++i) {
        many += ",A";
    }
    CHECK(parse_universe(many).error().code == "universe.too_large");

    const Error nothing = resolve(parse_universe("GOOG,ZZ*").value(), known).error();
    CHECK(nothing.kind == ErrorKind::not_found);
    CHECK(nothing.message == "no symbol with bars matches 'ZZ*'");
}

TEST_CASE("a list stands for what is in it") {
    const std::vector<NamedList> lists{
        {"tech", "goog,MSFT"}, {"all", "*"}, {"none", " "}, {"nested", "KO,@tech"}, {"broken", "KO,$"}};
    const auto expanded = [&](std::string_view text) { return expand(parse_universe(text).value(), lists); };
    CHECK(expanded("@Tech,KO").value().entries == Symbols{"GOOG", "MSFT", "KO"});
    CHECK(resolve(expanded("AAPL,@tech,@tech").value(), known).value() == Symbols{"AAPL", "GOOG", "MSFT"});
    CHECK(expanded("@all").value().needs_known_symbols());
    CHECK(parse_universe("KO,@tech").value().names_lists());
    CHECK_FALSE(expanded("KO,@tech").value().names_lists());

    CHECK(expanded("@tehc").error().code == "universe.no_list");
    CHECK(expanded("@tehc").error().hint == "did you mean 'tech'?");
    CHECK(expanded("@nested").error().code == "universe.nested_list");
    CHECK(expanded("@none").error().message == "the watchlist 'none' is empty");
    CHECK(expanded("@broken").error().subject == "@broken");
    CHECK(parse_universe("@").error().code == "universe.entry");
    CHECK(parse_universe("@a b").error().code == "universe.entry");
}

TEST_CASE("a pattern of many stars costs little") {
    std::string pattern = "A";
    for (int i = 0; i < 15; ++i) {
        pattern += "*A";
    }
    const Symbols hard{std::string(5'000, 'A') + "B"};
    CHECK(resolve(parse_universe(pattern).value(), hard).error().code == "universe.no_match");
}
