#include "cli/commands/data_plot_picture.hpp"

#include "cli/plot/svg_chart.hpp"
#include "cli/plot/terminal_chart.hpp"
#include "cli/render/display_width.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace tradesh::cli {
namespace {

bool means_utf8(std::string_view locale) {
    std::string lower(locale);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return lower.contains("utf-8") || lower.contains("utf8");
}

/// Blocks and braille, unless somebody says that they cannot be shown.
bool needs_ascii(const ClientFacts& facts) {
    const auto value_of = [&facts](const char* name) {
        const auto found = facts.environment.find(name);
        return found == facts.environment.end() ? std::string() : found->second;
    };
    const std::string locale = value_of("LC_ALL").empty() ? value_of("LANG") : value_of("LC_ALL");
    return value_of("TERM") == "dumb" || (!locale.empty() && !means_utf8(locale));
}

std::size_t columns_of(const PictureWanted& wanted) {
    constexpr std::size_t usual_columns = 80;
    return wanted.surface.columns > 0 ? wanted.surface.columns
           : wanted.facts.columns > 0 ? static_cast<std::size_t>(wanted.facts.columns)
                                      : usual_columns;
}

/// Rows of the terminal that the notes take behind the chart.
std::size_t rows_of(const std::vector<std::string>& notes, const PictureWanted& wanted) {
    constexpr std::size_t label_columns = 6; ///< of "note: "
    const std::size_t columns = columns_of(wanted);
    std::size_t rows = 0;
    for (const std::string& note : notes) {
        rows += (label_columns + display_width(printable(note)) + columns - 1) / columns;
    }
    return wanted.quiet || !wanted.facts.stderr_is_terminal ? 0 : rows;
}

/// Two thirds of the terminal, more of it where there are panels, but no more than stays in sight: the typed line, the
/// notes and the prompt have their rows, too.
std::size_t lines_that_fit(const Chart& chart, const PictureWanted& wanted, const std::vector<std::string>& notes) {
    constexpr std::size_t panel_lines = 4;
    constexpr std::size_t usual_lines = 24; ///< of what is no terminal
    const std::size_t panels = chart.below.size() * panel_lines;
    if (wanted.surface.columns == 0 || wanted.facts.rows <= 0) {
        return usual_lines + panels;
    }
    const auto rows = static_cast<std::size_t>(wanted.facts.rows);
    const std::size_t others = 2 + rows_of(notes, wanted);
    return std::min(rows * 2 / 3 + panels, rows > others ? rows - others : 0);
}

void tell_crowd(Chart& fitted, const FittedChart& how, std::size_t bars, std::vector<std::string>& notes) {
    if (how.bars_per_candle > 1) {
        const std::string fact = "each candle is " + std::to_string(how.bars_per_candle) + " bars";
        fitted.facts += ", " + fact;
        notes.push_back(fact + ": all " + std::to_string(bars) + " bars do not fit side by side");
    }
    if (how.left_out > 0) {
        notes.push_back("the last " + std::to_string(fitted.size()) + " of " + std::to_string(bars) +
                        " bars, which is what fits; -n " + std::to_string(bars) +
                        " shows them all, several in a candle");
    }
}

void tell_far_off(const Chart& chart, std::vector<std::string>& notes) {
    std::string names;
    const std::vector<std::string> labels = far_off_prices(chart);
    for (const std::string& label : labels) {
        names += (names.empty() ? "" : ", ") + label;
    }
    if (labels.size() == 1) {
        notes.push_back(names + " lies far off the prices and flattens the candles: --below draws it in a panel of "
                                "its own");
    } else if (!labels.empty()) {
        notes.push_back(names + " lie far off the prices and flatten the candles: --below draws them in a panel of "
                                "their own");
    }
}

std::string draw_text(const Chart& chart, const PictureWanted& wanted, std::vector<std::string>& notes) {
    const TerminalLook look{.color = wanted.surface.color, .ascii = needs_ascii(wanted.facts)};
    const std::size_t columns = columns_of(wanted);
    const std::size_t least = lines_needed(chart, columns, look);
    if (wanted.lines && *wanted.lines < least) {
        notes.push_back("this chart takes " + std::to_string(least) + " lines at least");
    }
    const std::size_t lines = wanted.lines.value_or(lines_that_fit(chart, wanted, notes));
    return draw_on_terminal(chart, {.columns = columns, .lines = std::max(lines, least)}, look);
}

} // namespace

Picture draw_picture(Chart chart, const PictureWanted& wanted, std::vector<std::string> notes) {
    if (chart.logarithmic && !(range_of_prices(chart).low > 0)) {
        chart.logarithmic = false;
        notes.emplace_back("prices that are not positive have no logarithm: the scale is linear");
    }
    const std::size_t room = wanted.is_svg ? svg_candles_max : candles_across(chart, columns_of(wanted));
    FittedChart fitted = fit(chart, room, wanted.is_svg ? Crowd::combine : wanted.crowd);
    tell_crowd(fitted.chart, fitted, chart.size(), notes);
    tell_far_off(fitted.chart, notes);
    std::string bytes = wanted.is_svg ? draw_svg(fitted.chart) : draw_text(fitted.chart, wanted, notes);
    return {.bytes = std::move(bytes), .candles = fitted.chart.size(), .notes = std::move(notes)};
}

} // namespace tradesh::cli
