#include "core/orders/spread_legs.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::orders;

namespace {

std::string canonical(std::string_view text) {
    const Result<std::vector<ComboLeg>> legs = parse_legs(text);
    if (!legs) {
        CHECK(legs.error().kind == ErrorKind::usage);
        return legs.error().message;
    }
    return to_text(*legs);
}

std::string symbol(std::string_view text) { return spread_symbol("AAPL", parse_legs(text).value()); }

Instrument stock(std::string name) {
    Instrument instrument;
    instrument.symbol = std::move(name);
    instrument.exchange = "NASDAQ";
    return instrument;
}

} // namespace

TEST_CASE("legs are contracts, sold ones behind a minus, with a ratio where it is not one") {
    CHECK(canonical("AAPL261218P00095000,-AAPL261218P00090000") == "AAPL261218P00095000,-AAPL261218P00090000");
    CHECK(canonical("aapl261218c00220000,-2xAAPL261218C00230000") == "AAPL261218C00220000,-2xAAPL261218C00230000");
    CHECK(canonical("AAPL261218C00220000") == "a spread has two to 4 legs");
    CHECK(canonical("") == "a spread has two to 4 legs");
    CHECK(canonical("AAPL261218C00220000,AAPL") == "'AAPL' is no option contract");
    CHECK(canonical("AAPL261218C00220000,-AAPL261218C00220000") == "the contract AAPL261218C00220000 is there twice");
}

TEST_CASE("a spread's symbol tells of its legs, as far as it is long enough") {
    CHECK(symbol("AAPL261218P00095000,-AAPL261218P00090000") == "AAPL=261218P95-P90");
    CHECK(symbol("AAPL261218C00220000,-2xAAPL261218C00230000") == "AAPL=261218C220-2:C230");
    CHECK(symbol("AAPL261218C00220000,AAPL261218P00220000") == "AAPL=261218C220/P220");
    CHECK(symbol("AAPL261218C00222500,-AAPL270115C00222500") == "AAPL=261218C222.5-270115C222.5");
    const std::string condor =
        symbol("AAPL261218P00195000,-AAPL261218P00200000,-AAPL261218C00230000,AAPL270115C00235000");
    CHECK(condor.size() == 21); // a digest
    for (const std::string& text : {symbol("AAPL261218P00095000,-2xAAPL261218P00090000"), condor}) {
        CHECK(parse_symbol(text) == text);
    }
}

TEST_CASE("a spread is an instrument with the units of its contracts") {
    const std::vector<ComboLeg> legs = parse_legs("AAPL261218P00095000,-AAPL261218P00090000").value();
    const Instrument spread = spread_of(stock("AAPL"), legs).value();
    CHECK(spread.kind == InstrumentKind(Combo{.legs = legs}));
    CHECK(spread.multiplier == 100);
    CHECK(spread.exchange == "NASDAQ");
    CHECK(spread_of(stock("MSFT"), legs).error().code == "spread.underlying");
}
