#include "cli/commands/scan_table.hpp"

#include "cli/commands/data_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace tradesh::cli {
namespace {

using expression::Output;
using expression::OutputRole;

constexpr std::array<std::string_view, 5> own_columns{"symbol", "time", "match", "why", "rank"};

bool is_column(const Output& output) { return output.role != OutputRole::clause; }

/// What is empty is neither less nor greater: it comes last either way.
bool comes_first(const Cell& left, const Cell& right, bool descending) {
    if (left.is_empty() || right.is_empty()) {
        return !left.is_empty();
    }
    const Cell& least = descending ? right : left;
    const Cell& most = descending ? left : right;
    if (least.value().index() != most.value().index()) {
        return least.value().index() < most.value().index();
    }
    return std::visit(
        [&most]<class T>(const T& value) {
            if constexpr (std::same_as<T, std::monostate>) {
                return false;
            } else if constexpr (std::same_as<T, Real>) {
                return value.value < std::get<Real>(most.value()).value;
            } else {
                return value < std::get<T>(most.value());
            }
        },
        least.value());
}

/// Rows whose cells of that column are equal stay in their order.
void sort_rows(std::vector<std::vector<Cell>>& rows, std::size_t column, bool descending) {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
        const Cell& one = rows[left][column];
        const Cell& other = rows[right][column];
        return comes_first(one, other, descending) || (!comes_first(other, one, descending) && left < right);
    });
    std::vector<std::vector<Cell>> sorted;
    sorted.reserve(rows.size());
    for (const std::size_t index : order) {
        sorted.push_back(std::move(rows[index]));
    }
    rows = std::move(sorted);
}

} // namespace

Column value_column(const Output& output) {
    return {output.label, output.type == expression::Type::boolean ? CellType::boolean : CellType::real};
}

Cell value_cell(const Output& output, double value) {
    if (std::isnan(value)) {
        return {};
    }
    return output.type == expression::Type::boolean ? Cell(value != 0.0)
                                                    : Cell(Real{.value = value, .decimals = std::nullopt});
}

std::optional<std::string> doubled_column(const expression::Program& program) {
    const std::span<const Output> outputs = program.outputs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!is_column(outputs[i])) {
            continue;
        }
        const auto clashes = [&](const Output& earlier) {
            return is_column(earlier) && outputs[i].role != OutputRole::explains && earlier.label == outputs[i].label &&
                   earlier.step != outputs[i].step;
        };
        if (std::ranges::find(own_columns, outputs[i].label) != own_columns.end() ||
            std::ranges::any_of(outputs.first(i), clashes)) {
            return outputs[i].label;
        }
    }
    return std::nullopt;
}

ScanTable::ScanTable(const expression::Program& program, const ScanView& view)
    : program_(program),
      view_(view),
      unknown_(program.outputs().size()) {
    const std::span<const Output> outputs = program.outputs();
    const CellType time = is_daily_or_longer(program.timeframe()) ? CellType::date : CellType::time;
    columns_ = {{"symbol", CellType::text}, {"time", time}};
    if (view.why || view.all) {
        columns_.push_back({"match", CellType::text});
    }
    if (view.why) {
        columns_.push_back({"why", CellType::text});
    }
    const auto ranks = std::ranges::find(outputs, OutputRole::rank, &Output::role);
    if (ranks != outputs.end()) {
        rank_output_ = static_cast<std::size_t>(ranks - outputs.begin());
        rank_column_ = columns_.size();
        columns_.push_back({"rank", CellType::integer});
        outputs_.push_back(*rank_output_);
        columns_.push_back(value_column(*ranks));
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const bool shown =
            outputs[i].role == OutputRole::column || (outputs[i].role == OutputRole::explains && !view.why);
        if (shown && std::ranges::find(columns_, outputs[i].label, &Column::name) == columns_.end()) {
            outputs_.push_back(i);
            columns_.push_back(value_column(outputs[i]));
        }
    }
    if (view.sort) {
        sort_column_ =
            static_cast<std::size_t>(std::ranges::find(columns_, *view.sort, &Column::name) - columns_.begin());
    }
}

std::vector<Cell> ScanTable::cells(const std::string& symbol, const scan::ScanRow& row, std::string why) const {
    std::vector<Cell> cells{symbol, row.bar_time};
    if (view_.why || view_.all) {
        cells.emplace_back(name_of(row.matched));
    }
    if (view_.why) {
        cells.emplace_back(std::move(why));
    }
    if (rank_output_) {
        cells.emplace_back(); // known once all are
    }
    for (const std::size_t output : outputs_) {
        cells.push_back(value_cell(program_.outputs()[output], row.values[output]));
    }
    return cells;
}

void ScanTable::arrange(std::vector<std::vector<Cell>>& rows) const {
    if (rank_output_) {
        const std::size_t value = rank_column_ + 1;
        sort_rows(rows, value, true);
        std::int64_t rank = 0;
        for (std::vector<Cell>& row : rows) {
            ++rank;
            row[rank_column_] = row[value].is_empty() ? Cell() : Cell(rank);
        }
    }
    if (sort_column_) {
        sort_rows(rows, *sort_column_, view_.descending);
    }
}

void ScanTable::count_unknown(const scan::ScanRow& row) {
    for (std::size_t i = 0; i < unknown_.size(); ++i) {
        if (std::isnan(row.values[i])) {
            ++unknown_[i].all;
            unknown_[i].short_of_bars += row.bars_used < program_.outputs()[i].bars_needed ? 1 : 0;
        }
    }
}

std::vector<std::string> ScanTable::notes(std::string_view what) const {
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < unknown_.size(); ++i) {
        const Output& output = program_.outputs()[i];
        const bool asked = output.role == OutputRole::column || output.role == OutputRole::rank;
        if (!asked || unknown_[i].all == 0) {
            continue;
        }
        const std::string of = counted(unknown_[i].all, what);
        notes.push_back(unknown_[i].short_of_bars > 0
                            ? output.label + " needs " + counted(output.bars_needed, "bar") + ": unknown for " + of
                            : output.label + " is unknown for " + of);
    }
    return notes;
}

} // namespace tradesh::cli
