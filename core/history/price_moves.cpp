#include "core/history/price_moves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::history {
namespace {

using std::chrono::days;
using std::chrono::floor;

constexpr std::size_t moves_min = 30; ///< to know what is usual
constexpr double outlier_moves = 12;  ///< usual moves beyond both neighbours
constexpr double jump_moves = 20;     ///< usual moves from close to close
constexpr double outlier_min = 0.005; ///< less than half a percent is nobody's concern, however calm the series
constexpr double jump_min = 0.01;
constexpr double news_max = 0.25;        ///< a larger move is more than what happens now and then
constexpr double split_tolerance = 0.06; ///< a split may fall on a day of news
constexpr std::size_t around = 12;       ///< bars before and after that tell whether a time is calm
constexpr std::size_t level_bars = 3;    ///< whose median is the level before and after a jump

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::string rounded(double value, int decimals) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string price_text(const ScaledColumn& prices, std::size_t row) { return prices.at(row).normalized().to_string(); }

std::string percent_of(double move) {
    const double percent = std::expm1(move) * 100;
    return (percent > 0 ? "+" : "") + rounded(percent, 1) + " %";
}

/// A split that would explain a move on its own; only those that companies make.
std::optional<Split> split_like(double move) {
    static constexpr std::array<std::pair<int, int>, 11> usual{
        {{2, 1}, {3, 1}, {4, 1}, {3, 2}, {5, 1}, {7, 1}, {8, 1}, {10, 1}, {20, 1}, {25, 1}, {50, 1}}};
    for (const auto& [more, less] : usual) {
        const double size = std::log(static_cast<double>(more) / less);
        if (std::fabs(std::fabs(move) - size) < split_tolerance) {
            return move < 0 ? Split{.new_shares = more, .old_shares = less}
                            : Split{.new_shares = less, .old_shares = more};
        }
    }
    return std::nullopt;
}

std::string text_of(const Split& split) {
    return "split " + split.new_shares.to_string() + " for " + split.old_shares.to_string();
}

class MoveJudge {
public:
    MoveJudge(FindingList& findings, const Bars& bars, Timeframe timeframe, std::span<const CorporateAction> actions)
        : findings_(findings),
          bars_(bars),
          length_(nominal_length(timeframe)),
          daily_(is_daily_or_longer(timeframe)),
          actions_(actions),
          high_(bars.high.to_doubles()),
          low_(bars.low.to_doubles()),
          close_(bars.close.to_doubles()) {}

    void judge() {
        learn();
        for (std::size_t row = 1; row < close_.size(); ++row) {
            const std::optional<double> usual = usual_before(row);
            if (!usual) {
                continue;
            }
            if (row + 1 < close_.size()) {
                look_for_outlier(row, std::max(*usual, usual_before(row + 1).value_or(0)));
            }
            look_for_jump(row, *usual);
        }
    }

private:
    enum class Distance { neighbours, pause, long_pause };

    Distance distance_before(std::size_t row) const {
        const Duration distance = bars_.open_time[row] - bars_.open_time[row - 1];
        if (distance > std::max<Duration>(days(10), 2 * length_)) {
            return Distance::long_pause;
        }
        return daily_ || distance <= length_ ? Distance::neighbours : Distance::pause;
    }

    std::optional<double> move_before(std::size_t row) const {
        if (close_[row] <= 0 || close_[row - 1] <= 0) {
            return std::nullopt; // a ratio means nothing
        }
        return std::log(close_[row] / close_[row - 1]);
    }

    void learn() {
        std::array<std::vector<double>, 2> moves;
        for (std::size_t row = 1; row < close_.size(); ++row) {
            const Distance distance = distance_before(row);
            const std::optional<double> move = move_before(row);
            if (distance != Distance::long_pause && move && *move != 0) {
                moves[static_cast<std::size_t>(distance)].push_back(std::fabs(*move));
            }
        }
        for (std::size_t i = 0; i < moves.size(); ++i) {
            if (moves[i].size() >= moves_min) {
                usual_[i] = median(std::move(moves[i]));
            }
        }
        // A pause moves a price no less than the bars around it do.
        if (usual_[0] && usual_[1]) {
            usual_[1] = std::max(*usual_[0], *usual_[1]);
        }
    }

    std::optional<double> usual_before(std::size_t row) const {
        const Distance distance = distance_before(row);
        return distance == Distance::long_pause ? std::nullopt : usual_[static_cast<std::size_t>(distance)];
    }

    /// The larger of what is usual in the series and around a row, the moves to it and from it apart: an hour of news
    /// is not full of outliers. Worth its time only for a move that is large already.
    double usual_around(std::size_t row, double usual) const {
        std::vector<double> moves;
        const std::size_t last = std::min(row + around, close_.size() - 1);
        for (std::size_t i = row > around ? row - around : 1; i <= last; ++i) {
            if (i != row && i != row + 1) {
                moves.push_back(std::fabs(move_before(i).value_or(0)));
            }
        }
        return moves.empty() ? usual : std::max(usual, median(std::move(moves)));
    }

