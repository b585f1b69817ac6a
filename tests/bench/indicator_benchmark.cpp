// bench_indicators LIBRARY: one round of seven indicators over 2,000 series of 500 bars, and of their refresh for 200
// of them by new bars, by Tulip (LIBRARY is its shared object) and by us with each instruction set of this machine. One
// thread; times are its processor time. Prints "name<TAB>microseconds" lines.

#include "core/indicators/lanes.hpp"
#include "tests/bench/tulip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

using namespace tradesh::indicators;
using tradesh::bench::TulipFunction;

namespace {

constexpr std::size_t series_count = 2'000;
constexpr std::size_t bar_count = 500;
constexpr std::size_t block_count = series_count / lane_count;
constexpr std::size_t watched_count = 200; ///< series that are refreshed bar by bar: a long watchlist
constexpr std::size_t new_bars = 100;

/// Of the thread, so that other work on the machine counts less.
double processor_time_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <class Work>
void report(const char* name, Work work) {
    const double begin = processor_time_us();
    work();
    std::printf("%s\t%.1f\n", name, processor_time_us() - begin);
}

/// High, low and close of every series, each on its own and eight side by side.
struct Market {
    static constexpr std::size_t column_count = 3;
    static constexpr std::size_t bars = bar_count + new_bars;
    std::vector<double> alone = std::vector<double>(series_count * column_count * bars);
    std::vector<double> side_by_side = std::vector<double>(series_count * column_count * bars);

    Market() {
        std::mt19937_64 random(1);
        std::uniform_real_distribution<double> draw(-1, 1);
        for (std::size_t series = 0; series < series_count; ++series) {
            double close = 100;
            for (std::size_t bar = 0; bar < bars; ++bar) {
                const double open = close;
                close = open * (1 + 0.015 * draw(random));
                const double high = std::max(open, close) * (1 + 0.003 * std::abs(draw(random)));
                const double low = std::min(open, close) * (1 - 0.003 * std::abs(draw(random)));
                set(series, bar, {high, low, close});
            }
        }
    }
    const double* column(std::size_t series, std::size_t which) const {
        return alone.data() + (series * column_count + which) * bars;
    }
    const double* block_column(std::size_t block, std::size_t which) const {
        return side_by_side.data() + (block * column_count + which) * bars * lane_count;
    }

private:
    void set(std::size_t series, std::size_t bar, std::array<double, column_count> values) {
        for (std::size_t which = 0; which < column_count; ++which) {
            alone[(series * column_count + which) * bars + bar] = values[which];
            const std::size_t row = ((series / lane_count) * column_count + which) * bars + bar;
            side_by_side[row * lane_count + series % lane_count] = values[which];
        }
    }
};

/// Tulip's seven, over the bars from `first` on.
class Tulip {
public:
    explicit Tulip(const char* path) {
        const tradesh::bench::TulipLibrary library(path);
        std::ranges::transform(names, functions_.begin(), [&](const char* name) { return library.function(name); });
    }

    void run(const Market& market, std::size_t series, std::size_t first) {
        const double* high = market.column(series, 0) + first;
        const double* low = market.column(series, 1) + first;
        const double* close = market.column(series, 2) + first;
        call(ema, bar_count, {close}, {20});
        call(rsi, bar_count, {close}, {14});
        const double* strength = outputs_[0].data();
        std::copy_n(strength, bar_count - 14, strength_.begin());
        call(stoch, bar_count - 14, {strength_.data(), strength_.data(), strength_.data()}, {14, 3, 3});
        call(macd, bar_count, {close}, {12, 26, 9});
        call(bbands, bar_count, {close}, {20, 2});
        call(atr, bar_count, {high, low, close}, {14});
        call(adx, bar_count, {high, low, close}, {14});
    }
    double last_strength() const { return strength_[bar_count - 15]; }

private:
    enum Function : std::uint8_t { ema, rsi, stoch, macd, bbands, atr, adx };
    static constexpr std::array<const char*, 7> names{"ti_ema",    "ti_rsi", "ti_stoch", "ti_macd",
                                                      "ti_bbands", "ti_atr", "ti_adx"};

    void call(Function function, std::size_t bars, std::array<const double*, 3> inputs, std::array<double, 3> options) {
        const std::array<double*, 3> outputs{outputs_[0].data(), outputs_[1].data(), outputs_[2].data()};
        functions_[function](static_cast<int>(bars), inputs.data(), options.data(), outputs.data());
    }

