// bench_store FOLDER ROUNDS: the bar store against a SQLite row table in FOLDER, in turn, round by round. Prints a line
// a measurement: its name and its value of every round (microseconds, or bytes), separated by tabs.
//
// Both sides get the same bars, generated before any clock runs, and every read adds up every value: sums that differ
// end the program, as does any failure.

#include "core/engine/stored_bars.hpp"
#include "core/expression/program.hpp"
#include "core/scan/symbol_scan.hpp"
#include "tests/bench/random_stocks.hpp"
#include "tests/bench/required.hpp"
#include "tests/bench/row_table.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

using namespace tradesh;
using bench::give_up;
using bench::random_stocks;
using bench::required;
using bench::RowTable;
using bench::SymbolBars;

namespace {

constexpr std::size_t insert_symbols = 500;
constexpr std::size_t insert_bars = 2'000; // of each: one million
constexpr std::size_t read_symbols = 5'000;
constexpr std::size_t read_bars_stored = 1'000;
constexpr std::size_t read_bars = 500;

/// market.db with the instruments of `all`, and their series.
class Market {
public:
    Market(const std::string& path, const std::vector<SymbolBars>& all)
        : file_(required(store::MarketFile::open(path))) {
        store::Transaction transaction = required(store::Transaction::begin(file_->database));
        for (const SymbolBars& one : all) {
            Instrument instrument;
            instrument.symbol = one.symbol;
            keys_.push_back({.instrument = required(file_->instruments.add(instrument)).id});
        }
        required(transaction.commit());
    }
    void insert(const std::vector<SymbolBars>& all) {
        store::Transaction transaction = required(store::Transaction::begin(file_->database));
        for (std::size_t i = 0; i < all.size(); ++i) {
            required(file_->bars.merge(keys_[i], all[i].bars));
        }
        required(transaction.commit());
    }
    void add_a_bar_each(std::size_t day) {
        store::Transaction transaction = required(store::Transaction::begin(file_->database));
        for (const store::SeriesKey& key : keys_) {
            Bars bars = required(file_->bars.last(key, 1));
            bars.open_time[0] = std::chrono::sys_days(std::chrono::year(2030) / 1 / 1) + std::chrono::days(day);
            required(file_->bars.merge(key, bars));
        }
        required(transaction.commit());
    }
    double sum_all() {
        double sum = 0;
        for (const store::SeriesKey& key : keys_) {
            const Bars bars = required(file_->bars.range(key, Instant::min(), Instant::max()));
            for (const ScaledColumn* column : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume}) {
                for (const double value : column->to_doubles()) {
                    sum += value;
                }
            }
        }
        return sum;
    }
    void checkpoint() { required(file_->database.execute("PRAGMA wal_checkpoint(TRUNCATE)")); }

private:
    std::unique_ptr<store::MarketFile> file_;
    std::vector<store::SeriesKey> keys_;
};

/// All values of the last bars, read as a scan reads them: what has changed is looked for, then block by block.
double sum_last(engine::StoredBars& source, const std::vector<std::string>& symbols) {
    const scan::BarsWanted wanted{
        .timeframe = Timeframe::d1, .bars = read_bars, .columns = {true, true, true, true, true}};
    const std::unique_ptr<scan::ScanBars> bars = required(source.open(symbols, wanted));
    double sum = 0;
    for (const scan::SymbolGroup& group : bars->groups()) {
        double group_sum = 0;
        bars->read(group, [&](std::span<const scan::GroupMember> members, const Result<BarBlock>& block) {
            if (!block || members.size() != block->lanes) {
                give_up("a group is not a whole block");
            }
            std::array<double, BarBlock::lanes_max> sums{};
            for (const double* column : block->columns) {
                const double* end = column + block->rows * block->lanes;
                for (const double* row = end - read_bars * block->lanes; row < end; row += BarBlock::lanes_max) {
                    for (std::size_t lane = 0; lane < BarBlock::lanes_max; ++lane) {
                        sums[lane] += row[lane];
                    }
                }
            }
            group_sum = 0;
            for (const double each : sums) {
                group_sum += each;
            }
        });
        sum += group_sum;
    }
    return sum;
}

