#include "core/engine/stored_bars.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace tradesh::engine {
namespace {

constexpr std::size_t no_entry = SIZE_MAX;
constexpr std::size_t groups_ahead = 32; // 5 MB: enough to keep a disk busy

store::TailColumns tail_columns_of(const scan::BarsWanted& wanted) {
    unsigned columns = 0;
    for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
        columns |= wanted.columns[i] ? 2U << i : 0U; // the first column of a tail is the time
    }
    return static_cast<store::TailColumns>(columns);
}

} // namespace

StoredBars::Tail StoredBars::take_tail(Timeframe timeframe) {
    std::optional<Tail> tail = tails(timeframe).take();
    return tail ? std::move(*tail) : std::make_unique<store::BarTail>(market_path_, timeframe);
}

Result<StoredBars::Made> StoredBars::all_made(const store::SeriesCatalogue& stored, Timeframe timeframe) {
    std::atomic<Made>& kept = made_[static_cast<std::size_t>(timeframe)];
    if (Made made = kept.load(); made && made->revision() == stored.revision()) {
        return made;
    }
    Result<MadeCatalogue> read = with_connection(
        [&](store::MarketFile& market) { return MadeCatalogue::read(market, stored, timeframe, basis_); });
    if (!read) {
        return fail(std::move(read.error()));
    }
    Made made = std::make_shared<const MadeCatalogue>(std::move(*read));
    kept.store(made);
    return made;
}

Result<StoredBars::Made> StoredBars::made_of(const store::SeriesCatalogue& stored, std::span<const std::string> symbols,
                                             Timeframe timeframe) {
    std::vector<std::string> others;
    std::ranges::copy_if(symbols, std::back_inserter(others),
                         [&](const std::string& symbol) { return !is_stored(stored, stored.find(symbol)); });
    if (others.empty()) {
        return Made();
    }
    Result<MadeCatalogue> made = with_connection(
        [&](store::MarketFile& market) { return MadeCatalogue::read(market, stored, timeframe, basis_, others); });
    if (!made) {
        return fail(std::move(made.error()));
    }
    return std::make_shared<const MadeCatalogue>(std::move(*made));
}

Result<std::vector<std::string>> StoredBars::symbols(Timeframe timeframe) {
    return with_catalogue(timeframe, [&](const store::SeriesCatalogue& stored) -> Result<std::vector<std::string>> {
        const Result<Made> made = all_made(stored, timeframe);
        if (!made) {
            return fail(made.error());
        }
        std::vector<std::string> symbols;
        if (basis_ == PriceBasis::raw) {
            std::ranges::transform(stored.all(), std::back_inserter(symbols), &store::ChosenSeries::symbol);
        }
        for (const auto& [symbol, series] : (*made)->all()) {
            symbols.push_back(symbol);
        }
        if (!(*made)->all().empty()) {
            std::ranges::sort(symbols);
        }
        return symbols;
    });
}

Result<std::vector<std::int64_t>> StoredBars::marks(std::span<const std::string> symbols, Timeframe timeframe) {
    return with_catalogue(timeframe, [&](const store::SeriesCatalogue& stored) -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> marks;
        for (const std::string& symbol : symbols) {
            const std::size_t found = stored.find(symbol);
            if (is_stored(stored, found)) {
                marks.push_back(stored.all()[found].revision);
                continue;
            }
            const Result<Made> made = all_made(stored, timeframe);
            if (!made) {
                return fail(made.error());
            }
            // Which of the bars behind it changed is not asked.
            marks.push_back((*made)->find(symbol) == nullptr ? 0 : stored.revision());
        }
        return marks;
    });
}

/// One scan: the symbols of a block of the tail are one group; a symbol that has to be read from market.db is one of
/// its own.
class StoredBars::Scan final : public scan::ScanBars {
public:
    Scan(StoredBars& source, Tail tail, Made made, std::span<const std::string> symbols, const scan::BarsWanted& wanted)
        : source_(source),
          tail_(std::move(tail)),
          made_(std::move(made)),
          wanted_(wanted) {
        entries_.reserve(symbols.size());
        made_series_.reserve(symbols.size());
        std::vector<scan::SymbolGroup> of_block(tail_->blocks());
        for (std::size_t position = 0; position < symbols.size(); ++position) {
            const std::size_t found = tail_->catalogue().find(symbols[position]);
            const bool known = source.is_stored(tail_->catalogue(), found);
            entries_.push_back(known ? found : no_entry);
            made_series_.push_back(known || !made_ ? nullptr : made_->find(symbols[position]));
            const std::optional<store::TailPlace> place = known ? tail_->find(found, wanted.bars) : std::nullopt;
            if (!place) {
                groups_.push_back({.members = {{.position = position, .lane = 0}}, .place = in_database});
                continue;
            }
            of_block[place->block].place = place->block;
            of_block[place->block].members.reserve(store::tail_lanes);
            of_block[place->block].members.push_back({.position = position, .lane = place->lane});
        }
        // What comes first in the universe is read first.
        std::erase_if(of_block, [](const scan::SymbolGroup& group) { return group.members.empty(); });
        std::ranges::move(of_block, std::back_inserter(groups_));
        std::ranges::sort(groups_, {}, [](const scan::SymbolGroup& group) { return group.members.front().position; });
        for (std::size_t i = 0; i < groups_ahead; ++i) {
            prefetch(i);
        }
    }
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;
    ~Scan() override { source_.tails(wanted_.timeframe).put(std::move(tail_)); }

