#include "tests/history/load_bench.hpp"

using namespace tradesh;
using namespace tradesh::history;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::LoadBench;

namespace {

constexpr auto at = &LoadBench::at;

/// Ten days a request: five for October and the days of November.
void cut_into_ten_days(LoadBench& bench) {
    bench.source.script.bars_per_request_max = 240;
    bench.restart();
}

} // namespace

TEST_CASE("a full load stores exactly what exists, and a second one asks for nothing") {
    LoadBench bench;
    cut_into_ten_days(bench);
    bench.source.holes = {at("2026-10-05T07:00:00Z"), at("2026-11-19T23:00:00Z")};
    const LoadReport first = bench.load(bench.request(LoadMode::full));
    CHECK(first.planned == 6);
    CHECK(first.requests == 7); // and the head
    CHECK(first.failed.empty());
    CHECK(first.no_trades == 2);
    CHECK(first.delayed == 1); // it is 15:00:00.4, and the bar of 14:00 is published at 15:01
    CHECK(first.from == at("2026-10-01"));
    CHECK(bench.stored_times(first.instrument) == bench.slots(at("2026-10-01"), at("2026-11-20T14:00:00Z")));
    const LoadReport second = bench.load(bench.request(LoadMode::full));
    CHECK(second.requests == 0);
    CHECK(second.bars == store::MergeCounts{});
    bench.time.clock.advance(minutes(1));
    CHECK(bench.load(bench.request(LoadMode::tail)).bars.inserted == 1);
}

TEST_CASE("a tail with nothing stored takes thirty days, later what is new; a backfill what is older") {
    LoadBench bench;
    const LoadReport tail = bench.load(bench.request(LoadMode::tail));
    const Instrument instrument = tail.instrument;
    CHECK(bench.stored_times(instrument) == bench.slots(at("2026-10-21T00:00:00Z"), at("2026-11-20T14:00:00Z")));
    bench.time.clock.advance(std::chrono::hours(10));
    const LoadReport again = bench.load(bench.request(LoadMode::tail));
    CHECK(again.bars.inserted == 10);
    CHECK(again.requests == 1);
    CHECK(bench.load(bench.request(LoadMode::backfill)).failed.empty());
    CHECK(bench.stored_times(instrument) == bench.slots(at("2026-10-01"), at("2026-11-21T00:00:00Z")));
    CHECK(bench.source.heads_asked == 1); // remembered for a day
}

TEST_CASE("slots that had no bar are asked for again only on demand") {
    LoadBench bench;
    bench.source.holes = {at("2026-11-10T03:00:00Z")};
    bench.load(bench.request(LoadMode::full));
    bench.source.holes.clear();
    CHECK(bench.load(bench.request(LoadMode::full)).requests == 0);
    LoadRequest recheck = bench.request(LoadMode::full);
    recheck.recheck = true;
    const LoadReport found = bench.load(recheck);
    CHECK(found.bars.inserted == 1);
    CHECK(found.requests == 1);
}

