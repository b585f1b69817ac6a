#include "core/store/market_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

using namespace tradesh;
using namespace tradesh::store;
using Days = VolatilityStore::Days;
using std::chrono::days;

namespace {

const TradingDate monday = std::chrono::sys_days(std::chrono::year(2026) / 11 / 16);

struct File {
    test::TemporaryFolder folder;
    std::unique_ptr<MarketFile> market = MarketFile::open(folder.file("market.db")).value();
    InstrumentId goog = add("GOOG");
    InstrumentId ko = add("KO");

    InstrumentId add(std::string symbol) {
        Instrument instrument;
        instrument.symbol = std::move(symbol);
        Transaction transaction = Transaction::begin(market->database).value();
        const Instrument added = market->instruments.add(std::move(instrument)).value();
        REQUIRE(transaction.commit());
        return added.id;
    }
    void put(InstrumentId instrument, std::string_view source, const Days& volatilities) {
        Transaction transaction = Transaction::begin(market->database).value();
        REQUIRE(market->volatilities.put(instrument, source, volatilities));
        REQUIRE(transaction.commit());
    }
    Days read(InstrumentId instrument, std::string_view source) {
        return market->volatilities.read(instrument, source, monday - days(400), monday + days(400)).value();
    }
};

} // namespace

TEST_CASE("volatilities are found again by instrument, source and day") {
    File file;
    file.put(file.goog, "paper", {{monday, 0.25}, {monday + days(1), 0.262345}});
    file.put(file.goog, "tws", {{monday, 0.31}});
    file.put(file.ko, "paper", {{monday, 0.12}});
    const Days read = file.read(file.goog, "paper");
    REQUIRE(read.size() == 2);
    CHECK(read.at(monday) == Approx(0.25).margin(1e-9));
    CHECK(read.at(monday + days(1)) == Approx(0.262345).margin(1e-9));
    CHECK(file.read(file.goog, "tws").at(monday) == Approx(0.31).margin(1e-9));
    CHECK(file.read(file.ko, "tws").empty());
    CHECK(file.market->volatilities.read(file.goog, "paper", monday + days(1), monday + days(2)).value().size() == 1);
    CHECK(file.market->volatilities.read(file.goog, "paper", monday - days(2), monday).value().empty());
}

TEST_CASE("a day that is told again is replaced, and nothing is stored of an unknown instrument") {
    File file;
    file.put(file.goog, "tws", {{monday, 0.25}});
    file.put(file.goog, "tws", {{monday, 0.30}, {monday - days(3'000), 0.5}});
    CHECK(file.read(file.goog, "tws").size() == 1);
    CHECK(file.read(file.goog, "tws").at(monday) == Approx(0.30).margin(1e-9));
    const Transaction transaction = Transaction::begin(file.market->database).value();
    CHECK_FALSE(file.market->volatilities.put(InstrumentId(99), "tws", {{monday, 0.2}}));
}
