#include "core/engine/stored_bars.hpp"

#include <algorithm>
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

Result<std::vector<std::string>> StoredBars::symbols(Timeframe timeframe) {
    Tail tail = take_tail(timeframe);
    const Result<bool> refreshed =
        with_connection([&](store::MarketFile& market) { return tail->refresh_catalogue(market); });
    std::vector<std::string> symbols;
    for (const store::ChosenSeries& series : tail->catalogue().all()) {
        symbols.push_back(series.symbol);
    }
    tails(timeframe).put(std::move(tail));
    if (!refreshed) {
        return fail(refreshed.error());
    }
    return symbols;
}

Result<std::vector<std::int64_t>> StoredBars::marks(std::span<const std::string> symbols, Timeframe timeframe) {
    Tail tail = take_tail(timeframe);
    const Result<bool> refreshed =
        with_connection([&](store::MarketFile& market) { return tail->refresh_catalogue(market); });
    std::vector<std::int64_t> marks;
    const std::vector<store::ChosenSeries>& all = tail->catalogue().all();
    for (const std::string& symbol : symbols) {
        const std::size_t found = tail->catalogue().find(symbol);
        marks.push_back(found < all.size() ? all[found].revision : 0);
    }
    tails(timeframe).put(std::move(tail));
    if (!refreshed) {
        return fail(refreshed.error());
    }
    return marks;
}

/// One scan: the symbols of a block of the tail are one group; a symbol that has to be read from market.db is one of
/// its own.
class StoredBars::Scan final : public scan::ScanBars {
public:
    Scan(StoredBars& source, Tail tail, std::span<const std::string> symbols, const scan::BarsWanted& wanted)
        : source_(source),
          tail_(std::move(tail)),
          wanted_(wanted) {
        entries_.reserve(symbols.size());
        std::vector<scan::SymbolGroup> of_block(tail_->blocks());
        for (std::size_t position = 0; position < symbols.size(); ++position) {
            const std::size_t found = tail_->catalogue().find(symbols[position]);
            const bool known = found < tail_->catalogue().all().size();
            entries_.push_back(known ? found : no_entry);
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
        const Result<Bars> bars =
            entry == no_entry ? Result<Bars>(Bars{}) : source_.with_connection([&](store::MarketFile& market) {
                return market.bars.last(tail_->catalogue().all()[entry].series, wanted_.bars);
            });
        if (!bars) {
            visit({&alone, 1}, fail(bars.error()));
            return;
        }
        const std::array<const ScaledColumn*, 5> columns{&bars->open, &bars->high, &bars->low, &bars->close,
                                                         &bars->volume};
        std::array<std::vector<double>, columns.size()> values;
        BarBlock block{.rows = bars->size(), .lanes = 1};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (wanted_.columns[i]) {
                values[i] = columns[i]->to_doubles();
                block.columns[i] = values[i].data();
            }
        }
        block.bars[0] = bars->size();
        block.last_open_time[0] = bars->empty() ? Instant() : bars->open_time.back();
        visit({&alone, 1}, block);
    }

    StoredBars& source_;
    Tail tail_;
    scan::BarsWanted wanted_;
    std::vector<std::size_t> entries_; ///< of the catalogue, by position
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
    return std::make_unique<Scan>(*this, std::move(tail), symbols, wanted);
}

} // namespace tradesh::engine
