#include "core/scan/forming_bar.hpp"
#include "core/scan/scan_watch.hpp"
#include "tests/scan/fake_source.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

using namespace tradesh;
using namespace tradesh::scan;
using namespace std::chrono_literals;
using test::FakeSource;
using Lines = std::vector<std::string>;

namespace {

const Instant noon = std::chrono::sys_days(std::chrono::year(2026) / 2 / 1) + 12h;

/// Daily bars that change, and what a watch says of them.
class Stage {
public:
    explicit Stage(std::string_view text, std::vector<std::string> symbols, Duration cooldown = 0s)
        : watch(source, expression::compile(text, expression::Wanted::condition).value(), std::move(symbols),
                cooldown) {}

    void set(const std::string& symbol, const std::vector<int>& closes) {
        source.add(symbol, closes);
        ++source.revision;
    }
    /// "GOOG entered", "GOOG left", "GOOG scan.no_data".
    Lines round(std::vector<SymbolBar> in_progress = {}, Instant now = noon) {
        Lines lines;
        for (const Result<ScanChange>& each : watch.round(std::move(in_progress), now).value().news) {
            lines.push_back(each ? each->symbol + " " + std::string(name_of(each->kind)) +
                                       (each->provisional ? " for now" : "")
                                 : each.error().subject + " " + each.error().code);
        }
        return lines;
    }

    FakeSource source;
    ScanWatch watch;
};

/// The bar of a day in progress at one price.
SymbolBar at_price(const std::string& symbol, int day, double price) {
    const Instant open = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + std::chrono::days(day);
    return {symbol, FormingBar().update(Slot{.open_time = open, .begin = open, .end = open + 24h}, price)};
}

} // namespace

TEST_CASE("a watch tells who enters and who leaves, once") {
    Stage stage("close > sma(2)", {"UP", "DOWN", "NONE"});
    stage.set("UP", {1, 2, 3});
    stage.set("DOWN", {3, 2, 1});
    CHECK(stage.round() == Lines{"NONE scan.no_data", "UP entered"});
    CHECK(stage.round().empty());
    stage.set("DOWN", {3, 2, 1, 5});
    CHECK(stage.round() == Lines{"DOWN entered"});
    stage.set("UP", {1, 2, 3, 2});
    CHECK(stage.round() == Lines{"UP left"});
    CHECK(stage.round().empty());
    stage.set("NONE", {1, 2});
    CHECK(stage.round() == Lines{"NONE entered"});
}

TEST_CASE("new bars are taken one by one, and another past begins a symbol anew") {
    Stage stage("close > ema(3)", {"GOOG"});
    stage.set("GOOG", {1, 2, 3, 4});
    CHECK(stage.round() == Lines{"GOOG entered"});
    const std::uint64_t taken = stage.watch.live().bars_taken();
    stage.set("GOOG", {1, 2, 3, 4, 5});
    CHECK(stage.round().empty());
    CHECK(stage.watch.live().bars_taken() == taken + 1);
    CHECK(stage.watch.live().begun() == 1);
    stage.set("GOOG", {1, 2, 30, 4, 5});
    CHECK(stage.round() == Lines{"GOOG left"});
    CHECK(stage.watch.live().begun() == 2);
}

TEST_CASE("a bar in progress counts for now and gives way to the stored one") {
    Stage stage("close > sma(2)", {"GOOG"});
    stage.set("GOOG", {3, 2, 1});
    CHECK(stage.round().empty());
    CHECK(stage.round({at_price("GOOG", 3, 7)}) == Lines{"GOOG entered for now"});
    CHECK(stage.round().empty()); // nothing new: it still stands there
    CHECK(stage.round({at_price("GOOG", 3, 0.5)}) == Lines{"GOOG left for now"});
    CHECK(stage.round({at_price("GOOG", 3, 8)}) == Lines{"GOOG entered for now"});
    stage.set("GOOG", {3, 2, 1, 1});
    CHECK(stage.round() == Lines{"GOOG left"});
    CHECK(stage.round({at_price("GOOG", 3, 9)}).empty()); // its bar is stored
}

TEST_CASE("the bar in progress waits for the one before it") {
    Stage stage("change(close) > 0", {"GOOG"});
    stage.set("GOOG", {3, 2, 1});
    SymbolBar fourth = at_price("GOOG", 3, 7);
    fourth.bar.follows = fourth.bar.open_time - 24h;
    CHECK(stage.round({fourth}) == Lines{"GOOG entered for now"});
    SymbolBar fifth = at_price("GOOG", 4, 5);
    fifth.bar.follows = fourth.bar.open_time;
    CHECK(stage.round({fifth}, fifth.bar.open_time + 1h).empty()); // below 7, and above the 1 of the bar before that
    CHECK(stage.round({fifth}, fifth.bar.open_time + 13h) == Lines{"GOOG watch.bar_missing"});
    CHECK(stage.round({fifth}, fifth.bar.open_time + 14h).empty());
    stage.set("GOOG", {3, 2, 1, 6});
    CHECK(stage.round() == Lines{"GOOG left for now"});
}

TEST_CASE("a symbol that cannot be told any more has left") {
    Stage stage("close > sma(3)", {"GOOG", "KO"});
    stage.set("GOOG", {1, 2, 3});
    stage.set("KO", {1, 2, 3});
    CHECK(stage.round() == Lines{"GOOG entered", "KO entered"});
    stage.source.series.erase("GOOG");
    stage.set("KO", {9, 9});
    CHECK(stage.round() == Lines{"GOOG scan.no_data", "KO scan.not_enough_history", "GOOG left", "KO left"});
    CHECK(stage.round().empty());
    stage.set("GOOG", {1, 2, 3});
    CHECK(stage.round() == Lines{"GOOG entered"});
}

TEST_CASE("changes within the cool-down wait until it is over") {
    Stage stage("close > sma(2)", {"GOOG"}, 60s);
    stage.set("GOOG", {1, 2});
    CHECK(stage.round() == Lines{"GOOG entered"});
    stage.set("GOOG", {1, 2, 1});
    CHECK(stage.round({}, noon + 59s).empty());
    CHECK(stage.round({}, noon + 60s) == Lines{"GOOG left"});
}

TEST_CASE("a forming bar opens with the first price seen in it") {
    FormingBar forming;
    const Slot first{.open_time = noon, .begin = noon, .end = noon + 1h};
    forming.update(first, 10);
    forming.update(first, 12);
    const BarInProgress bar = forming.update(first, 9);
    CHECK(bar.values[0] == 10);
    CHECK(bar.values[1] == 12);
    CHECK(bar.values[2] == 9);
    CHECK(bar.values[3] == 9);
    CHECK(std::isnan(bar.values[4]));
    CHECK(bar.complete_at == noon + 1h);
    const Slot second{.open_time = noon + 1h, .begin = noon + 1h, .end = noon + 2h};
    CHECK(forming.update(second, 11).values[0] == 11);

    Quote quote;
    CHECK_FALSE(price_of(quote));
    quote.bid = Decimal(9);
    quote.ask = Decimal(10);
    CHECK(price_of(quote) == 9.5);
    quote.last = Decimal(11);
    CHECK(price_of(quote) == 11);
}
