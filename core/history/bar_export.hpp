#pragma once

#include "core/history/coverage.hpp"
#include "core/market/bars.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::history {

/// Bars as long CSV, row by row: symbol, time, open, high, low, close, volume. `time` is the bar's open time in UTC
/// ("2024-01-02T14:30:00Z"; a date for 1d and longer); numbers are exact. Cells are empty for what does not exist: all
/// values of a slot without a bar. BarFile reads it back.
class LongCsv {
public:
    struct Options {
        bool state = false; ///< one column more: ok, no-trades, missing or delayed
    };
    LongCsv(std::string symbol, Timeframe timeframe, Options options)
        : symbol_(std::move(symbol)),
          timeframe_(timeframe),
          options_(options) {}

    static std::string header(Options options);
    /// Appends a row for every bar and, where runs are given, for every slot in [from, to) without one: `slots` and
    /// `runs` of that stretch, in ascending order.
    void append(std::string& text, const Bars& bars) const;
    void append(std::string& text, const Bars& bars, std::span<const Slot> slots, std::span<const SlotRun> runs) const;

private:
    std::string symbol_;
    Timeframe timeframe_;
    Options options_;
};

} // namespace tradesh::history
