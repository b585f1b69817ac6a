#include "tests/bench/row_table.hpp"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

namespace tradesh::bench {
namespace {

constexpr const char* timeframe = "1d";
constexpr std::int64_t second_ns = 1'000'000'000;

void check(bool fine, sqlite3* handle) {
    if (!fine) {
        std::fprintf(stderr, "bench_store: row table: %s\n", sqlite3_errmsg(handle));
        std::exit(1);
    }
}

} // namespace

RowTable::RowTable(const std::string& path) {
    check(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          nullptr) == SQLITE_OK,
          handle_);
    execute("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS bars (symbol TEXT NOT NULL, timeframe TEXT NOT NULL, time INTEGER NOT NULL, "
            "open REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL, volume INTEGER NOT NULL, "
            "PRIMARY KEY (symbol, timeframe, time)) STRICT, WITHOUT ROWID;");
    insert_ = prepare("INSERT INTO bars VALUES (?,?,?,?,?,?,?,?)");
    since_ = prepare("SELECT open, high, low, close, volume FROM bars WHERE symbol = ? AND timeframe = ? "
                     "AND time >= ? ORDER BY time");
    range_ = prepare("SELECT open, high, low, close, volume FROM bars WHERE symbol = ? AND timeframe = ? "
                     "ORDER BY time");
}

RowTable::~RowTable() {
    for (sqlite3_stmt* statement : {insert_, since_, range_}) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(handle_);
}

void RowTable::execute(const char* sql) {
    check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, handle_);
}

sqlite3_stmt* RowTable::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK, handle_);
    return statement;
}

void RowTable::insert(const std::vector<SymbolBars>& all) {
    execute("BEGIN IMMEDIATE");
    for (const SymbolBars& one : all) {
        const std::vector<double> open = one.bars.open.to_doubles();
        const std::vector<double> high = one.bars.high.to_doubles();
        const std::vector<double> low = one.bars.low.to_doubles();
        const std::vector<double> close = one.bars.close.to_doubles();
        sqlite3_bind_text(insert_, 1, one.symbol.data(), static_cast<int>(one.symbol.size()), SQLITE_STATIC);
        sqlite3_bind_text(insert_, 2, timeframe, -1, SQLITE_STATIC);
        for (std::size_t i = 0; i < one.bars.size(); ++i) {
            sqlite3_bind_int64(insert_, 3, one.bars.open_time[i].time_since_epoch().count() / second_ns);
            sqlite3_bind_double(insert_, 4, open[i]);
            sqlite3_bind_double(insert_, 5, high[i]);
            sqlite3_bind_double(insert_, 6, low[i]);
            sqlite3_bind_double(insert_, 7, close[i]);
            sqlite3_bind_int64(insert_, 8, one.bars.volume.units[i]);
            check(sqlite3_step(insert_) == SQLITE_DONE, handle_);
            sqlite3_reset(insert_);
        }
    }
    execute("COMMIT");
}

double RowTable::sum_rows(sqlite3_stmt* rows) {
    double sum = 0;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int column = 0; column < 5; ++column) {
            sum += sqlite3_column_double(rows, column);
        }
    }
    check(code == SQLITE_DONE, handle_);
    sqlite3_reset(rows);
    return sum;
}

double RowTable::sum_since(const std::vector<std::string>& symbols, Instant from) {
    double sum = 0;
    execute("BEGIN");
    for (const std::string& symbol : symbols) {
        sqlite3_bind_text(since_, 1, symbol.data(), static_cast<int>(symbol.size()), SQLITE_STATIC);
        sqlite3_bind_text(since_, 2, timeframe, -1, SQLITE_STATIC);
        sqlite3_bind_int64(since_, 3, from.time_since_epoch().count() / second_ns);
        sum += sum_rows(since_);
    }
    execute("COMMIT");
    return sum;
}

double RowTable::sum_all(const std::vector<std::string>& symbols) {
    double sum = 0;
    execute("BEGIN");
    for (const std::string& symbol : symbols) {
        sqlite3_bind_text(range_, 1, symbol.data(), static_cast<int>(symbol.size()), SQLITE_STATIC);
        sqlite3_bind_text(range_, 2, timeframe, -1, SQLITE_STATIC);
        sum += sum_rows(range_);
    }
    execute("COMMIT");
    return sum;
}

void RowTable::checkpoint() { execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

} // namespace tradesh::bench
