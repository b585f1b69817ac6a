#pragma once

#include "tests/bench/random_stocks.hpp"

#include <cstdint>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace tradesh::bench {

/// What one would write without a bar store: a row a bar in a table WITHOUT ROWID, keyed by symbol, timeframe and time,
/// with the durability settings of market.db. Every statement is prepared once. A failure ends the program.
class RowTable {
public:
    explicit RowTable(const std::string& path);
    RowTable(const RowTable&) = delete;
    RowTable& operator=(const RowTable&) = delete;
    ~RowTable();

    /// In one transaction, in the order of the key.
    void insert(const std::vector<SymbolBars>& all);
    /// The sum of all values of the symbols from a time on, read in one transaction. Whoever wants the last bars is
    /// told for nothing when they begin: forwards is how the system reads ahead, and half as fast again as LIMIT
    /// backwards.
    double sum_since(const std::vector<std::string>& symbols, Instant from);
    /// The sum of all values there are.
    double sum_all(const std::vector<std::string>& symbols);
    /// Brings everything from the write-ahead log into the file.
    void checkpoint();

private:
    void execute(const char* sql);
    sqlite3_stmt* prepare(const char* sql);
    double sum_rows(sqlite3_stmt* rows);

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* since_ = nullptr;
    sqlite3_stmt* range_ = nullptr;
};

} // namespace tradesh::bench
