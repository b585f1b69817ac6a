#include "core/engine/stored_bars.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace tradesh::engine {
namespace {

Result<TimedBars> read_timed(store::BarStore& store, std::int64_t series, const BarCompletion& completion,
                             const scan::BarsWanted& wanted, std::optional<Instant> complete_by) {
    const std::size_t room = complete_by ? incomplete_max : 0;
    store::LastBars last{
        .count = wanted.bars + room, .before = wanted.before, .from = wanted.from, .bars_max = wanted.bars_max};
    if (complete_by) { // what opens then is not complete
        last.before = std::min(*complete_by, last.before.value_or(*complete_by));
    }
    for (;;) {
        Result<Bars> bars = store.last(series, last);
        if (!bars) {
            return fail(std::move(bars.error()));
        }
        TimedBars read{.bars = std::move(*bars), .complete_at = {}};
        read.complete_at = completion.of(wanted.timeframe, read.bars.open_time);
        if (choose_rows(read, wanted, complete_by) || read.bars.size() < last.count) {
            return read;
        }
        last.count *= 2; // more bars than usual are not complete
    }
}

} // namespace

/// Every symbol is read on its own from market.db, where all bars are.
class StoredBars::TimedScan final : public scan::ScanBars {
public:
    struct Series {
        std::int64_t id = 0;
        InstrumentId instrument{};
        const MadeSeries* made = nullptr;                ///< instead of an id
        std::shared_ptr<const BarCompletion> completion; ///< null for an unknown symbol
    };

    TimedScan(StoredBars& source, std::shared_ptr<const MadeCatalogue> made, std::vector<Series> series,
              const scan::BarsWanted& wanted)
        : source_(source),
          made_(std::move(made)),
          series_(std::move(series)),
          wanted_(wanted) {
        groups_.reserve(series_.size());
        for (std::size_t position = 0; position < series_.size(); ++position) {
            groups_.push_back({.members = {{.position = position, .lane = 0}}, .place = position});
        }
    }

    const std::vector<scan::SymbolGroup>& groups() const override { return groups_; }
    void read(const scan::SymbolGroup& group, const Visit& visit) override {
        visit_bars(group, wanted_.complete_by, visit);
    }
    void read_complete_by(const scan::SymbolGroup& alone, Instant complete_by, const Visit& visit) override {
        visit_bars(alone, complete_by, visit);
    }

    std::optional<Instant> first_open_time(const scan::SymbolGroup& group) override {
        const Series& series = series_[group.members.front().position];
        if (!series.completion || series.made != nullptr) {
            return series.made != nullptr ? std::optional(series.made->recipe.base.first) : std::nullopt;
        }
        const auto all =
            source_.with_connection([&](store::MarketFile& market) { return market.bars.list(series.instrument); });
        std::optional<Instant> first;
        for (std::size_t i = 0; all && i < all->size(); ++i) {
            if ((*all)[i].key.timeframe == wanted_.timeframe) {
                first = std::min((*all)[i].first, first.value_or((*all)[i].first));
            }
        }
        return first;
    }

private:
    void visit_bars(const scan::SymbolGroup& group, std::optional<Instant> complete_by, const Visit& visit) {
        const Series& series = series_[group.members.front().position];
        if (!series.completion) {
            visit(group.members, BarBlock{.rows = 0, .lanes = 1});
            return;
        }
        const Result<TimedBars> read = source_.with_connection([&](store::MarketFile& market) {
            return series.made != nullptr
                       ? read_made(market, *series.made, *series.completion, wanted_, complete_by)
                       : read_timed(market.bars, series.id, *series.completion, wanted_, complete_by);
        });
        if (!read) {
            visit(group.members, fail(read.error()));
            return;
        }
        visit_rows(*read, wanted_, group.members, visit);
    }

    StoredBars& source_;
    std::shared_ptr<const MadeCatalogue> made_;
    std::vector<Series> series_; ///< by position
    scan::BarsWanted wanted_;
    std::vector<scan::SymbolGroup> groups_;
};

std::shared_ptr<const BarCompletion> StoredBars::completion_of(const Instrument& instrument) {
    const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
    const std::string name(calendar ? calendar->name() : "");
    const std::shared_ptr<const Completions> known = completions_.load();
    if (known) {
        if (const auto found = known->find(name); found != known->end()) {
            return found->second;
        }
    }
    auto more = known ? std::make_shared<Completions>(*known) : std::make_shared<Completions>();
    auto made = calendar ? std::make_shared<const BarCompletion>(*calendar) : std::make_shared<const BarCompletion>();
    more->emplace(name, made);
    completions_.store(std::move(more));
    return made;
}

Result<std::vector<std::shared_ptr<const BarCompletion>>>
StoredBars::completions(std::span<const store::ChosenSeries> series) {
    return with_connection([&](store::MarketFile& market) -> Result<std::vector<std::shared_ptr<const BarCompletion>>> {
        std::vector<InstrumentId> ids;
        std::ranges::transform(series, std::back_inserter(ids), &store::ChosenSeries::instrument);
        const Result<std::vector<Instrument>> instruments = market.instruments.find_all(ids);
        if (!instruments) {
            return fail(instruments.error());
        }
        std::unordered_map<std::int64_t, std::shared_ptr<const BarCompletion>> by_instrument;
        for (const Instrument& instrument : *instruments) {
            by_instrument.emplace(instrument.id.value, completion_of(instrument));
        }
        std::vector<std::shared_ptr<const BarCompletion>> found;
        for (const store::ChosenSeries& each : series) {
            found.push_back(by_instrument.at(each.instrument.value)); // every series has its instrument
        }
        return found;
    });
}

Result<std::unique_ptr<scan::ScanBars>> StoredBars::open_timed(std::span<const std::string> symbols,
                                                               const scan::BarsWanted& wanted) {
    std::vector<TimedScan::Series> series(symbols.size());
    std::vector<std::size_t> positions;
    std::vector<store::ChosenSeries> chosen;
    const Result<Made> known = with_catalogue(wanted.timeframe, [&](const store::SeriesCatalogue& stored) {
        Result<Made> made = made_of(stored, symbols, wanted.timeframe);
        for (std::size_t position = 0; made && position < symbols.size(); ++position) {
            const std::size_t found = stored.find(symbols[position]);
            if (is_stored(stored, found)) {
                series[position].id = stored.all()[found].series;
                series[position].instrument = stored.all()[found].instrument;
                positions.push_back(position);
                chosen.push_back(stored.all()[found]);
            } else if (const MadeSeries* one = (*made)->find(symbols[position])) {
                series[position].made = one;
                series[position].completion = completion_of(one->instrument);
            }
        }
        return made;
    });
    if (!known) {
        return fail(known.error());
    }
    Result<std::vector<std::shared_ptr<const BarCompletion>>> ends = completions(chosen);
    if (!ends) {
        return fail(std::move(ends.error()));
    }
    for (std::size_t i = 0; i < positions.size(); ++i) {
        series[positions[i]].completion = std::move((*ends)[i]);
    }
    return std::make_unique<TimedScan>(*this, *known, std::move(series), wanted);
}

} // namespace tradesh::engine
