#include "core/expression/running_program.hpp"
#include "tests/expression/random_expression.hpp"
#include "tests/expression/random_streams.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::expression;
using std::chrono::days;

namespace {

/// A bar of one stream in the order of all of them.
struct Arrival {
    Instant complete_at;
    StreamId stream = 0;
    std::size_t bar = 0;
};

/// As they were complete; of one moment the base's is last and the others' in any order.
std::vector<Arrival> arrivals_of(const std::vector<OwnedBars>& streams, std::mt19937& random) {
    std::vector<Arrival> arrivals;
    for (StreamId stream = 0; stream < streams.size(); ++stream) {
        for (std::size_t bar = 0; bar < streams[stream].size(); ++bar) {
            arrivals.push_back({streams[stream].complete_at[bar], stream, bar});
        }
    }
    std::ranges::shuffle(arrivals, random);
    const auto order = [](const Arrival& arrival) {
        return std::pair(arrival.complete_at, arrival.stream == base_stream);
    };
    std::ranges::sort(arrivals, {}, order);
    return arrivals;
}

bool close_to(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
}

void require_row(const LastValues& values, const SeriesValues& series, std::size_t row) {
    INFO("bar " << row << ": " << values.result << " instead of " << series.result[row]);
    REQUIRE(close_to(values.result, series.result[row]));
    REQUIRE(values.outputs.size() == series.outputs.size());
    for (std::size_t i = 0; i < values.outputs.size(); ++i) {
        INFO("output " << i << ": " << values.outputs[i] << " instead of " << series.outputs[i][row]);
        REQUIRE(close_to(values.outputs[i], series.outputs[i][row]));
    }
}

Result<Program> random_program(RandomExpression& generator) {
    constexpr std::array bases{Timeframe::h4, Timeframe::d1};
    QueryCompiler compiler(bases[generator.below(bases.size())]);
    const std::string text = generator.below(3) == 0 ? generator.number(4) : generator.condition(4);
    if (Result<void> read = compiler.condition(text, Wanted::anything); !read) {
        return fail(std::move(read.error()));
    }
    return std::move(compiler).finish();
}

/// Runs `check(program, streams)` over random programs and bars, until enough of them read several streams.
template <class Check>
void for_random_programs(RandomExpression& generator, Check check) {
    std::size_t several = 0;
    for (int i = 0; i < 400 || several < 60; ++i) {
        const Result<Program> program = random_program(generator);
        if (!program) {
            continue;
        }
        several += program->streams().size() > 1 ? 1 : 0;
        INFO(program->text());
        check(*program, random_streams(*program, days(40), generator.random()));
    }
}

} // namespace

TEST_CASE("bar by bar the values are those of the whole series") {
    RandomExpression generator;
    INFO(generator.describe());
    for_random_programs(generator, [&](const Program& program, const std::vector<OwnedBars>& streams) {
        const SeriesValues series = evaluate_outputs(program, views_of(streams));
        RunningProgram running(program);
        REQUIRE(std::isnan(running.values().result));
        std::size_t row = 0;
        for (const Arrival& arrival : arrivals_of(streams, generator.random())) {
            running.push(arrival.stream, arrival.complete_at, streams[arrival.stream].bar(arrival.bar));
            if (generator.below(40) == 0) { // what a bar in progress would give is asked of a copy
                RunningProgram copy = running.copy();
                copy.push(base_stream, arrival.complete_at + std::chrono::seconds(1), {1, 9, 1, 5, 7});
                copy.push(base_stream, arrival.complete_at + std::chrono::seconds(2), {3, 3, 3, 3, 3});
            }
            if (arrival.stream == base_stream) {
                require_row(running.values(), series, row++);
            }
        }
    });
}

TEST_CASE("a copy goes on as the original does") {
    RandomExpression generator;
    INFO(generator.describe());
    for_random_programs(generator, [&](const Program& program, const std::vector<OwnedBars>& streams) {
        RunningProgram original(program);
        std::vector<RunningProgram> copies;
        for (const Arrival& arrival : arrivals_of(streams, generator.random())) {
            const auto bar = streams[arrival.stream].bar(arrival.bar);
            if (copies.empty() && generator.below(50) == 0) {
                copies.push_back(original.copy());
            }
            original.push(arrival.stream, arrival.complete_at, bar);
            for (RunningProgram& copy : copies) {
                copy.push(arrival.stream, arrival.complete_at, bar);
                REQUIRE(close_to(copy.values().result, original.values().result));
            }
        }
    });
}

