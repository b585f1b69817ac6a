#include "cli/commands/spread_report.hpp"

#include "cli/commands/chain_words.hpp"
#include "core/base/counted.hpp"
#include "core/scan/spread_score.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {

using runtime::Task;

namespace {

/// One row at a time, so that a reader who leaves or a command that is stopped does not wait for all of them.
Task<Result<void>> show_rows(Report& report, const std::vector<ShownSpread>& spreads,
                             std::vector<Cell> (*cells_of)(const ShownSpread&)) {
    for (const ShownSpread& spread : spreads) {
        std::vector<Cell> row = cells_of(spread);
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// What names a spread in every table.
std::vector<Column> naming_columns() {
    return {{"symbol", CellType::text},
            {"kind", CellType::text},
            {"expiry", CellType::date},
            {"long", CellType::decimal},
            {"short", CellType::decimal}};
}

std::vector<Cell> naming_cells(const ShownSpread& shown) {
    const scan::VerticalSpread& spread = shown.ranked->spread;
    const Option& bought = spread.long_leg->quote->option;
    return {shown.of->facts.instrument.symbol, name_of(spread.kind), date_cell(bought.expiry), bought.strike,
            spread.short_leg->quote->option.strike};
}

Cell real(double value, int decimals) { return Real{.value = value, .decimals = decimals}; }

std::vector<Cell> spread_cells(const ShownSpread& shown) {
    const scan::VerticalSpread& spread = shown.ranked->spread;
    const scan::ExactSpread exact = scan::exact(spread);
    std::vector<Cell> cells = naming_cells(shown);
    cells.insert(cells.begin() + 3, spread.long_leg->days_to_expiry);
    const std::vector<Cell> rest{exact.premium,
                                 exact.max_profit,
                                 exact.max_loss,
                                 exact.breakeven,
                                 real(spread.probability_of_profit, 3),
                                 real(spread.expected_value, 3),
                                 real(spread.greeks.delta, 4),
                                 real(shown.ranked->score, 2),
                                 spread.long_leg->quote->symbol + ",-" + spread.short_leg->quote->symbol};
    cells.insert(cells.end(), rest.begin(), rest.end());
    return cells;
}

std::vector<Cell> greeks_cells(const ShownSpread& shown) {
    const scan::VerticalSpread& spread = shown.ranked->spread;
    const scan::GreeksReport report = scan::report_greeks(spread);
    const scan::ScoreParts parts = scan::score_parts(spread);
    std::vector<Cell> cells = naming_cells(shown);
    const std::vector<Cell> rest{scan::exact(spread).max_loss * shown.of->chain->multiplier,
                                 real(spread.greeks.delta, 4),
                                 name_of(report.delta),
                                 real(spread.greeks.gamma, 4),
                                 name_of(report.gamma),
                                 real(spread.greeks.theta, 4),
                                 name_of(report.theta),
                                 real(spread.greeks.vega, 4),
                                 name_of(report.vega),
                                 real(report.risk, 0),
                                 report.balanced,
                                 real(shown.ranked->score, 2),
                                 real(scan::quick_score(spread), 2),
                                 real(parts.probability, 1),
                                 real(parts.reward, 1),
                                 real(parts.liquidity, 1),
                                 real(parts.delta, 1),
                                 real(parts.theta, 1),
                                 real(parts.vega, 1),
                                 real(parts.volatility, 1),
                                 real(parts.width, 1),
                                 real(parts.time, 1)};
    cells.insert(cells.end(), rest.begin(), rest.end());
    return cells;
}

std::vector<std::vector<Cell>> count_cells(const std::string& symbol, const scan::SpreadScanResult& result) {
    std::vector<std::vector<Cell>> rows;
    const auto filters_of = [&](std::initializer_list<scan::MeasureStage> stages) {
        for (const scan::FilterCount& count : result.filters) {
            const scan::SpreadMeasure& measure = *count.filter.measure;
            if (std::ranges::find(stages, measure.stage) != stages.end()) {
                rows.push_back({symbol, measure.name, scan::to_text(count.filter.range), count.seen, count.passed});
            }
        }
    };
    using Stage = scan::MeasureStage;
    filters_of({Stage::underlying});
    rows.push_back({symbol, "quoted on both sides", {}, result.contracts, result.tradable});
    filters_of({Stage::quote});
    rows.push_back({symbol, "explained by a volatility", {}, {}, result.modelled});
    filters_of({Stage::model, Stage::role});
    rows.push_back({symbol, "spreads that can be entered", {}, {}, result.candidates});
    filters_of({Stage::entry, Stage::value});
    rows.push_back({symbol, "spreads that match", {}, {}, result.matched});
    return rows;
}

} // namespace

std::optional<std::string> why_none_matched(const engine::SpreadsFound& found) {
    using Stage = scan::MeasureStage;
    const scan::SpreadScanResult& result = found.result;
    if (result.matched > 0) {
        return std::nullopt;
    }
    for (const scan::FilterCount& count : result.filters) {
        const scan::SpreadMeasure& measure = *count.filter.measure;
        if (count.seen == 0 || count.passed > 0) {
            continue;
        }
        if (measure.stage == Stage::underlying) {
            return std::nullopt; // told with its value
        }
        const bool of_spread = measure.stage == Stage::entry || measure.stage == Stage::value;
        return "none of the " + counted(count.seen, of_spread ? "spread" : "contract") + " that came so far passes --" +
               std::string(measure.name) + " " + scan::to_text(count.filter.range);
    }
    if (result.contracts == 0) {
        return "no option expires within those days";
    }
    if (result.tradable == 0) {
        return "none of " + counted(result.contracts, "contract") + " is quoted on both sides";
    }
    return "no two of the contracts that are left make a spread with something to gain and to lose";
}

std::vector<ShownSpread> best_spreads(const engine::SpreadsBatch& batch, std::size_t count) {
    std::vector<ShownSpread> all;
    for (const engine::SpreadsOutcome& outcome : batch.outcomes) {
        if (!outcome.found) {
            continue;
        }
        for (const scan::RankedSpread& ranked : outcome.found->result.spreads) {
            all.push_back({.of = &*outcome.found, .ranked = &ranked});
        }
    }
    // Those of one symbol are in order already, and symbols keep theirs among equals.
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < all.size(); ++i) {
        order.emplace_back(-all[i].ranked->rank, i);
    }
    std::ranges::sort(order);
    std::vector<ShownSpread> best;
    for (std::size_t i = 0; i < std::min(count, order.size()); ++i) {
        best.push_back(all[order[i].second]);
    }
    return best;
}

Task<Result<void>> report_spreads(Report& report, const std::vector<ShownSpread>& spreads, std::string name) {
    std::vector<Column> columns = naming_columns();
    columns.insert(columns.begin() + 3, {"dte", CellType::integer});
    for (const Column& column : std::vector<Column>{{"premium", CellType::decimal},
                                                    {"max_profit", CellType::decimal},
                                                    {"max_loss", CellType::decimal},
                                                    {"breakeven", CellType::decimal},
                                                    {"pop", CellType::real},
                                                    {"ev", CellType::real},
                                                    {"delta", CellType::real},
                                                    {"score", CellType::real},
                                                    {"legs", CellType::text}}) {
        columns.push_back(column);
    }
    report.table(std::move(columns), std::move(name));
    const Result<void> shown = co_await show_rows(report, spreads, spread_cells);
    co_return shown;
}

Task<Result<void>> report_spread_greeks(Report& report, const std::vector<ShownSpread>& spreads, std::string name) {
    std::vector<Column> columns = naming_columns();
    columns.push_back({"risk", CellType::decimal});
    for (const char* greek : {"delta", "gamma", "theta", "vega"}) {
        columns.push_back({greek, CellType::real});
        columns.push_back({std::string(greek) + "_band", CellType::text});
    }
    columns.push_back({"risk_score", CellType::real});
    columns.push_back({"balanced", CellType::boolean});
    for (const char* points :
         {"score", "quick_score", "probability_points", "reward_points", "liquidity_points", "delta_points",
          "theta_points", "vega_points", "volatility_points", "width_points", "time_points"}) {
        columns.push_back({points, CellType::real});
    }
    report.table(std::move(columns), std::move(name));
    const Result<void> shown = co_await show_rows(report, spreads, greeks_cells);
    co_return shown;
}

Task<Result<void>> report_spread_counts(Report& report, const engine::SpreadsBatch& batch, std::string name) {
    report.table({{"symbol", CellType::text},
                  {"step", CellType::text},
                  {"range", CellType::text},
                  {"seen", CellType::integer},
                  {"passed", CellType::integer}},
                 std::move(name));
    for (const engine::SpreadsOutcome& outcome : batch.outcomes) {
        if (!outcome.found) {
            continue;
        }
        std::vector<std::vector<Cell>> rows = count_cells(outcome.symbol, outcome.found->result);
        for (std::vector<Cell>& row : rows) {
            const Result<void> shown = co_await report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

} // namespace tradesh::cli
