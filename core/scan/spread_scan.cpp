#include "core/scan/spread_scan.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <limits>
#include <map>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>

namespace tradesh::scan {
namespace {

constexpr std::array<std::string_view, 5> order_names{"score", "quick-score", "probability", "reward",
                                                      "expected-value"};
constexpr std::size_t sample_size = 256;

double value_of(const SpreadMeasure& measure, const VolatilityStanding& standing, const OptionChain&) {
    return measure.of_underlying(standing);
}
double value_of(const SpreadMeasure& measure, const OptionLeg& leg, const OptionChain&) { return measure.of_leg(leg); }
double value_of(const SpreadMeasure& measure, const VerticalSpread& spread, const OptionChain& chain) {
    return measure.of_spread(spread, chain);
}

/// The filters of one stage. The first items it sees are a sample on which all of them are tried; from then on the one
/// that let the fewest pass runs first, and the first refusal is the last look. The sample is counted as if it had been
/// so from the beginning.
template <class Item>
class FilterStage {
public:
    FilterStage(const std::vector<SpreadFilter>& filters, MeasureStage stage, const OptionChain& chain)
        : chain_(chain) {
        for (const SpreadFilter& filter : filters) {
            if (filter.measure->stage == stage) {
                entries_.push_back({.count = {.filter = filter}});
            }
        }
    }

    bool passes(const Item& item) {
        if (sampled_ < sample_size) {
            return sample(item);
        }
        return std::ranges::all_of(entries_, [&](Entry& entry) { return tally(entry.count, holds(entry, item)); });
    }

    /// After the last item.
    void append_counts(std::vector<FilterCount>& counts) {
        if (sampled_ < sample_size) {
            end_sample();
        }
        std::ranges::transform(entries_, std::back_inserter(counts), &Entry::count);
    }

private:
    struct Entry {
        FilterCount count;
        std::bitset<sample_size> sample_held{}; ///< which items of the sample it lets pass
    };

    bool holds(const Entry& entry, const Item& item) const {
        return entry.count.filter.range.holds(value_of(*entry.count.filter.measure, item, chain_));
    }

    static bool tally(FilterCount& count, bool holds) {
        ++count.seen;
        count.passed += holds ? 1 : 0;
        return holds;
    }

    bool sample(const Item& item) {
        bool all = true;
        for (Entry& entry : entries_) {
            entry.sample_held[sampled_] = holds(entry, item);
            all = entry.sample_held[sampled_] && all;
        }
        if (++sampled_ == sample_size) {
            end_sample();
        }
        return all;
    }

    void end_sample() {
        std::ranges::sort(entries_, {}, [](const Entry& entry) { return entry.sample_held.count(); });
        for (std::size_t i = 0; i < sampled_; ++i) {
            std::ranges::all_of(entries_, [&](Entry& entry) { return tally(entry.count, entry.sample_held[i]); });
        }
    }

    const OptionChain& chain_;
    std::vector<Entry> entries_;
    std::size_t sampled_ = 0;
};

/// Legs that may be paired: of one expiry and right, by strike.
using Legs = std::vector<const OptionLeg*>;
using LegGroups = std::map<std::tuple<std::chrono::year_month_day, OptionRight>, Legs>;

LegGroups collect_legs(const OptionChain& chain, const SpreadScanRequest& request, const std::stop_token& stop,
                       SpreadScanResult& result) {
    FilterStage<OptionLeg> by_quote(request.filters, MeasureStage::quote, chain);
    FilterStage<OptionLeg> by_model(request.filters, MeasureStage::model, chain);
    LegGroups groups;
    for (const OptionQuote& quote : chain.options) {
        if (stop.stop_requested()) {
            break;
        }
        ++result.contracts;
        std::optional<OptionLeg> leg = read_leg(quote, chain);
        if (!leg) {
            continue;
        }
        ++result.tradable;
        if (!by_quote.passes(*leg) || !model_leg(*leg, chain)) {
            continue;
        }
        ++result.modelled;
        if (by_model.passes(*leg)) {
            result.legs.push_back(*leg);
            groups[{quote.option.expiry, quote.option.right}].push_back(&result.legs.back());
        }
    }
    by_quote.append_counts(result.filters);
    by_model.append_counts(result.filters);
    for (auto& legs : groups | std::views::values) {
        std::ranges::sort(legs, {}, &OptionLeg::strike);
    }
    return groups;
}

double rank_of(const VerticalSpread& spread, double score, SpreadOrder order) {
    switch (order) {
    case SpreadOrder::score: return score;
    case SpreadOrder::quick_score: return quick_score(spread);
    case SpreadOrder::probability: return spread.probability_of_profit;
    case SpreadOrder::reward: return spread.reward_to_risk();
    case SpreadOrder::expected_value: return spread.expected_value;
    }
    return 0;
}

/// Keeps the best `results_max` of all spreads it is shown; among equals those that came first.
class Ranking {
public:
    explicit Ranking(const SpreadScanRequest& request) : request_(request) {}

