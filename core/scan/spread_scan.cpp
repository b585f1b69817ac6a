#include "core/scan/spread_scan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <string>
#include <tuple>

namespace tradesh::scan {
namespace {

constexpr std::array<std::string_view, 5> order_names{"score", "quick-score", "probability", "reward",
                                                      "expected-value"};
constexpr std::size_t sample_size = 256;

double value_of(const SpreadMeasure& measure, const OptionLeg& leg, const OptionChain&) { return measure.of_leg(leg); }
double value_of(const SpreadMeasure& measure, const VerticalSpread& spread, const OptionChain& chain) {
    return measure.of_spread(spread, chain);
}

/// The filters of one stage. The first items it sees are a sample on which all of them are tried; from then on the one
/// that let the fewest pass runs first, and the first refusal is the last look.
template <class Item>
class FilterStage {
public:
    FilterStage(const std::vector<SpreadFilter>& filters, MeasureStage stage, const OptionChain& chain)
        : chain_(chain) {
        for (const SpreadFilter& filter : filters) {
            if (filter.measure->stage == stage) {
                entries_.push_back({.filter = filter, .count = {.measure = filter.measure}});
            }
        }
    }

    bool passes(const Item& item) {
        if (sampled_ < sample_size) {
            return sample(item);
        }
        return std::ranges::all_of(entries_, [&](Entry& entry) { return holds(entry, item); });
    }

    void append_counts(std::vector<FilterCount>& counts) const {
        std::ranges::transform(entries_, std::back_inserter(counts), &Entry::count);
    }

private:
    struct Entry {
        SpreadFilter filter;
        FilterCount count;
    };

    bool holds(Entry& entry, const Item& item) {
        const bool holds = entry.filter.range.holds(value_of(*entry.filter.measure, item, chain_));
        ++entry.count.seen;
        entry.count.passed += holds ? 1 : 0;
        return holds;
    }

    bool sample(const Item& item) {
        bool all = true;
        for (Entry& entry : entries_) {
            all = holds(entry, item) && all;
        }
        if (++sampled_ == sample_size) {
            std::ranges::sort(entries_, {}, [](const Entry& entry) { return entry.count.passed; });
        }
        return all;
    }

    const OptionChain& chain_;
    std::vector<Entry> entries_;
    std::size_t sampled_ = 0;
};

/// Legs that may be paired: of one expiry and right, by strike.
using LegGroups = std::map<std::tuple<std::chrono::year_month_day, OptionRight>, std::vector<const OptionLeg*>>;

LegGroups collect_legs(const OptionChain& chain, const SpreadScanRequest& request, SpreadScanResult& result) {
    FilterStage<OptionLeg> by_quote(request.filters, MeasureStage::quote, chain);
    FilterStage<OptionLeg> by_model(request.filters, MeasureStage::model, chain);
    LegGroups groups;
    for (const OptionQuote& quote : chain.options) {
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

double rank_of(const RankedSpread& ranked, SpreadOrder order) {
    switch (order) {
    case SpreadOrder::score: return ranked.score;
    case SpreadOrder::quick_score: return quick_score(ranked.spread);
    case SpreadOrder::probability: return ranked.spread.probability_of_profit;
    case SpreadOrder::reward: return ranked.spread.reward_to_risk();
    case SpreadOrder::expected_value: return ranked.spread.expected_value;
    }
    return 0;
}

/// Keeps the best `results_max` of all spreads it is shown; among equals those that came first.
class Ranking {
public:
    explicit Ranking(const SpreadScanRequest& request) : request_(request) {}

    void add(const VerticalSpread& spread) {
        RankedSpread ranked{.spread = spread, .score = score(spread, request_.style)};
        kept_.push_back({.rank = rank_of(ranked, request_.order), .number = number_++, .ranked = std::move(ranked)});
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
        double rank;
        std::size_t number;
        RankedSpread ranked;
    };

    void cut() {
        std::ranges::sort(kept_, [](const Entry& a, const Entry& b) {
            return a.rank != b.rank ? a.rank > b.rank : a.number < b.number;
        });
        if (kept_.size() > request_.results_max) {
            kept_.resize(request_.results_max);
        }
    }

    const SpreadScanRequest& request_;
    std::vector<Entry> kept_;
    std::size_t number_ = 0;
};

/// How far apart strikes may lie, from the filters on the width: pairs beyond it need not be made.
double width_max(const SpreadScanRequest& request, const OptionChain& chain) {
    double most = std::numeric_limits<double>::infinity();
    for (const SpreadFilter& filter : request.filters) {
        if (filter.measure == find_spread_measure("width")) {
            most = std::min(most, filter.range.most);
        } else if (filter.measure == find_spread_measure("width-pct")) {
            most = std::min(most, filter.range.most * chain.spot.to_double() / 100);
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

SpreadScanResult scan_spreads(const OptionChain& chain, const SpreadScanRequest& request) {
    SpreadScanResult result;
    const LegGroups groups = collect_legs(chain, request, result);
    FilterStage<VerticalSpread> filters(request.filters, MeasureStage::spread, chain);
    Ranking ranking(request);
    const double widest = width_max(request, chain);
    for (const auto& [group, legs] : groups) {
        const std::vector<SpreadKind> kinds = kinds_of(std::get<OptionRight>(group), request);
        for (std::size_t low = 0; low < legs.size(); ++low) {
            for (std::size_t high = low + 1; high < legs.size(); ++high) {
                if (legs[high]->strike - legs[low]->strike > widest) {
                    break;
                }
                for (const SpreadKind kind : kinds) {
                    const std::optional<VerticalSpread> spread = make_spread(kind, *legs[low], *legs[high], chain);
                    result.candidates += spread ? 1 : 0;
                    if (spread && filters.passes(*spread)) {
                        ++result.matched;
                        ranking.add(*spread);
                    }
                }
            }
        }
    }
    filters.append_counts(result.filters);
    result.spreads = ranking.best();
    return result;
}

} // namespace tradesh::scan