TEST_CASE("what may pass is tried again after 1, 2 and 4 seconds; the rest fails alone") {
    LoadBench bench;
    cut_into_ten_days(bench);
    const Instant broken = at("2026-10-11");
    SECTION("it passes") {
        std::size_t failures = 0;
        bench.source.fault = [&](const venue::HistoryRequest& asked, std::size_t) -> std::optional<Error> {
            if (asked.from != broken || ++failures > 3) {
                return std::nullopt;
            }
            return Error(ErrorKind::connection, "scripted.lost", "the connection was lost");
        };
        const Duration began = bench.time.clock.elapsed();
        const LoadReport report = bench.load(bench.request(LoadMode::full));
        CHECK(report.failed.empty());
        CHECK(report.requests == 10);
        CHECK(bench.time.clock.elapsed() - began == seconds(7) + 5 * milliseconds(200));
    }
    SECTION("it does not") {
        bench.source.fault = [&](const venue::HistoryRequest& asked, std::size_t) -> std::optional<Error> {
            return asked.from == broken ? std::optional(Error(ErrorKind::timeout, "scripted.slow", "too slow"))
                                        : std::nullopt;
        };
        const LoadReport report = bench.load(bench.request(LoadMode::full));
        REQUIRE(report.failed.size() == 1);
        CHECK(report.failed[0].attempts == 4);
        CHECK(report.failed[0].segment.from == broken);
        CHECK(report.failed[0].error.code == "scripted.slow");
        CHECK_THAT(report.failed[0].error.describe(), Contains("BTCUSD 1h 2026-10-11"));
        CHECK(report.bars.inserted == 1'214 - 240);
        bench.source.fault = [](const auto&, auto) { return std::nullopt; };
        CHECK(bench.load(bench.request(LoadMode::full)).bars.inserted == 240);
    }
    SECTION("a refusal is not repeated, and a source that says when is believed") {
        bench.source.fault = [&](const venue::HistoryRequest& asked, std::size_t number) -> std::optional<Error> {
            if (asked.from == broken) {
                return Error(ErrorKind::rejected, "scripted.refused", "no permission");
            }
            if (number == 1) {
                Error later(ErrorKind::rate_limited, "scripted.busy", "later");
                later.retry_after = seconds(30);
                return later;
            }
            return std::nullopt;
        };
        const Duration began = bench.time.clock.elapsed();
        const LoadReport report = bench.load(bench.request(LoadMode::full));
        REQUIRE(report.failed.size() == 1);
        CHECK(report.failed[0].attempts == 1);
        CHECK(bench.time.clock.elapsed() - began == seconds(30) + 3 * milliseconds(200));
    }
}

TEST_CASE("an answer that does not come is given up") {
    LoadBench bench;
    bench.source.first = at("2026-11-20");
    bench.source.latency = minutes(5);
    bench.source.script.timeout = seconds(30);
    bench.restart();
    const auto running = bench.start(bench.request(LoadMode::full));
    bench.run_all();
    CHECK(running->report->error().code == "history.timeout"); // already for the head: nothing could be attempted
    CHECK(bench.source.in_flight == 0);
    CHECK(bench.source.arrived.size() == 4);
}

TEST_CASE("an answer cut short is continued; one for nothing is an error") {
    LoadBench bench;
    bench.source.answer_max = 100;
    const LoadReport report = bench.load(bench.request(LoadMode::full));
    CHECK(report.failed.empty());
    CHECK(report.bars.inserted == 1'214);
    CHECK(report.requests > 12);
    bench.time.clock.advance(std::chrono::hours(3));
    bench.source.answer_max = 0;
    const LoadReport nothing = bench.load(bench.request(LoadMode::tail));
    REQUIRE(nothing.failed.size() == 1);
    CHECK(nothing.failed[0].error.code == "history.no_progress");
    CHECK(nothing.requests == 1);
}

TEST_CASE("bars off the calendar or twice are not stored") {
    LoadBench bench;
    bench.source.spoil = [](venue::HistoryAnswer& answer) {
        answer.bars = test::bars_at({at("2026-11-10T00:00:00Z"), at("2026-11-10T00:30:00Z"), at("2026-11-10T01:00:00Z"),
                                     at("2026-11-12T00:00:00Z")});
    };
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.from = at("2026-11-10");
    wanted.to = at("2026-11-11");
    const LoadReport report = bench.load(wanted);
    CHECK(report.bars.inserted == 2);
    REQUIRE(report.notes.size() == 2);
    CHECK_THAT(report.notes[0], Contains("1 bar that the source sent unasked"));
    CHECK_THAT(report.notes[1], Contains("1 bar at times when"));
    CHECK(bench.stored_times(report.instrument) == std::vector{at("2026-11-10T00:00:00Z"), at("2026-11-10T01:00:00Z")});
    bench.source.spoil = [](venue::HistoryAnswer& answer) {
        answer.bars.open_time.front() = answer.bars.open_time.back();
    };
    wanted.from = at("2026-11-12");
    wanted.to = at("2026-11-13");
    const LoadReport unsorted = bench.load(wanted);
    REQUIRE(unsorted.failed.size() == 1);
    CHECK(unsorted.failed[0].error.code == "history.unsorted");
    CHECK(unsorted.bars == store::MergeCounts{});
}

TEST_CASE("a cancelled load keeps what arrives and the next one of its mode fetches the rest") {
    const LoadMode mode = GENERATE(LoadMode::tail, LoadMode::backfill, LoadMode::full);
    INFO(name_of(mode));
    LoadBench bench;
    bench.source.script.bars_per_request_max = 24;
    bench.source.script.requests_in_flight_max = 4;
    bench.restart();
    const auto running = bench.start(bench.request(mode));
    bench.run_for(milliseconds(1'100)); // the head, then four rounds
    running->scope->cancel();
    bench.run_all();
    const LoadReport report = running->report->value();
    CHECK(report.failed.empty());
    CHECK(report.planned == report.abandoned + bench.source.requests.size());
    CHECK(report.abandoned > 0);
    const std::size_t kept = bench.stored_times(report.instrument).size();
    CHECK(kept == static_cast<std::size_t>(report.bars.inserted));
    CHECK(kept >= 15 * 24);
    CHECK(bench.loader->traffic().in_flight == 0);
    bench.restart();
    const LoadReport rest = bench.load(bench.request(mode));
    CHECK(rest.planned == report.abandoned);
    const Instant from = mode == LoadMode::tail ? at("2026-10-21T00:00:00Z") : at("2026-10-01");
    CHECK(bench.stored_times(report.instrument) == bench.slots(from, at("2026-11-20T14:00:00Z")));
    CHECK(bench.load(bench.request(mode)).requests == 0);
    CHECK(bench.load(bench.request(mode)).notes.empty());
}

TEST_CASE("equal loads are one; who is cancelled leaves the others theirs") {
    LoadBench bench;
    bench.source.script.requests_in_flight_max = 1;
    cut_into_ten_days(bench);
    const LoadRequest bitcoin = bench.request(LoadMode::full);
    const LoadRequest ether = bench.request(LoadMode::full, "ETHUSD");
    std::vector<std::size_t> heard;
    const auto first = bench.start(bitcoin);
    const auto second =
        bench.start(bitcoin, [&](const LoadProgress& progress) { heard.push_back(progress.segments_done); });
    const auto other = bench.start(ether);
    bench.run_for(milliseconds(700));
    first->scope->cancel();
    bench.run_all();
    CHECK(first->report->value().abandoned > 0);
    CHECK(second->report->value().shared);
    CHECK(second->report->value().abandoned == 0);
    CHECK(second->report->value().bars.inserted == 1'214);
    CHECK_FALSE(other->report->value().shared);
    CHECK(heard == std::vector<std::size_t>{1, 2, 3, 4, 5, 6});
    CHECK(bench.source.requests.size() == 12);
    // One place for both: their requests took turns.
    CHECK(bench.source.requests[0].instrument.symbol != bench.source.requests[1].instrument.symbol);
    CHECK(bench.source.requests[1].instrument.symbol != bench.source.requests[2].instrument.symbol);
}

TEST_CASE("no pace is ever broken: not by many loads, not by a restart, not by the time of day") {
    LoadBench bench;
    bench.source.script.bars_per_request_max = 48;
    bench.source.script.requests_in_flight_max = 5;
    bench.source.script.paces = {{.requests = 6, .window = seconds(2)}, {.requests = 40, .window = minutes(1)}};
    bench.restart();
    const auto a = bench.start(bench.request(LoadMode::full, "A"));
    const auto b = bench.start(bench.request(LoadMode::tail, "B"));
    bench.run_for(seconds(30));
    bench.time.clock.step_wall_clock(-std::chrono::hours(2));
    bench.run_for(seconds(5));
    bench.restart();
    CHECK(a->report->value().abandoned > 0);
    const auto c = bench.start(bench.request(LoadMode::full, "A"));
    const auto d = bench.start(bench.request(LoadMode::backfill, "C"));
    bench.run_all();
    CHECK(b->report.has_value());
    CHECK(c->report->value().failed.empty());
    CHECK(d->report->value().failed.empty());
    CHECK(bench.source.in_flight_most <= 5);
    const std::vector<Instant>& arrived = bench.source.arrived;
    CHECK(arrived.size() > 50);
    for (const venue::Pace& pace : bench.source.script.paces) {
        for (std::size_t i = pace.requests; i < arrived.size(); ++i) {
            REQUIRE(arrived[i] - arrived[i - pace.requests] > pace.window);
        }
    }
}

TEST_CASE("ten symbols side by side are at least four times faster than one request at a time, and alike") {
    Duration side_by_side{0};
    std::vector<Instant> loaded;
    {
        LoadBench bench;
        std::vector<LoadRequest> wanted;
        for (int i = 0; i < 10; ++i) {
            wanted.push_back(bench.request(LoadMode::full, "S" + std::to_string(i)));
        }
        std::vector<std::unique_ptr<LoadBench::Running>> all;
        for (const LoadRequest& one : wanted) {
            all.push_back(bench.start(one));
        }
        const Duration began = bench.time.clock.elapsed();
        bench.run_all();
        side_by_side = bench.time.clock.elapsed() - began;
        loaded = bench.stored_times(bench.instrument("S9"));
        CHECK(bench.source.in_flight_most == 10);
    }
    LoadBench bench;
    const Duration began = bench.time.clock.elapsed();
    for (int i = 0; i < 10; ++i) {
        LoadRequest wanted = bench.request(LoadMode::full, "S" + std::to_string(i));
        wanted.one_by_one = true;
        CHECK(bench.load(wanted).failed.empty());
    }
    CHECK(bench.source.in_flight_most == 1);
    CHECK(bench.time.clock.elapsed() - began >= 4 * side_by_side);
    CHECK(bench.stored_times(bench.instrument("S9")) == loaded);
}

TEST_CASE("a plan has the requests and the seconds of the load, and asks for no bar") {
    LoadBench bench;
    bench.source.script.paces = {{.requests = 2, .window = seconds(10)}};
    bench.source.script.usual_latency = bench.source.latency;
    cut_into_ten_days(bench);
    const LoadPlan plan = bench.plan(bench.request(LoadMode::full));
    CHECK(plan.cost.requests == 6);
    CHECK(plan.cost.bars == 1'214);
    CHECK(bench.source.requests.empty());
    CHECK(plan.coverage.count(SlotState::missing) == 1'214);
    CHECK(plan.coverage.count(SlotState::delayed) == 1);
    const Duration began = bench.time.clock.elapsed();
    bench.load(bench.request(LoadMode::full));
    CHECK(bench.time.clock.elapsed() - began == plan.cost.time);
}

TEST_CASE("what cannot be attempted says why") {
    LoadBench bench;
    const auto error_of = [&](const LoadRequest& wanted) {
        const auto running = bench.start(wanted);
        bench.run_all();
        return running->report->error();
    };
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.timeframe = Timeframe::m5;
    CHECK(error_of(wanted).code == "load.timeframe");
    CHECK(error_of(wanted).hint == "it has 1h, 1d");
    wanted = bench.request(LoadMode::full);
    wanted.basis = PriceBasis::adjusted;
    CHECK(error_of(wanted).code == "load.basis");
    wanted = bench.request(LoadMode::full);
    wanted.from = at("2026-11-02");
    wanted.to = at("2026-11-01");
    CHECK(error_of(wanted).code == "load.range");
    wanted = bench.request(LoadMode::full);
    wanted.instrument.kind = Stock{};
    CHECK(error_of(wanted).code == "calendar.unknown");
    CHECK(bench.source.arrived.empty());
    bench.source.first.reset();
    const LoadReport nothing = bench.load(bench.request(LoadMode::full, "NEW"));
    CHECK(nothing.planned == 0);
    CHECK_THAT(nothing.notes.at(0), Contains("no history of NEW 1h"));
}

TEST_CASE("descriptions and corporate actions go through the same gate") {
    LoadBench bench;
    bench.source.script.paces = {{.requests = 1, .window = seconds(5)}};
    bench.restart();
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.from = at("2026-11-10");
    wanted.to = at("2026-11-11");
    wanted.actions = true;
    const Duration began = bench.time.clock.elapsed();
    bench.run([&]() -> runtime::Task<void> {
        const Result<Instrument> described = co_await bench.loader->describe("XYZ");
        CHECK(described.value().symbol == "XYZ");
    });
    const LoadReport report = bench.load(wanted);
    CHECK(report.actions == 1);
    CHECK(report.bars.inserted == 24);
    // A description, the head, the actions and one request for bars: three waits for a turn.
    CHECK(bench.loader->traffic().sent == 4);
    CHECK(bench.time.clock.elapsed() - began == 3 * (seconds(5) + milliseconds(10)) + milliseconds(200));
}

TEST_CASE("splits and dividends come before their bars, so that neither is forgotten") {
    LoadBench bench;
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.from = at("2026-11-10");
    wanted.actions = true;
    bench.source.actions_fault = Error(ErrorKind::rejected, "scripted.rejected", "no");
    const auto failed = bench.start(wanted);
    bench.run_all();
    CHECK(failed->report->error().attempted == "load splits and dividends");
    CHECK(bench.source.requests.empty()); // the bars are still missing, and so both are asked for again
    bench.source.actions_fault.reset();
    CHECK(bench.load(wanted).actions == 1);
    CHECK(bench.source.actions_asked == 2);
    CHECK(bench.load(wanted).planned == 0);
    CHECK(bench.source.actions_asked == 2); // nothing was missing: nothing can have happened
}

TEST_CASE("a load that is stopped while it asks for splits has begun nothing") {
    LoadBench bench;
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.from = at("2026-11-10");
    wanted.actions = true;
    const auto running = bench.start(wanted);
    bench.run_for(milliseconds(300)); // the head has come, the splits are on their way
    REQUIRE(bench.source.actions_asked == 1);
    running->scope->cancel();
    bench.run_all();
    const LoadReport& stopped = running->report.value().value();
    CHECK(stopped.abandoned == stopped.planned);
    CHECK(stopped.planned > 0);
    CHECK(bench.source.requests.empty());
}

TEST_CASE("a tail from a stated time is everything that is missing from there on") {
    LoadBench bench;
    LoadRequest end = bench.request(LoadMode::full);
    end.from = at("2026-11-15");
    bench.load(end);
    LoadRequest tail = bench.request(LoadMode::tail);
    tail.from = at("2026-11-10T00:00:30Z"); // bars open on whole minutes
    bench.load(tail);
    CHECK(bench.stored_times(tail.instrument) == bench.slots(at("2026-11-10"), at("2026-11-20T14:00:00Z")));
}

TEST_CASE("a day of longer hours is another bar and is refused") {
    LoadBench bench;
    LoadRequest wanted = bench.request(LoadMode::full);
    wanted.timeframe = Timeframe::d1;
    wanted.hours = Hours::extended;
    const auto running = bench.start(wanted);
    bench.run_all();
    CHECK(running->report->error().code == "load.hours");
    CHECK(bench.source.arrived.empty());
}