    void add(const VerticalSpread& spread) {
        const double points = score(spread, request_.style);
        const double rank = rank_of(spread, points, request_.order);
        if (rank <= least_) { // as many that came before are as good
            return;
        }
        kept_.push_back({.number = number_++, .ranked = {.spread = spread, .score = points, .rank = rank}});
        if (kept_.size() >= 2 * request_.results_max + sample_size) {
            cut();
        }
    }

    std::vector<RankedSpread> best() {
        cut();
        std::vector<RankedSpread> best;
        std::ranges::transform(kept_, std::back_inserter(best), &Entry::ranked);
        return best;
    }

private:
    struct Entry {
        std::size_t number;
        RankedSpread ranked;
    };

    void cut() {
        std::ranges::sort(kept_, [](const Entry& a, const Entry& b) {
            return a.ranked.rank != b.ranked.rank ? a.ranked.rank > b.ranked.rank : a.number < b.number;
        });
        if (kept_.size() > request_.results_max) {
            kept_.resize(request_.results_max);
            least_ = kept_.empty() ? std::numeric_limits<double>::infinity() : kept_.back().ranked.rank;
        }
    }

    const SpreadScanRequest& request_;
    std::vector<Entry> kept_;
    std::size_t number_ = 0;
    double least_ = -std::numeric_limits<double>::infinity(); ///< what a spread must beat
};

/// How far apart strikes may lie, from the filters on the width: pairs beyond it need not be made.
double width_max(const SpreadScanRequest& request, const OptionChain& chain) {
    double most = std::numeric_limits<double>::infinity();
    for (const SpreadFilter& filter : request.filters) {
        if (filter.measure == find_spread_measure("width")) {
            most = std::min(most, filter.range.most + Range::tolerance);
        } else if (filter.measure == find_spread_measure("width-pct")) {
            most = std::min(most, (filter.range.most + Range::tolerance) * chain.spot.to_double() / 100);
        }
    }
    return most;
}

bool wants(const SpreadScanRequest& request, SpreadKind kind) {
    return request.kinds.empty() || std::ranges::find(request.kinds, kind) != request.kinds.end();
}

std::vector<SpreadKind> kinds_of(OptionRight right, const SpreadScanRequest& request) {
    const std::array of_calls{SpreadKind::bull_call, SpreadKind::bear_call};
    const std::array of_puts{SpreadKind::bear_put, SpreadKind::bull_put};
    std::vector<SpreadKind> kinds;
    for (const SpreadKind kind : right == OptionRight::call ? of_calls : of_puts) {
        if (wants(request, kind)) {
            kinds.push_back(kind);
        }
    }
    return kinds;
}

} // namespace

std::string_view name_of(SpreadOrder order) { return order_names[static_cast<std::size_t>(order)]; }

Result<SpreadOrder> parse_spread_order(std::string_view text) {
    const auto found = std::ranges::find(order_names, text);
    if (found == order_names.end()) {
        return fail(
            Error(ErrorKind::usage, "spread.order_unknown", "spreads cannot be sorted by '" + std::string(text) + "'")
                .advise("use score, quick-score, probability, reward or expected-value"));
    }
    return static_cast<SpreadOrder>(found - order_names.begin());
}

namespace {

/// Pairs the legs of one group.
class Pairing {
public:
    Pairing(const OptionChain& chain, const SpreadScanRequest& request, std::stop_token stop, SpreadScanResult& result)
        : chain_(chain),
          stop_(std::move(stop)),
          result_(result),
          by_entry_(request.filters, MeasureStage::entry, chain),
          by_value_(request.filters, MeasureStage::value, chain),
          ranking_(request),
          widest_(width_max(request, chain)) {
        for (const SpreadFilter& filter : request.filters) {
            if (filter.measure->stage == MeasureStage::role) {
                by_role_.push_back({.filter = filter});
            }
        }
    }

