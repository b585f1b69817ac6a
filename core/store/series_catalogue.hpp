#pragma once

#include "core/store/bar_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradesh::store {

/// The series that a symbol is read from.
struct ChosenSeries {
    std::string symbol;
    InstrumentId instrument;
    std::int64_t series = 0; ///< its id
    std::int64_t revision = 0;
};

/// Of each instrument with bars of one timeframe the series that scans read: raw prices before adjusted ones, then the
/// source with the newest bar. A value, true of the moment it was read.
class SeriesCatalogue {
public:
    /// One query over all series.
    static Result<SeriesCatalogue> read(Database& database, Timeframe timeframe);
    /// The newest revision in the file: as long as it stays the same, no bar has changed. One tiny query.
    static Result<std::int64_t> newest_revision(Database& database);

    /// Series of all timeframes, those without bars included. Cheap.
    static Result<std::size_t> series_count(Database& database);
    /// Those that have bars at all; with a timeframe those that have bars of a shorter one. One query, ascending.
    static Result<std::vector<InstrumentId>> instruments(Database& database, std::optional<Timeframe> shorter_than);

    /// What newest_revision was when this was read.
    std::int64_t revision() const { return revision_; }
    /// By symbol.
    const std::vector<ChosenSeries>& all() const { return all_; }
    /// Its place in `all`; the size of it for an unknown symbol.
    std::size_t find(const std::string& symbol) const;

private:
    std::int64_t revision_ = -1;
    std::vector<ChosenSeries> all_;
    std::unordered_map<std::string, std::size_t> by_symbol_;
};

} // namespace tradesh::store