TEST_CASE("no value changes when later bars of any stream are taken away") {
    RandomExpression generator;
    INFO(generator.describe());
    for_random_programs(generator, [&](const Program& program, const std::vector<OwnedBars>& streams) {
        const SeriesValues series = evaluate_outputs(program, views_of(streams));
        for (int i = 0; i < 5; ++i) {
            const std::size_t row = generator.below(streams[base_stream].size());
            std::vector<StreamBars> known{streams[base_stream].first(row + 1)};
            for (StreamId stream = 1; stream < streams.size(); ++stream) {
                known.push_back(
                    streams[stream].first(streams[stream].complete_by(streams[base_stream].complete_at[row])));
            }
            const LastValues last = evaluate_last(program, known);
            INFO("bar " << row << ": " << last.result << " instead of " << series.result[row]);
            REQUIRE((last.result == series.result[row] || (std::isnan(last.result) && std::isnan(series.result[row]))));
        }
    });
}

namespace {

/// Bars of five days a week, of seven hours or around the clock, without holes.
OwnedBars market_bars(Timeframe timeframe, bool around_the_clock, std::mt19937& random) {
    const Duration length = nominal_length(timeframe);
    OwnedBars bars;
    for (Instant day = first_moment; day < first_moment + days(1'500); day += days(1)) {
        const auto weekday = (day - first_moment) / days(1) % 7; // the first moment is a Monday
        const Instant close = day + std::chrono::hours(around_the_clock ? 24 : 21);
        const bool ends = timeframe == Timeframe::w1 ? weekday == (around_the_clock ? 6 : 4) : true;
        if (weekday >= 5 && !around_the_clock) {
            continue;
        }
        const Instant open = around_the_clock ? day : day + std::chrono::hours(14);
        const bool is_intraday = timeframe < Timeframe::d1;
        for (Instant begin = is_intraday ? open : close - length; begin < close && ends; begin += length) {
            bars.add(std::min(begin + length, close), bars.size() == 0 ? 50.0 : bars.columns[3].back(), random);
        }
    }
    return bars;
}

} // namespace

TEST_CASE("the bars wanted of every stream give what all bars give") {
    std::mt19937 random(7);
    const bool around_the_clock = GENERATE(false, true);
    const auto [base, text] =
        GENERATE(table<Timeframe, std::string>({{Timeframe::d1, "sma(close@1h, 30) + sma(20)@1h"},
                                                {Timeframe::h1, "sma(close@1d, 70) + sma(20)@1d[40]"},
                                                {Timeframe::h1, "sma(close@4h, 90) - ema(10)@4h"},
                                                {Timeframe::h4, "highest(close@1h, 33) - rsi(7)@1h"},
                                                {Timeframe::d1, "sma(close@1w, 40) - sma(10)@1w"},
                                                {Timeframe::h1, "(sma(close@1w, 40)[200])@1d - close@1w"},
                                                {Timeframe::d1, "sma(close(\"SPY\"), 100) - sma(close(\"SPY\"), 5)@1h"},
                                                {Timeframe::h1, "sma(close(\"SPY\")@4h, 50)[100]"}}));
    INFO(text << " on " << name_of(base) << (around_the_clock ? " around the clock" : ""));
    QueryCompiler compiler(base);
    REQUIRE(compiler.condition(text, Wanted::anything).has_value());
    const Program program = std::move(compiler).finish().value();
    std::vector<OwnedBars> streams;
    for (const Stream& stream : program.streams()) {
        streams.push_back(market_bars(stream.timeframe, around_the_clock, random));
    }
    for (int i = 0; i < 40; ++i) {
        const std::size_t bars = streams[base_stream].size() - static_cast<std::size_t>(i);
        const Instant now = streams[base_stream].complete_at[bars - 1];
        std::vector<StreamBars> all;
        std::vector<StreamBars> wanted;
        for (StreamId stream = 0; stream < streams.size(); ++stream) {
            const std::size_t there = streams[stream].complete_by(now);
            const std::size_t count = std::min(there, program.streams()[stream].bars_wanted);
            all.push_back(streams[stream].first(there));
            wanted.push_back(streams[stream].view(there - count, count));
        }
        const double expected = evaluate_last(program, all).result;
        const double given = evaluate_last(program, wanted).result;
        INFO(given << " instead of " << expected);
        REQUIRE_FALSE(std::isnan(expected));
        REQUIRE(std::abs(given - expected) <= 1e-8 * std::max(1.0, std::abs(expected)));
    }
}