    /// `legs` by strike.
    void pair(const Legs& legs, SpreadKind kind) {
        const Legs lower = fitting(legs, kind, buys_lower(kind));
        const Legs higher = fitting(legs, kind, !buys_lower(kind));
        auto first = higher.begin();
        for (const OptionLeg* low : lower) {
            if (stop_.stop_requested()) {
                return;
            }
            while (first != higher.end() && (*first)->strike <= low->strike) {
                ++first;
            }
            for (auto high = first; high != higher.end() && (*high)->strike - low->strike <= widest_; ++high) {
                look_at(kind, *low, **high);
            }
        }
    }

    void finish() {
        std::ranges::copy(by_role_, std::back_inserter(result_.filters));
        by_entry_.append_counts(result_.filters);
        by_value_.append_counts(result_.filters);
        result_.spreads = ranking_.best();
    }

private:
    /// Those that may be the long or the short leg of such a spread.
    Legs fitting(const Legs& legs, SpreadKind kind, bool is_long) {
        Legs fitting;
        std::ranges::copy_if(legs, std::back_inserter(fitting), [&](const OptionLeg* leg) {
            return std::ranges::all_of(by_role_, [&](FilterCount& count) {
                const SpreadMeasure& measure = *count.filter.measure;
                if (!has_role(measure.role, kind, is_long)) {
                    return true;
                }
                const bool holds = count.filter.range.holds(measure.of_leg(*leg));
                ++count.seen;
                count.passed += holds ? 1 : 0;
                return holds;
            });
        });
        return fitting;
    }

    void look_at(SpreadKind kind, const OptionLeg& lower, const OptionLeg& higher) {
        std::optional<VerticalSpread> spread = enter_spread(kind, lower, higher);
        if (!spread) {
            return;
        }
        ++result_.candidates;
        if (!by_entry_.passes(*spread)) {
            return;
        }
        value_spread(*spread, chain_);
        if (by_value_.passes(*spread)) {
            ++result_.matched;
            ranking_.add(*spread);
        }
    }

    const OptionChain& chain_;
    std::stop_token stop_;
    SpreadScanResult& result_;
    std::vector<FilterCount> by_role_;
    FilterStage<VerticalSpread> by_entry_;
    FilterStage<VerticalSpread> by_value_;
    Ranking ranking_;
    double widest_;
};

} // namespace

SpreadScanResult scan_spreads(const OptionChain& chain, const SpreadScanRequest& request, std::stop_token stop) {
    SpreadScanResult result;
    FilterStage<VolatilityStanding> by_underlying(request.filters, MeasureStage::underlying, chain);
    const bool fits = by_underlying.passes(request.standing);
    by_underlying.append_counts(result.filters);
    if (!fits) {
        return result;
    }
    const LegGroups groups = collect_legs(chain, request, stop, result);
    Pairing pairing(chain, request, std::move(stop), result);
    for (const auto& [group, legs] : groups) {
        for (const SpreadKind kind : kinds_of(std::get<OptionRight>(group), request)) {
            pairing.pair(legs, kind);
        }
    }
    pairing.finish();
    return result;
}

} // namespace tradesh::scan