    std::array<TulipFunction, 7> functions_{};
    std::array<std::array<double, bar_count>, 3> outputs_{};
    std::array<double, bar_count> strength_{};
};

/// One of our seven: what it reads (0 high, 1 low, 2 close) and its parameters.
struct Job {
    const Indicator* indicator;
    std::vector<std::size_t> columns;
    std::vector<double> parameters;
};

/// Those that have most to do come first: the columns arrive from memory meanwhile.
std::vector<Job> jobs() {
    return {{find_indicator("adx"), {0, 1}, {14}},
            {find_indicator("macd"), {2}, {12, 26, 9}},
            {find_indicator("stochrsi"), {2}, {14, 14, 3, 3}},
            {find_indicator("ema"), {2}, {20}},
            {find_indicator("rsi"), {2}, {14}},
            {find_indicator("bbands"), {2}, {20, 2}},
            {find_indicator("atr"), {0, 1, 2}, {14}}};
}

/// The last values of every series; [0] of each job's outputs, eight by eight.
struct LastValues {
    std::vector<std::array<double, lane_count>> strength = std::vector<std::array<double, lane_count>>(block_count);
};

void scan(const Market& market, const std::vector<Job>& all, InstructionSet set, LastValues& last) {
    std::array<std::array<double, lane_count>, 5> values{};
    std::array<double*, 5> outputs{};
    std::ranges::transform(values, outputs.begin(), [](auto& lanes) { return lanes.data(); });
    for (std::size_t block = 0; block < block_count; ++block) {
        for (const Job& job : all) {
            std::array<const double*, Market::column_count> inputs{};
            std::ranges::transform(job.columns, inputs.begin(),
                                   [&](std::size_t which) { return market.block_column(block, which); });
            compute_lanes(*job.indicator,
                          {.inputs = std::span(inputs).first(job.columns.size()),
                           .bars = bar_count,
                           .parameters = job.parameters,
                           .first = bar_count - 1,
                           .outputs = std::span(outputs).first(job.indicator->outputs.size())},
                          set);
            if (job.indicator->name == "rsi") {
                last.strength[block] = values[0];
            }
        }
    }
}

/// The seven of every series on its own, as they stand after its first bars.
class Watch {
public:
    Watch(const Market& market, const std::vector<Job>& all) : market_(market), jobs_(all) {
        for (std::size_t series = 0; series < watched_count; ++series) {
            for (const Job& job : jobs_) {
                running_.push_back(job.indicator->start(job.parameters));
            }
        }
        for (std::size_t bar = 0; bar < bar_count; ++bar) {
            refresh(bar);
        }
    }
    void refresh(std::size_t bar) {
        std::array<double, Market::column_count> inputs{};
        for (std::size_t i = 0; i < running_.size(); ++i) {
            const std::vector<std::size_t>& columns = jobs_[i % jobs_.size()].columns;
            for (std::size_t input = 0; input < columns.size(); ++input) {
                inputs[input] = market_.column(i / jobs_.size(), columns[input])[bar];
            }
            running_[i]->update(std::span(inputs).first(columns.size()), values_);
        }
    }

private:
    const Market& market_;
    const std::vector<Job>& jobs_;
    std::vector<std::unique_ptr<Running>> running_;
    std::array<double, 5> values_{};
};

/// The same, eight series at a time.
class WatchOfLanes {
public:
    WatchOfLanes(const Market& market, const std::vector<Job>& all, InstructionSet set) : market_(market), jobs_(all) {
        std::ranges::transform(values_, outputs_.begin(), [](auto& lanes) { return lanes.data(); });
        for (std::size_t block = 0; block < watched_count / lane_count; ++block) {
            for (const Job& job : jobs_) {
                running_.push_back(start_lanes(*job.indicator, job.parameters, set));
            }
        }
        for (std::size_t bar = 0; bar < bar_count; ++bar) {
            refresh(bar);
        }
    }
    void refresh(std::size_t bar) {
        std::array<const double*, Market::column_count> inputs{};
        for (std::size_t i = 0; i < running_.size(); ++i) {
            const Job& job = jobs_[i % jobs_.size()];
            for (std::size_t input = 0; input < job.columns.size(); ++input) {
                inputs[input] = market_.block_column(i / jobs_.size(), job.columns[input]) + bar * lane_count;
            }
            running_[i]->update(std::span(inputs).first(job.columns.size()),
                                std::span(outputs_).first(job.indicator->outputs.size()));
        }
    }

private:
    const Market& market_;
    const std::vector<Job>& jobs_;
    std::vector<std::unique_ptr<RunningLanes>> running_;
    std::array<std::array<double, lane_count>, 5> values_{};
    std::array<double*, 5> outputs_{};
};

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: bench_indicators TULIP-LIBRARY\n");
        return 2;
    }
    const Market market;
    const std::vector<Job> all = jobs();
    Tulip tulip(arguments[1]);
    LastValues last;
    for (const bool warm : {false, true}) { // the first time is for the caches
        const auto measure = [&](const char* name, auto work) { warm ? report(name, work) : work(); };
        measure("tulip", [&] {
            for (std::size_t series = 0; series < series_count; ++series) {
                tulip.run(market, series, 0);
            }
        });
        for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
            if (set <= best_instruction_set()) {
                measure(name_of(set).data(), [&] { scan(market, all, set, last); });
            }
        }
    }
    if (std::abs(last.strength.back().back() - tulip.last_strength()) > 1e-9) {
        std::fprintf(stderr, "bench_indicators: the two do not agree\n");
        return 1;
    }
    report("tulip new bar", [&] {
        for (std::size_t series = 0; series < watched_count; ++series) {
            tulip.run(market, series, new_bars);
        }
    });
    const auto refresh = [](const char* name, auto watch) {
        report(name, [&] {
            for (std::size_t bar = bar_count; bar < Market::bars; ++bar) {
                watch.refresh(bar);
            }
        });
    };
    refresh("new bars one by one", Watch(market, all));
    refresh("new bars by eight", WatchOfLanes(market, all, best_instruction_set()));
    std::printf("new bars\t%zu\n", new_bars);
    return 0;
}
