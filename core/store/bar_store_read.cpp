#include "core/store/bar_codec.hpp"
#include "core/store/bar_rows.hpp"
#include "core/store/bar_store.hpp"
#include "core/store/read_rows.hpp"
#include "core/store/series_key_sql.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace tradesh::store {
namespace {

BarSource source_of(std::string_view name) {
    constexpr std::array all{BarSource::import, BarSource::paper,   BarSource::tws,
                             BarSource::alpaca, BarSource::stellar, BarSource::ib_host};
    const auto* found = std::ranges::find(all, name, [](BarSource source) { return name_of(source); });
    return found == all.end() ? BarSource::import : *found;
}

} // namespace

Result<Bars> BarStore::decode(std::span<const std::byte> data) const {
    Result<Bars> bars = decode_chunk(data);
    if (!bars) {
        return fail(std::move(bars.error())
                        .attempting("read bars")
                        .on(database_->path())
                        .advise("delete the bars of that time (data delete) and import or load them again"));
    }
    return bars;
}

Result<Bars> BarStore::range(const SeriesKey& key, Instant from, Instant to) {
    const std::string series(series_of_key);
    Statement rows = database_->prepare("SELECT data FROM chunks WHERE series = " + series +
                                        " AND first_ns < ?6 AND last_ns >= ?5 AND first_ns >= " +
                                        "coalesce((SELECT max(first_ns) FROM chunks WHERE series = " + series +
                                        " AND first_ns <= ?5), ?5) " + "ORDER BY first_ns");
    bind_key(rows, key).bind(count_of(from)).bind(count_of(to));
    Bars bars;
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return bars;
        }
        const Result<Bars> chunk = decode(rows.blob(0));
        if (!chunk) {
            return chunk;
        }
        if (Result<void> added = append_rows(bars, *chunk, first_row_from(*chunk, from), first_row_from(*chunk, to));
            !added) {
            return fail(std::move(added.error()));
        }
    }
}

Result<Bars> BarStore::last(const SeriesKey& key, std::size_t count) {
    Statement rows = database_->prepare("SELECT data FROM chunks WHERE series = " + std::string(series_of_key) +
                                        " ORDER BY first_ns DESC");
    bind_key(rows, key);
    return select_last(rows, {.count = count});
}

Result<Bars> BarStore::last(std::int64_t series, const LastBars& wanted) {
    Statement rows =
        database_->prepare(wanted.before ? "SELECT data FROM chunks WHERE series = ? AND first_ns < ? "
                                           "ORDER BY first_ns DESC"
                                         : "SELECT data FROM chunks WHERE series = ? ORDER BY first_ns DESC");
    rows.bind(series);
    if (wanted.before) {
        rows.bind(count_of(*wanted.before));
    }
    return select_last(rows, wanted);
}

namespace {

struct ChunkRows {
    Bars bars;
    std::size_t end = 0; ///< of the rows that are wanted
};

Result<Bars> join(const std::vector<ChunkRows>& newest_first, std::size_t surplus) {
    Bars bars;
    for (std::size_t i = newest_first.size(); i-- > 0;) {
        const ChunkRows& chunk = newest_first[i];
        const std::size_t begin = std::min(surplus, chunk.end);
        surplus -= begin;
        if (Result<void> added = append_rows(bars, chunk.bars, begin, chunk.end); !added) {
            return fail(std::move(added.error()));
        }
    }
    return bars;
}

} // namespace

Result<Bars> BarStore::select_last(Statement& rows, const LastBars& wanted) {
    constexpr Instant for_ever = Instant::max();
    const Instant end = wanted.before.value_or(for_ever);
    const Instant counted_before = std::min(wanted.from.value_or(for_ever), end);
    std::vector<ChunkRows> newest_first;
    std::size_t found = 0;
    std::size_t counted = 0;
    while (counted < wanted.count) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            break;
        }
        Result<Bars> chunk = decode(rows.blob(0));
        if (!chunk) {
            return chunk;
        }
        const std::size_t rows_wanted = end == for_ever ? chunk->size() : first_row_from(*chunk, end);
        counted += counted_before == end ? rows_wanted : first_row_from(*chunk, counted_before);
        found += rows_wanted;
        newest_first.push_back({std::move(*chunk), rows_wanted});
        const std::size_t surplus = counted - std::min(counted, wanted.count);
        if (found - surplus > wanted.bars_max) {
            return fail(Error(ErrorKind::usage, "bars.too_many",
                              "more than " + std::to_string(wanted.bars_max) + " bars would have to be read")
                            .advise("ask for a shorter range or for fewer values"));
        }
    }
    return join(newest_first, counted - std::min(counted, wanted.count));
}

Result<std::vector<SeriesInfo>> BarStore::select_series(Statement& rows) {
    return read_rows(rows, [](const Statement& row) -> Result<SeriesInfo> {
        const Result<Timeframe> timeframe = parse_timeframe(row.text(1));
        if (!timeframe) {
            return fail(timeframe.error());
        }
        return SeriesInfo{
            .key = {.instrument = InstrumentId(row.integer(0)),
                    .timeframe = *timeframe,
                    .source = source_of(row.text(2)),
                    .basis = row.text(3) == name_of(PriceBasis::adjusted) ? PriceBasis::adjusted : PriceBasis::raw},
            .bars = row.integer(4),
            .first = instant_of(row.integer(5)),
            .last = instant_of(row.integer(6))};
    });
}

namespace {

constexpr std::string_view series_columns =
    "SELECT s.instrument, s.timeframe, s.source, s.basis, sum(c.bars), min(c.first_ns), max(c.last_ns) "
    "FROM series s JOIN chunks c ON c.series = s.id ";

} // namespace

Result<std::vector<SeriesInfo>> BarStore::list(std::optional<InstrumentId> instrument) {
    Statement rows = database_->prepare(std::string(series_columns) + (instrument ? "WHERE s.instrument = ? " : "") +
                                        "GROUP BY s.id ORDER BY s.instrument, s.id");
    if (instrument) {
        rows.bind(instrument->value);
    }
    return select_series(rows);
}

Result<std::optional<SeriesInfo>> BarStore::find(const SeriesKey& key) {
    Statement rows = database_->prepare(std::string(series_columns) + "WHERE s.id = " + std::string(series_of_key) +
                                        " GROUP BY s.id");
    bind_key(rows, key);
    Result<std::vector<SeriesInfo>> found = select_series(rows);
    if (!found) {
        return fail(std::move(found.error()));
    }
    return found->empty() ? std::nullopt : std::optional(found->front());
}

} // namespace tradesh::store