/// The whole work of a scan on one thread, without the loop.
double scan_all(engine::StoredBars& source, const std::vector<std::string>& symbols,
                const expression::Program& program) {
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

std::map<std::string, std::vector<double>> results;

template <class Work>
auto timed(const std::string& name, Work work) {
    const auto start = std::chrono::steady_clock::now();
    const auto stop = [&] {
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        results[name].push_back(took.count());
    };
    if constexpr (std::is_void_v<decltype(work())>) {
        work();
        stop();
    } else {
        const auto value = work();
        stop();
        return value;
    }
}

void check_sums(double peer, double ours) {
    if (!(std::abs(peer - ours) <= 1e-9 * std::abs(peer))) {
        give_up("the sums differ: " + std::to_string(peer) + " and " + std::to_string(ours));
    }
}

/// Out of the page cache with every file whose name begins so.
void drop_from_memory(const std::string& folder, const std::string& name) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with(name)) {
            continue;
        }
        const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0 || ::fsync(file) != 0 || ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) {
            give_up("cannot drop " + entry.path().string() + " from memory");
        }
        ::close(file);
    }
}

void bench_insert(const std::string& folder, int rounds) {
    const std::vector<SymbolBars> all = random_stocks(insert_symbols, insert_bars);
    for (int round = 0; round < rounds; ++round) {
        const std::string of_round = std::to_string(round);
        const std::string peer_path = folder + "/rows-insert" + of_round;
        const std::string our_path = folder + "/market-insert" + of_round;
        RowTable peer(peer_path);
        timed("insert.peer", [&] { peer.insert(all); });
        peer.checkpoint();
        Market ours(our_path, all);
        timed("insert.ours", [&] { ours.insert(all); });
        ours.checkpoint();
        results["bytes.peer"].push_back(static_cast<double>(std::filesystem::file_size(peer_path)));
        results["bytes.ours"].push_back(static_cast<double>(std::filesystem::file_size(our_path)));
        for (const std::string& path : {peer_path, our_path}) {
            std::filesystem::remove(path);
        }
    }
}

void bench_read(const std::string& folder, int rounds) {
    const std::string peer_path = folder + "/rows.db";
    const std::string our_path = folder + "/market.db";
    std::vector<std::string> symbols;
    Instant from; // of the last bars, the same for all
    auto market = [&] {
        const std::vector<SymbolBars> all = random_stocks(read_symbols, read_bars_stored);
        for (const SymbolBars& one : all) {
            symbols.push_back(one.symbol);
        }
        from = all[0].bars.open_time[read_bars_stored - read_bars];
        RowTable(peer_path).insert(all);
        auto made = std::make_unique<Market>(our_path, all);
        made->insert(all);
        return made;
    }();
    {
        RowTable peer(peer_path);
        peer.checkpoint();
        market->checkpoint();
        engine::StoredBars ours(our_path);
        check_sums(peer.sum_since(symbols, from), sum_last(ours, symbols)); // also warms both up
        const expression::Program program = expression::compile("close > sma(20)").value();
        for (int round = 0; round < rounds; ++round) {
            check_sums(timed("warm.peer", [&] { return peer.sum_since(symbols, from); }),
                       timed("warm.ours", [&] { return sum_last(ours, symbols); }));
            timed("scan.ours", [&] { return scan_all(ours, symbols, program); });
        }
        for (int round = 0; round < rounds; ++round) {
            check_sums(timed("range.peer", [&] { return peer.sum_all(symbols); }),
                       timed("range.ours", [&] { return market->sum_all(); }));
        }
    }
    for (int round = 0; round < rounds; ++round) {
        drop_from_memory(folder, "rows.db");
        const double peer = timed("cold.peer", [&] { return RowTable(peer_path).sum_since(symbols, from); });
        drop_from_memory(folder, "market.db");
        check_sums(peer, timed("cold.ours", [&] {
                       engine::StoredBars ours(our_path);
                       return sum_last(ours, symbols);
                   }));
    }
    for (int round = 0; round < rounds; ++round) {
        std::filesystem::remove(our_path + ".tail-1d");
        engine::StoredBars ours(our_path);
        timed("rebuild.ours", [&] { return sum_last(ours, symbols); });
        market->add_a_bar_each(static_cast<std::size_t>(round));
        timed("refresh.ours", [&] { return sum_last(ours, symbols); });
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3 || std::atoi(argv[2]) < 1) {
        give_up("usage: bench_store FOLDER ROUNDS");
    }
    bench_insert(argv[1], std::atoi(argv[2]));
    bench_read(argv[1], std::atoi(argv[2]));
    for (const auto& [name, values] : results) {
        std::printf("%s", name.c_str());
        for (const double value : values) {
            std::printf("\t%.1f", value);
        }
        std::printf("\n");
    }
}
