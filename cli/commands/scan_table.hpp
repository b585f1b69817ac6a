#pragma once

#include "cli/commands/scan_words.hpp"
#include "cli/render/cell.hpp"
#include "core/scan/symbol_scan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// The rows of a scan: which columns there are, what stands in them, and in which order. A column has the label of the
/// output that it shows. A value is explained once: what explains the condition and was asked for as well is one
/// column.
class ScanTable {
public:
    ScanTable(const expression::Program& program, const ScanView& view);

    const std::vector<Column>& columns() const { return columns_; }
    /// True where no row can be shown before all are known.
    bool needs_all() const { return rank_output_.has_value() || sort_column_.has_value(); }

    /// What is told of one bar.
    std::vector<Cell> cells(const std::string& symbol, const scan::ScanRow& row, std::string why = {}) const;
    /// Puts them in order and numbers them by rank. What is unknown comes last.
    void arrange(std::vector<std::vector<Cell>>& rows) const;

    /// "ema(200) needs 200 bars: unknown for 3 symbols": a note for each column that was asked for and is not known
    /// somewhere; `what` a row is about, "symbol".
    void count_unknown(const scan::ScanRow& row);
    std::vector<std::string> notes(std::string_view what) const;

private:
    expression::Program program_;
    ScanView view_;
    std::vector<Column> columns_;
    std::vector<std::size_t> outputs_; ///< of the last columns
    std::optional<std::size_t> rank_output_{};
    std::size_t rank_column_ = 0;
    std::optional<std::size_t> sort_column_{};
    struct Unknown {
        std::size_t short_of_bars = 0;
        std::size_t all = 0;
    };
    std::vector<Unknown> unknown_; ///< by output
};

/// The column of an output, and what stands in it: as exact as it is for programs, rounded for people.
Column value_column(const expression::Output& output);
Cell value_cell(const expression::Output& output, double value);

/// A name that two columns with different values would have.
std::optional<std::string> doubled_column(const expression::Program& program);

} // namespace tradesh::cli
