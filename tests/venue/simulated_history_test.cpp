#include "core/runtime/task_scope.hpp"
#include "core/venue/history_simulator/simulated_history.hpp"
#include "tests/venue/paper_fixture.hpp"

#include <functional>
#include <optional>
#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;
using namespace tradesh::venue::history_simulator;
using namespace std::chrono_literals;

namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }

/// A simulated source on virtual time; its workers have been stopped, so that they work in line with the loop.
struct Source {
    explicit Source(HistorySimulationOptions options = {}) : history(time.loop, workers, std::move(options)) {
        workers.stop();
    }

    VirtualLoop time;
    runtime::Workers workers{time.loop, "simulated", 1};
    SimulatedHistory history;

    HistoryRequest request(std::string_view from, std::string_view to, Timeframe timeframe = Timeframe::d1,
                           const std::string& symbol = "KO") {
        const auto today = std::chrono::floor<std::chrono::days>(time.clock.now());
        return HistoryRequest{.instrument = find_simulated_instrument(symbol, 1, today).value().instrument,
                              .timeframe = timeframe,
                              .from = at(from),
                              .to = at(to)};
    }

    /// Starts all at once and returns what became of each.
    std::vector<Result<HistoryAnswer>> ask(const std::vector<HistoryRequest>& requests) {
        std::vector<std::optional<Result<HistoryAnswer>>> answers(requests.size());
        runtime::TaskScope scope(time.loop);
        for (std::size_t i = 0; i < requests.size(); ++i) {
            scope.spawn("ask", [this, &answers, &requests, i](runtime::TaskInfo&) -> runtime::Task<void> {
                Result<HistoryAnswer> answer = co_await history.bars(requests[i]);
                answers[i].emplace(std::move(answer));
            });
        }
        time.run_until_idle();
        std::vector<Result<HistoryAnswer>> all;
        for (std::optional<Result<HistoryAnswer>>& answer : answers) {
            all.push_back(std::move(answer.value()));
        }
        return all;
    }
    Result<HistoryAnswer> ask(const HistoryRequest& request) { return ask(std::vector{request}).front(); }

    template <class Value>
    Value finish(std::function<runtime::Task<Value>()> start) {
        std::optional<Value> value;
        runtime::TaskScope scope(time.loop);
        scope.spawn("ask", [&](runtime::TaskInfo&) -> runtime::Task<void> {
            Value result = co_await start();
            value.emplace(std::move(result));
        });
        time.run_until_idle();
        return std::move(value.value());
    }
};

} // namespace

TEST_CASE("the simulated history says that it is one, and answers after its latency") {
    HistorySimulationOptions options;
    options.latency = 200ms;
    Source source(options);
    CHECK(source.history.limits().simulated);
    CHECK(source.history.limits().usual_latency == 200ms);
    const Duration before = source.time.clock.elapsed();
    const Result<HistoryAnswer> answer = source.ask(source.request("2025-03-03", "2025-03-08"));
    REQUIRE(answer);
    CHECK(answer->bars.size() == 5);
    CHECK(answer->complete_before == at("2025-03-08"));
    CHECK(source.time.clock.elapsed() - before == 200ms);
    CHECK(source.history.traffic().bars == 5);
    CHECK(source.history.connections().at(0).endpoint == "simulated history");
    CHECK(source.history.connections().at(0).opened == 1);
    CHECK(source.history.connections().at(0).reused == 1);
}

