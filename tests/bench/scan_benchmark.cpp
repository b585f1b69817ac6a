// bench_scan: a scan of 5,000 symbols with 500 daily bars each.
//
//     bench_scan make MARKET ROWS             the same bars as market.db and as a SQLite row table
//     bench_scan steps MARKET ROUNDS          processor time in this process: lines "name<TAB>microseconds of each
//     round"
//
// `steps` tells reading (every value that the scan needs is looked at) and the whole of the scan, reading included.

#include "core/engine/stored_bars.hpp"
#include "core/expression/program.hpp"
#include "core/indicators/lanes.hpp"
#include "core/scan/symbol_scan.hpp"
#include "tests/bench/required.hpp"
#include "tests/bench/row_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numeric>
#include <string_view>

using namespace tradesh;
using bench::give_up;
using bench::required;
using bench::SymbolBars;

namespace {

constexpr std::size_t symbol_count = 5'000;
constexpr std::size_t bar_count = 500;
constexpr const char* condition = "rsi(14) < 30 and close > ema(50) and adx(14) > 25";

void make(const std::string& market_path, const std::string& rows_path) {
    const std::vector<SymbolBars> all = bench::random_stocks(symbol_count, bar_count);
    const std::unique_ptr<store::MarketFile> market = required(store::MarketFile::open(market_path));
    store::Transaction transaction = required(store::Transaction::begin(market->database));
    for (const SymbolBars& one : all) {
        Instrument instrument;
        instrument.symbol = one.symbol;
        required(market->bars.merge({.instrument = required(market->instruments.add(instrument)).id}, one.bars));
    }
    required(transaction.commit());
    bench::RowTable rows(rows_path);
    rows.insert(all);
    rows.checkpoint();
}

/// Of the columns that were asked for.
double sum_of(const BarBlock& block) {
    std::array<double, BarBlock::lanes_max> sums{};
    for (const double* column : block.columns) {
        if (column == nullptr) {
            continue;
        }
        const double* end = column + block.rows * block.lanes;
        for (const double* row = end - bar_count * block.lanes; row < end; row += block.lanes) {
            for (std::size_t lane = 0; lane < block.lanes; ++lane) {
                sums[lane] += row[lane];
            }
        }
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double read_all(engine::StoredBars& source, const expression::Program& program) {
    const std::vector<std::string> symbols = required(source.symbols(Timeframe::d1));
    const scan::BarsWanted wanted = scan::bars_wanted(program, Timeframe::d1);
    const std::unique_ptr<scan::ScanBars> bars = required(source.open(symbols, wanted));
    double sum = 0;
    for (const scan::SymbolGroup& group : bars->groups()) {
        bars->read(group, [&](std::span<const scan::GroupMember>, const Result<BarBlock>& block) {
            sum += sum_of(required(Result<BarBlock>(block)));
        });
    }
    return sum;
}

double scan_all(engine::StoredBars& source, const expression::Program& program) {
    const std::vector<std::string> symbols = required(source.symbols(Timeframe::d1));
    const std::unique_ptr<scan::ScanBars> bars =
        required(source.open(symbols, scan::bars_wanted(program, Timeframe::d1)));
    double matched = 0;
    for (const scan::SymbolGroup& group : bars->groups()) {
        for (const scan::SymbolOutcome& outcome : scan::scan_group(program, *bars, group, symbols, Timeframe::d1)) {
            matched += required(outcome.rows).front().matched == expression::Truth::yes ? 1 : 0;
        }
    }
    return matched;
}

/// Of the thread, so that other work on the machine counts less.
double processor_time_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void report(const char* name, int rounds, const std::function<double()>& work) {
    std::printf("%s", name);
    for (int round = 0; round < rounds; ++round) {
        const double start = processor_time_us();
        const double value = work();
        const double took = processor_time_us() - start;
        if (value != value) {
            give_up("a bar is not known");
        }
        std::printf("\t%.1f", took);
    }
    std::printf("\n");
}

void steps(const std::string& market_path, int rounds) {
    engine::StoredBars source(market_path);
    const expression::Program program = expression::compile(condition, expression::Wanted::condition).value();
    scan_all(source, program); // so that the caches are warm
    report("read", rounds, [&] { return read_all(source, program); });
    report("whole", rounds, [&] { return scan_all(source, program); });
    std::printf("set\t%s\n", name_of(indicators::best_instruction_set()).data());
}

} // namespace

int main(int count, char** arguments) {
    const std::string_view verb = count == 4 ? arguments[1] : "";
    if (verb == "make") {
        make(arguments[2], arguments[3]);
    } else if (verb == "steps" && std::atoi(arguments[3]) > 0) {
        steps(arguments[2], std::atoi(arguments[3]));
    } else {
        give_up("usage: bench_scan make MARKET ROWS | steps MARKET ROUNDS");
    }
    return 0;
}
