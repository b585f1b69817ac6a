#include "core/store/market_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

Instrument stock(const std::string& symbol) {
    Instrument instrument;
    instrument.symbol = symbol;
    return instrument;
}

} // namespace

TEST_CASE("instruments of every kind come back with every field") {
    using namespace std::chrono;
    const TemporaryFolder folder;
    const year_month_day expiry{year(2026), month(12), day(18)};
    const std::vector<InstrumentKind> kinds{
        Stock{},
        Index{},
        Option{.underlying = "GOOG", .expiry = expiry, .strike = Decimal::of(1875, 1), .right = OptionRight::put},
        Future{.root = "ES", .expiry = expiry},
        Forex{.base = Currency("EUR")},
        Crypto{.base = Currency("BTC")},
        Combo{.legs = {{.symbol = "ESZ6", .ratio = 1}, {.symbol = "ESH7", .ratio = -1}}}};
    std::vector<Instrument> written;
    {
        const auto market = MarketFile::open(folder.file("market.db")).value();
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            Instrument instrument{.id = {},
                                  .symbol = "SYM" + std::to_string(i),
                                  .kind = kinds[i],
                                  .exchange = "CME",
                                  .zone = "America/Chicago",
                                  .currency = Currency("USDC"),
                                  .tick = Decimal::of(25, 2),
                                  .lot = Decimal::of(1, 8),
                                  .multiplier = 50,
                                  .assumed = {.exchange = i % 2 == 0, .tick = true}};
            written.push_back(market->instruments.add(instrument).value());
        }
    }
    const auto market = MarketFile::open_for_reading(folder.file("market.db")).value();
    CHECK(market->instruments.list().value() == written);
    CHECK(market->instruments.find("SYM2").value() == written[2]);
    CHECK(market->instruments.find(written[4].id).value() == written[4]);
    CHECK(market->instruments.find("GOOG").value() == std::nullopt);
}

TEST_CASE("a symbol is taken once, and an instrument can be corrected") {
    const TemporaryFolder folder;
    const auto market = MarketFile::open(folder.file("market.db")).value();
    Instrument goog = market->instruments.add(stock("GOOG")).value();
    CHECK(goog.id.value > 0);
    CHECK(market->instruments.add(stock("GOOG")).error().code == "instrument.exists");
    goog.tick = Decimal::of(5, 2);
    REQUIRE(market->instruments.update(goog));
    CHECK(market->instruments.find("GOOG").value()->tick == Decimal::of(5, 2));
    goog.id = InstrumentId(1'000);
    CHECK(market->instruments.update(goog).error().code == "instrument.unknown");
}

TEST_CASE("a record that cannot be read is an error that names it") {
    const TemporaryFolder folder;
    const auto market = MarketFile::open(folder.file("market.db")).value();
    REQUIRE(market->instruments.add(stock("GOOG")));
    for (const char* damage : {"UPDATE instruments SET tick = 'x'", "UPDATE instruments SET details = '{'",
                               "UPDATE instruments SET kind = 'option', details = '{}'"}) {
        REQUIRE(market->database.execute(damage));
        const auto found = market->instruments.find("GOOG");
        REQUIRE_FALSE(found);
        CHECK(found.error().code == "instrument.damaged");
        CHECK_THAT(found.error().message, Contains("GOOG"));
    }
}