TEST_CASE("whoever asks too often is refused, told when to come back, and counted") {
    HistorySimulationOptions options;
    options.paces = {Pace{.requests = 3, .window = 10s}};
    Source source(options);
    const HistoryRequest request = source.request("2025-03-03", "2025-03-08");
    for (int i = 0; i < 3; ++i) {
        CHECK(source.ask(request));
        source.time.run_for(1s);
    }
    const Result<HistoryAnswer> refused = source.ask(request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::rate_limited);
    CHECK(refused.error().venue_code == "SIM-PACE");
    REQUIRE(refused.error().retry_after);
    CHECK(*refused.error().retry_after == 10s - 3 * (1s + 40ms));
    CHECK(source.history.traffic().pace_violations == 1);

    source.time.run_for(20s);
    for (int i = 0; i < 6; ++i) {
        CHECK(source.ask(request));
        source.time.run_for(3'300ms); // with the latency a third of the window and a little
    }
    CHECK(source.history.traffic().pace_violations == 1);
    CHECK(source.history.traffic().requests == 10);
}

TEST_CASE("every kind of call counts towards the pace") {
    HistorySimulationOptions options;
    options.paces = {Pace{.requests = 3, .window = 10s}};
    Source source(options);
    const Instrument stock = source.request("2025-03-03", "2025-03-08").instrument;
    CHECK(source.finish<Result<Instrument>>([&] { return source.history.instrument("KO"); }) == stock);
    CHECK(source.finish<Result<std::optional<Instant>>>([&] { return source.history.head(stock, Timeframe::d1); }) ==
          at("2000-01-03"));
    const auto from = std::chrono::floor<std::chrono::days>(at("2000-01-01"));
    CHECK(source.finish<Result<std::vector<CorporateAction>>>(
        [&] { return source.history.actions(stock, from, from + std::chrono::days(365)); }));
    const auto refused = source.finish<Result<Instrument>>([&] { return source.history.instrument("KO"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::rate_limited);
}

TEST_CASE("too many requests at once are refused and counted") {
    HistorySimulationOptions options;
    options.requests_in_flight_max = 2;
    Source source(options);
    const HistoryRequest request = source.request("2025-03-03", "2025-03-08");
    const std::vector<Result<HistoryAnswer>> answers = source.ask(std::vector{request, request, request});
    CHECK(answers[0]);
    CHECK(answers[1]);
    REQUIRE_FALSE(answers[2]);
    CHECK(answers[2].error().kind == ErrorKind::rate_limited);
    CHECK(answers[2].error().venue_code == "SIM-BUSY");
    CHECK(source.history.traffic().in_flight_violations == 1);
    CHECK(source.history.traffic().in_flight_max == 3);
    CHECK(source.history.traffic().in_flight == 0);
    CHECK(source.ask(request));
}

TEST_CASE("a long answer is cut, and says how far it goes") {
    HistorySimulationOptions options;
    options.bars_per_request_max = 100;
    options.no_trade_share = 0;
    Source source(options);
    Bars bars;
    HistoryRequest request = source.request("2025-03-03", "2025-03-04", Timeframe::m1);
    std::size_t requests = 0;
    while (request.from < request.to) {
        const HistoryAnswer answer = source.ask(request).value();
        CHECK(answer.bars.size() <= 100);
        REQUIRE(answer.complete_before > request.from);
        for (std::size_t i = 0; i < answer.bars.size(); ++i) {
            CHECK(answer.bars.open_time[i] < answer.complete_before);
            REQUIRE(bars.push_back(answer.bars.at(i)));
        }
        request.from = answer.complete_before;
        ++requests;
    }
    CHECK(requests == 4);
    CHECK(bars.size() == 390);
}

TEST_CASE("errors of the plan pass when the request is repeated") {
    HistorySimulationOptions options;
    options.error_share = 0.5;
    options.paces = {};
    Source source(options);
    std::size_t failed = 0;
    for (int day = 0; day < 40; ++day) {
        HistoryRequest request = source.request("2025-03-03", "2025-03-08");
        request.from += std::chrono::days(day);
        request.to += std::chrono::days(day);
        int attempts = 0;
        for (Result<HistoryAnswer> answer = source.ask(request); !answer; answer = source.ask(request)) {
            const ErrorKind kind = answer.error().kind;
            CHECK((kind == ErrorKind::connection || kind == ErrorKind::timeout || kind == ErrorKind::rate_limited));
            ++failed;
            REQUIRE(++attempts < 20);
        }
    }
    CHECK(failed > 15);
    CHECK(failed < 90);
    CHECK(source.history.traffic().errors == failed);
    CHECK(source.history.traffic().pace_violations == 0);
}

TEST_CASE("faults on purpose see the request and the attempt") {
    HistorySimulationOptions options;
    options.fault = [](const HistoryRequest& request, std::uint32_t attempt) -> std::optional<Error> {
        if (request.instrument.symbol == "KO" && attempt <= 2) {
            return Error(ErrorKind::timeout, "test.timeout", "attempt " + std::to_string(attempt));
        }
        return std::nullopt;
    };
    options.failing_symbols = {"PEP"};
    Source source(options);
    const HistoryRequest request = source.request("2025-03-03", "2025-03-08");
    CHECK(source.ask(request).error().message == "attempt 1");
    CHECK(source.ask(request).error().message == "attempt 2");
    CHECK(source.ask(request));
    const Result<HistoryAnswer> rejected = source.ask(source.request("2025-03-03", "2025-03-08", Timeframe::d1, "PEP"));
    REQUIRE_FALSE(rejected);
    CHECK(rejected.error().kind == ErrorKind::rejected);
    CHECK(source.finish<Result<Instrument>>([&] { return source.history.instrument("PEP"); }));
    CHECK(source.ask(source.request("2025-03-03", "2025-03-08", Timeframe::d1, "IBM")));
}

TEST_CASE("an unknown symbol and an empty range are refused in the venue's words") {
    Source source;
    const auto unknown = source.finish<Result<Instrument>>([&] { return source.history.instrument("NOSUCHTHING"); });
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::not_found);
    CHECK(unknown.error().venue_code == "SIM-200");
    HistoryRequest foreign = source.request("2025-03-03", "2025-03-08");
    foreign.instrument.symbol = "NOSUCHTHING";
    CHECK(source.ask(foreign).error().kind == ErrorKind::not_found);
    CHECK(source.ask(source.request("2025-03-08", "2025-03-03")).error().kind == ErrorKind::rejected);
}

TEST_CASE("a request that is given up leaves no trace") {
    Source source;
    const HistoryRequest request = source.request("2025-03-03", "2025-03-08");
    std::optional<ErrorKind> kind;
    runtime::TaskScope scope(source.time.loop);
    scope.spawn("ask", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        const Result<HistoryAnswer> answer = co_await source.history.bars(request);
        kind = answer.error().kind;
    });
    source.time.run_for(1ms);
    CHECK(source.history.traffic().in_flight == 1);
    scope.cancel();
    source.time.run_until_idle();
    CHECK(kind == ErrorKind::cancelled);
    CHECK(source.history.traffic().in_flight == 0);
}

TEST_CASE("on real workers the answers are the same") {
    HistorySimulationOptions options;
    options.latency = 0ms;
    Source inline_source(options);
    const HistoryRequest request = inline_source.request("2025-03-03", "2025-03-08", Timeframe::h1, "EURUSD");
    const SystemClock clock;
    runtime::Loop loop(clock, false);
    runtime::Workers workers(loop, "simulated", 2);
    SimulatedHistory history(loop, workers, options);
    std::optional<Result<HistoryAnswer>> answer;
    runtime::TaskScope scope(loop);
    scope.spawn("ask", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        Result<HistoryAnswer> result = co_await history.bars(request);
        answer.emplace(std::move(result));
    });
    run_until(loop, [&] {
        loop.timers().fire_due();
        return answer.has_value() && scope.empty();
    });
    CHECK(answer->value().bars == inline_source.ask(request).value().bars);
}

TEST_CASE("the paper venue hands out the history it was given") {
    VirtualLoop time;
    TempDirectory directory;
    FakeHistory closes;
    runtime::Workers workers(time.loop, "simulated", 1);
    paper::PaperVenue plain(time.loop, paper::PaperOptions{.directory = directory.path}, closes.source());
    CHECK(plain.history() == nullptr);
    auto made = std::make_unique<SimulatedHistory>(time.loop, workers, HistorySimulationOptions{});
    const SimulatedHistory* expected = made.get();
    paper::PaperVenue venue(time.loop, paper::PaperOptions{.directory = directory.path}, closes.source(),
                            std::move(made));
    CHECK(venue.history() == expected);
    REQUIRE(venue.connections().size() == 2);
    CHECK(venue.connections()[1].endpoint == "simulated history");
}
