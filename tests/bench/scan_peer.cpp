// bench_scan_peer ROWS LIBRARY RSI: the scan of scan_benchmark.cpp as one would write it with Tulip over a SQLite row
// table (row_table.hpp): symbol after symbol, in one pass over the rows; the RSI has to be below RSI. Prints the
// symbols that match.

#include "tests/bench/tulip.hpp"

#include <sqlite3.h>

#include <array>
#include <string>
#include <vector>

namespace {

using tradesh::bench::TulipFunction;

class Scan {
public:
    Scan(const char* path, double rsi_below) : rsi_below_(rsi_below) {
        const tradesh::bench::TulipLibrary library(path);
        rsi_ = library.function("ti_rsi");
        ema_ = library.function("ti_ema");
        adx_ = library.function("ti_adx");
    }
    void add(double high, double low, double close) {
        high_.push_back(high);
        low_.push_back(low);
        close_.push_back(close);
    }
    /// Of the bars since it was asked last.
    bool matches() {
        out_.resize(close_.size());
        const bool yes = last(rsi_, {close_.data()}, 14, 14) < rsi_below_ &&
                         close_.back() > last(ema_, {close_.data()}, 50, 0) &&
                         last(adx_, {high_.data(), low_.data(), close_.data()}, 14, 26) > 25;
        high_.clear();
        low_.clear();
        close_.clear();
        return yes;
    }

private:
    double last(TulipFunction function, std::array<const double*, 3> inputs, double period, std::size_t warm_up) {
        double* out = out_.data();
        function(static_cast<int>(close_.size()), inputs.data(), &period, &out);
        return out_[close_.size() - warm_up - 1];
    }

    double rsi_below_;
    TulipFunction rsi_;
    TulipFunction ema_;
    TulipFunction adx_;
    std::vector<double> high_;
    std::vector<double> low_;
    std::vector<double> close_;
    std::vector<double> out_;
};

} // namespace

int main(int count, char** arguments) {
    sqlite3* rows = nullptr;
    sqlite3_stmt* bars = nullptr;
    if (count != 4 || sqlite3_open_v2(arguments[1], &rows, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(rows,
                           "SELECT symbol, high, low, close FROM bars WHERE timeframe = '1d' ORDER BY symbol, time", -1,
                           &bars, nullptr) != SQLITE_OK) {
        std::fprintf(stderr, "usage: bench_scan_peer ROWS LIBRARY RSI: %s\n",
                     rows == nullptr ? "" : sqlite3_errmsg(rows));
        return 2;
    }
    Scan scan(arguments[2], std::atof(arguments[3]));
    std::string symbol;
    const auto finish = [&] {
        if (!symbol.empty() && scan.matches()) {
            std::puts(symbol.c_str());
        }
    };
    while (sqlite3_step(bars) == SQLITE_ROW) {
        const char* next = reinterpret_cast<const char*>(sqlite3_column_text(bars, 0));
        if (symbol != next) {
            finish();
            symbol = next;
        }
        scan.add(sqlite3_column_double(bars, 1), sqlite3_column_double(bars, 2), sqlite3_column_double(bars, 3));
    }
    finish();
    sqlite3_finalize(bars);
    return sqlite3_close(rows) == SQLITE_OK ? 0 : 1;
}