    /// A bar that reaches far beyond the one before and the one after it, on the same side.
    void look_for_outlier(std::size_t row, double usual) {
        if (distance_before(row + 1) == Distance::long_pause || low_[row - 1] <= 0 || low_[row] <= 0 ||
            low_[row + 1] <= 0) {
            return;
        }
        const double above = std::log(high_[row] / std::max(high_[row - 1], high_[row + 1]));
        const double below = std::log(std::min(low_[row - 1], low_[row + 1]) / low_[row]);
        const double beyond = std::max(above, below);
        if (beyond < std::max(outlier_moves * usual, outlier_min)) {
            return;
        }
        usual = usual_around(row, usual);
        if (beyond < outlier_moves * usual) {
            return;
        }
        const ScaledColumn& extreme = above > below ? bars_.high : bars_.low;
        const bool at_close = bars_.close.at(row) == extreme.at(row);
        const ScaledColumn& shown = at_close ? bars_.close : extreme;
        const std::string name = at_close ? "close" : above > below ? "high" : "low";
        last_outlier_ = row;
        findings_.add({.kind = FindingKind::outlier,
                       .severity = Severity::warning,
                       .from = bars_.open_time[row],
                       .to = bars_.open_time[row] + Duration(1),
                       .count = 1,
                       .detail = name + " " + price_text(shown, row) + " between " + price_text(shown, row - 1) +
                                 " and " + price_text(shown, row + 1) + ", " + rounded(beyond / usual, 0) +
                                 " usual moves beyond them; compare with another source before trading on it"});
    }

    /// The median close of a few bars from `row` on.
    double level(std::size_t row) const {
        const std::size_t end = std::min(row + level_bars, close_.size());
        return median(
            {close_.begin() + static_cast<std::ptrdiff_t>(row), close_.begin() + static_cast<std::ptrdiff_t>(end)});
    }

    /// The way to an outlier and back is no jump: the levels before and after must differ as well.
    bool stays(std::size_t row, double move) const {
        const double before = level(row - std::min(row, level_bars));
        const double change = before > 0 && level(row) > 0 ? std::log(level(row) / before) : 0;
        return change * move > 0 && std::fabs(change) >= std::fabs(move) / 2;
    }

    void look_for_jump(std::size_t row, double usual) {
        const std::optional<double> move = move_before(row);
        if (!move || std::fabs(*move) < std::max(jump_moves * usual, jump_min)) {
            return;
        }
        usual = usual_around(row, usual);
        const double threshold = std::max(jump_moves * usual, jump_min);
        if (std::fabs(*move) < threshold || last_outlier_ == row || last_outlier_ + 1 == row || !stays(row, *move)) {
            return;
        }
        const Explanation explanation = explain(row);
        const bool explained = !explanation.text.empty() && std::fabs(*move - explanation.move) < threshold;
        std::string detail = "close " + price_text(bars_.close, row) + " after " + price_text(bars_.close, row - 1) +
                             " (" + percent_of(*move) + ", " + rounded(std::fabs(*move) / usual, 0) + " usual moves)";
        Severity severity = std::fabs(*move) < news_max ? Severity::info : Severity::warning;
        if (explained) {
            severity = Severity::info;
            detail = explanation.text + ": " + detail;
        } else if (!explanation.text.empty()) {
            severity = Severity::warning;
            detail += ": more than " + explanation.text + " explains";
        } else if (const std::optional<Split> split = split_like(*move)) {
            severity = Severity::warning;
            detail += ": looks like a " + text_of(*split) + ", but none is known on that date";
        } else {
            detail += ": nothing known explains it; news, or a change of contract?";
        }
        findings_.add({.kind = FindingKind::jump,
                       .severity = severity,
                       .from = bars_.open_time[row],
                       .to = bars_.open_time[row] + Duration(1),
                       .count = 1,
                       .detail = std::move(detail)});
    }

    struct Explanation {
        std::string text;
        double move = 0;
    };

    /// What splits and dividends between the last bar and this one do to the price.
    Explanation explain(std::size_t row) const {
        const auto before = floor<days>(bars_.open_time[row - 1] + (daily_ ? length_ - days(1) : Duration(0)));
        const auto date = floor<days>(bars_.open_time[row] + (daily_ ? length_ - days(1) : Duration(0)));
        Explanation explanation;
        for (const CorporateAction& action : actions_) {
            if (action.ex_date <= before || action.ex_date > date) {
                continue;
            }
            explanation.text += explanation.text.empty() ? "" : " and ";
            if (const auto* split = std::get_if<Split>(&action.what)) {
                explanation.text += text_of(*split);
                explanation.move += std::log(split->old_shares.to_double() / split->new_shares.to_double());
                continue;
            }
            const Money& amount = std::get<Dividend>(action.what).amount;
            explanation.text += "dividend " + amount.to_string();
            explanation.move += std::log1p(-std::min(amount.amount.to_double() / close_[row - 1], 0.99));
        }
        return explanation;
    }

    FindingList& findings_;
    const Bars& bars_;
    Duration length_;
    bool daily_;
    std::span<const CorporateAction> actions_;
    std::vector<double> high_;
    std::vector<double> low_;
    std::vector<double> close_;
    std::array<std::optional<double>, 2> usual_; ///< by Distance
    std::size_t last_outlier_ = 0;               ///< its row; 0 is never one
};

} // namespace

void find_price_moves(FindingList& findings, const Bars& bars, Timeframe timeframe,
                      std::span<const CorporateAction> actions) {
    MoveJudge(findings, bars, timeframe, actions).judge();
}

} // namespace tradesh::history
