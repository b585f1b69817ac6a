#include "core/store/market_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::store;
using Range = UnfinishedLoads::Range;

namespace {

Instant at(std::int64_t minute) { return Instant(std::chrono::minutes(minute)); }

} // namespace

TEST_CASE("a load that has begun is found until it ends, by series, hours and mode") {
    const test::TemporaryFolder folder;
    const std::unique_ptr<MarketFile> file = MarketFile::open(folder.file("market.db")).value();
    const Transaction transaction = Transaction::begin(file->database).value();
    const SeriesKey key{.instrument = file->instruments.add(Instrument{.id = {}, .symbol = "GOOG"}).value().id,
                        .timeframe = Timeframe::m1,
                        .source = BarSource::tws};
    UnfinishedLoads& loads = file->unfinished_loads;
    CHECK(loads.find(key, Hours::regular, "tail").value() == std::nullopt);
    CHECK(loads.end(key, Hours::regular, "tail").has_value());
    CHECK(loads.begin(key, Hours::regular, "tail", {.from = at(10), .to = at(20)}).has_value());
    CHECK(loads.begin(key, Hours::regular, "tail", {.from = at(15), .to = at(30)}).has_value());
    CHECK(loads.begin(key, Hours::all, "tail", {.from = at(1), .to = at(2)}).has_value());
    CHECK(loads.find(key, Hours::regular, "tail").value() == Range{.from = at(10), .to = at(30)});
    CHECK(loads.find(key, Hours::all, "tail").value() == Range{.from = at(1), .to = at(2)});
    CHECK(loads.find(key, Hours::regular, "backfill").value() == std::nullopt);
    using Entries = std::vector<UnfinishedLoads::Entry>;
    CHECK(loads.list(key).value() ==
          Entries{{.hours = Hours::all, .mode = "tail", .range = {.from = at(1), .to = at(2)}},
                  {.hours = Hours::regular, .mode = "tail", .range = {.from = at(10), .to = at(30)}}});
    CHECK(loads.end(key, Hours::regular, "tail").has_value());
    CHECK(loads.find(key, Hours::regular, "tail").value() == std::nullopt);
    CHECK(loads.find(key, Hours::all, "tail").value().has_value());
}
