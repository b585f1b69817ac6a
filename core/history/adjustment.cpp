#include "core/history/adjustment.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::history {
namespace {

constexpr int decimals_min = 6;

/// What prices before some date are multiplied by: dividends * old_shares / new_shares. The shares stay whole numbers
/// to divide by at the very end, so that a third stays a third.
struct Factor {
    Decimal new_shares = 1;
    Decimal old_shares = 1;
    Decimal dividends = 1;
};

std::unexpected<Error> bad_dividend(const CorporateAction& action, std::string message) {
    return fail(Error(ErrorKind::failed, "adjust.dividend", std::move(message))
                    .attempting("adjust for the dividend of " + to_date_text(action.ex_date))
                    .advise("correct the dividend, or take raw prices"));
}

/// `price` is what the share is worth before the payment.
Result<void> apply_dividend(Factor& factor, const CorporateAction& action, const Money& amount, Decimal price,
                            const Currency& currency) {
    if (amount.currency != currency) {
        return bad_dividend(action, "it is paid in " + std::string(amount.currency.code()) +
                                        ", but the prices are in " + std::string(currency.code()));
    }
    if (amount.amount.is_negative() || amount.amount >= price) {
        return bad_dividend(action, amount.to_string() + " does not lie between zero and the price before it, " +
                                        price.to_string());
    }
    const Decimal rest = Decimal::divide(price - amount.amount, price, Decimal::scale_max, Rounding::half_even);
    factor.dividends = factor.dividends * rest;
    return {};
}

/// All actions of one date; a second dividend takes from what the first left. `close` is that of the bar before.
Result<void> apply_date(Factor& factor, std::span<const CorporateAction* const> actions, Decimal close,
                        const Currency& currency) {
    for (const CorporateAction* action : actions) {
        if (const auto* split = std::get_if<Split>(&action->what)) {
            factor.new_shares = (factor.new_shares * split->new_shares).normalized();
            factor.old_shares = (factor.old_shares * split->old_shares).normalized();
            continue;
        }
        const Money& amount = std::get<Dividend>(action->what).amount;
        if (Result<void> applied = apply_dividend(factor, *action, amount, close, currency); !applied) {
            return applied;
        }
        close = close - amount.amount;
    }
    return {};
}

Decimal scaled(Decimal value, Decimal multiplier, Decimal divisor) {
    const int decimals = std::max(decimals_min, value.normalized().scale());
    return Decimal::divide(value * multiplier, divisor, decimals, Rounding::half_even);
}

Bar adjusted(Bar bar, const Factor& factor) {
    for (Decimal Bar::* const price : {&Bar::open, &Bar::high, &Bar::low, &Bar::close}) {
        bar.*price = scaled(bar.*price, factor.old_shares * factor.dividends, factor.new_shares);
    }
    bar.volume = scaled(bar.volume, factor.new_shares, factor.old_shares);
    return bar;
}

/// The factor of each stretch between actions: bars from row `begin` on, up to the next, have `factor`.
struct Stretch {
    std::size_t begin = 0;
    Factor factor;
};

/// Walks the actions from the last to the first; the stretches come in that order too, the last one first.
Result<std::vector<Stretch>> stretches_of(const Bars& raw, std::span<const CorporateAction> actions,
                                          const Currency& currency) {
    std::vector<const CorporateAction*> sorted;
    for (const CorporateAction& action : actions) {
        sorted.push_back(&action);
    }
    std::ranges::sort(sorted, std::ranges::greater(), &CorporateAction::ex_date);
    std::vector<Stretch> stretches;
    Factor factor;
    for (auto first = sorted.begin(); first != sorted.end();) {
        const std::chrono::sys_days date = (*first)->ex_date;
        const auto last =
            std::find_if(first, sorted.end(), [date](const auto* other) { return other->ex_date != date; });
        const auto found = std::ranges::lower_bound(raw.open_time, Instant(date));
        const auto begin = static_cast<std::size_t>(found - raw.open_time.begin());
        if (begin == 0) {
            break; // nothing lies before this date, nor before any earlier one
        }
        stretches.push_back({.begin = begin, .factor = factor});
        const Decimal close = raw.close.at(begin - 1);
        if (Result<void> applied = apply_date(factor, std::span(first, last), close, currency); !applied) {
            return fail(std::move(applied.error()));
        }
        first = last;
    }
    stretches.push_back({.begin = 0, .factor = factor});
    return stretches;
}

} // namespace

Result<Bars> adjust(const Bars& raw, std::span<const CorporateAction> actions, const Currency& currency) {
    try {
        const Result<std::vector<Stretch>> stretches = stretches_of(raw, actions, currency);
        if (!stretches) {
            return fail(stretches.error());
        }
        Bars result;
        auto stretch = stretches->rbegin();
        for (std::size_t row = 0; row < raw.size(); ++row) {
            while (std::next(stretch) != stretches->rend() && std::next(stretch)->begin <= row) {
                ++stretch;
            }
            if (Result<void> pushed = result.push_back(adjusted(raw.at(row), stretch->factor)); !pushed) {
                return fail(std::move(pushed.error()));
            }
        }
        return result;
    } catch (const DecimalOverflow&) {
        return fail(Error(ErrorKind::failed, "adjust.out_of_range", "a price or volume gets too many digits")
                        .attempting("adjust for splits and dividends")
                        .advise("look for a split or a dividend that cannot be right, or take raw prices"));
    }
}

} // namespace tradesh::history