    const std::vector<scan::SymbolGroup>& groups() const override { return groups_; }

    void read(const scan::SymbolGroup& group, const Visit& visit) override {
        prefetch(static_cast<std::size_t>(&group - groups_.data()) + groups_ahead);
        if (group.place != in_database && read_from_tail(group, visit)) {
            return;
        }
        for (const scan::GroupMember& member : group.members) {
            read_from_database(member, visit);
        }
    }

    void read_complete_by(const scan::SymbolGroup& alone, Instant, const Visit& visit) override {
        visit(alone.members, fail(ErrorKind::failed, "scan.no_times", "bars were opened without their times"));
    }

private:
    static constexpr std::size_t in_database = SIZE_MAX;

    void prefetch(std::size_t group) const {
        if (group < groups_.size() && groups_[group].place != in_database) {
            tail_->prefetch(groups_[group].place, tail_columns_of(wanted_));
        }
    }

    bool read_from_tail(const scan::SymbolGroup& group, const Visit& visit) const {
        std::vector<store::TailReading> readings;
        for (const scan::GroupMember& member : group.members) {
            readings.push_back({.entry = entries_[member.position], .lane = member.lane});
        }
        return tail_->read(group.place, readings, {.bars = wanted_.bars, .columns = tail_columns_of(wanted_)},
                           [&](const BarBlock& block) { visit(group.members, block); });
    }

    void read_from_database(const scan::GroupMember& asked, const Visit& visit) {
        const scan::GroupMember alone{.position = asked.position, .lane = 0};
        const std::size_t entry = entries_[asked.position];
        if (const MadeSeries* made = made_series_[asked.position]) {
            make(*made, alone, visit);
            return;
        }
        Result<Bars> bars =
            entry == no_entry ? Result<Bars>(Bars{}) : source_.with_connection([&](store::MarketFile& market) {
                return market.bars.last(tail_->catalogue().all()[entry].series,
                                        store::LastBars{.count = wanted_.bars, .bars_max = wanted_.bars_max});
            });
        if (!bars) {
            visit({&alone, 1}, fail(std::move(bars.error())));
            return;
        }
        const std::size_t rows = bars->size();
        visit_rows(TimedBars{.bars = std::move(*bars), .complete_at = {}, .begin = 0, .end = rows}, wanted_,
                   {&alone, 1}, visit);
    }

    void make(const MadeSeries& series, const scan::GroupMember& alone, const Visit& visit) {
        const auto completion = source_.completion_of(series.instrument);
        const Result<TimedBars> read = source_.with_connection(
            [&](store::MarketFile& market) { return read_made(market, series, *completion, wanted_, std::nullopt); });
        if (!read) {
            visit({&alone, 1}, fail(read.error()));
            return;
        }
        visit_rows(*read, wanted_, {&alone, 1}, visit);
    }

    StoredBars& source_;
    Tail tail_;
    Made made_;
    scan::BarsWanted wanted_;
    std::vector<std::size_t> entries_;           ///< of the catalogue, by position
    std::vector<const MadeSeries*> made_series_; ///< by position; null for what is stored or unknown
    std::vector<scan::SymbolGroup> groups_;
};

Result<std::unique_ptr<scan::ScanBars>> StoredBars::open(std::span<const std::string> symbols,
                                                         const scan::BarsWanted& wanted) {
    if (wanted.times) {
        return open_timed(symbols, wanted);
    }
    Tail tail = take_tail(wanted.timeframe);
    const Result<void> refreshed = with_connection([&](store::MarketFile& market) { return tail->refresh(market); });
    if (!refreshed) {
        tails(wanted.timeframe).put(std::move(tail));
        return fail(refreshed.error());
    }
    Result<Made> made = made_of(tail->catalogue(), symbols, wanted.timeframe);
    if (!made) {
        tails(wanted.timeframe).put(std::move(tail));
        return fail(std::move(made.error()));
    }
    return std::make_unique<Scan>(*this, std::move(tail), std::move(*made), symbols, wanted);
}

} // namespace tradesh::engine
