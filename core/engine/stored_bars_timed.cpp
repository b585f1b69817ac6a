#include "core/engine/stored_bars.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

namespace tradesh::engine {
namespace {

constexpr std::size_t singly_max = 50; // from so many on all instruments are read at once
constexpr std::size_t incomplete_max = 2;

struct TimedBars {
    Bars bars;
    std::vector<Instant> complete_at;
    std::size_t begin = 0; ///< of the rows that are wanted
    std::size_t end = 0;
};

/// The rows of what was read that are wanted, and whether there are as many as there could be.
bool choose_rows(TimedBars& read, const scan::BarsWanted& wanted, std::optional<Instant> complete_by) {
    const auto row = [](auto place, const auto& values) { return static_cast<std::size_t>(place - values.begin()); };
    const std::vector<Instant>& opens = read.bars.open_time;
    read.end = complete_by ? row(std::ranges::upper_bound(read.complete_at, *complete_by), read.complete_at)
                           : read.bars.size();
    const std::size_t from = wanted.from ? row(std::ranges::lower_bound(opens, *wanted.from), opens) : read.end;
    const std::size_t counted = std::min(from, read.end);
    read.begin = counted - std::min(counted, wanted.bars);
    return counted >= wanted.bars;
}

Result<TimedBars> read_timed(store::BarStore& store, std::int64_t series, const BarCompletion& completion,
                             const scan::BarsWanted& wanted, std::optional<Instant> complete_by) {
    store::LastBars last{.count = wanted.bars + (complete_by ? incomplete_max : 0),
                         .before = wanted.before,
                         .from = wanted.from,
                         .bars_max = wanted.bars_max};
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
        std::shared_ptr<const BarCompletion> completion; ///< null for an unknown symbol
    };

    TimedScan(StoredBars& source, std::vector<Series> series, const scan::BarsWanted& wanted)
        : source_(source),
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

private:
    void visit_bars(const scan::SymbolGroup& group, std::optional<Instant> complete_by, const Visit& visit) {
        const Series& series = series_[group.members.front().position];
        if (!series.completion) {
            visit(group.members, BarBlock{.rows = 0, .lanes = 1});
            return;
        }
        const Result<TimedBars> read = source_.with_connection([&](store::MarketFile& market) {
            return read_timed(market.bars, series.id, *series.completion, wanted_, complete_by);
        });
        if (!read) {
            visit(group.members, fail(read.error()));
            return;
        }
        const Bars& bars = read->bars;
        const std::array<const ScaledColumn*, 5> columns{&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume};
        std::array<std::vector<double>, columns.size()> values;
        BarBlock block{.rows = read->end - read->begin, .lanes = 1};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (wanted_.columns[i]) {
                values[i] = columns[i]->to_doubles();
                block.columns[i] = values[i].data() + read->begin;
            }
        }
        block.bars[0] = block.rows;
        block.last_open_time[0] = block.rows == 0 ? Instant() : bars.open_time[read->end - 1];
        block.open_time = bars.open_time.data() + read->begin;
        block.complete_at = read->complete_at.data() + read->begin;
        visit(group.members, block);
    }

    StoredBars& source_;
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
        std::unordered_map<std::int64_t, std::shared_ptr<const BarCompletion>> by_instrument;
        if (series.size() > singly_max) {
            const Result<std::vector<Instrument>> all = market.instruments.list();
            if (!all) {
                return fail(all.error());
            }
            for (const Instrument& instrument : *all) {
                by_instrument.emplace(instrument.id.value, completion_of(instrument));
            }
        }
        std::vector<std::shared_ptr<const BarCompletion>> found;
        for (const store::ChosenSeries& each : series) {
            if (const auto known = by_instrument.find(each.instrument.value); known != by_instrument.end()) {
                found.push_back(known->second);
                continue;
            }
            const Result<std::optional<Instrument>> instrument = market.instruments.find(each.instrument);
            if (!instrument) {
                return fail(instrument.error());
            }
            found.push_back(completion_of(instrument->value_or(Instrument{})));
        }
        return found;
    });
}

Result<std::unique_ptr<scan::ScanBars>> StoredBars::open_timed(std::span<const std::string> symbols,
                                                               const scan::BarsWanted& wanted) {
    Tail tail = take_tail(wanted.timeframe); // for its catalogue
    const Result<bool> refreshed =
        with_connection([&](store::MarketFile& market) { return tail->refresh_catalogue(market); });
    std::vector<TimedScan::Series> series(symbols.size());
    std::vector<std::size_t> positions;
    std::vector<store::ChosenSeries> chosen;
    for (std::size_t position = 0; position < symbols.size(); ++position) {
        const std::size_t found = tail->catalogue().find(symbols[position]);
        if (found < tail->catalogue().all().size()) {
            series[position].id = tail->catalogue().all()[found].series;
            positions.push_back(position);
            chosen.push_back(tail->catalogue().all()[found]);
        }
    }
    tails(wanted.timeframe).put(std::move(tail));
    if (!refreshed) {
        return fail(refreshed.error());
    }
    Result<std::vector<std::shared_ptr<const BarCompletion>>> known = completions(chosen);
    if (!known) {
        return fail(std::move(known.error()));
    }
    for (std::size_t i = 0; i < positions.size(); ++i) {
        series[positions[i]].completion = std::move((*known)[i]);
    }
    return std::make_unique<TimedScan>(*this, std::move(series), wanted);
}

} // namespace tradesh::engine
