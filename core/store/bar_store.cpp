#include "core/store/bar_store.hpp"

#include "core/store/bar_codec.hpp"
#include "core/store/bar_rows.hpp"
#include "core/store/read_rows.hpp"
#include "core/store/series_key_sql.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace tradesh::store {
namespace {

bool is_ascending(const Bars& bars) {
    return std::ranges::is_sorted(bars.open_time, std::ranges::less_equal()); // less_equal: an equal pair is a failure
}

/// `value` once `done` went well.
template <class Value>
Result<Value> value_after(Result<void> done, Value value) {
    if (!done) {
        return fail(std::move(done.error()));
    }
    return value;
}

MergeCounts all_inserted(std::size_t bars) { return MergeCounts{.inserted = static_cast<std::int64_t>(bars)}; }

struct Merged {
    Bars bars;
    MergeCounts counts;
};

/// Both sides in one ascending run; where times are equal the rows of `news` win.
Result<Merged> merge_rows(const Bars& old, const Bars& news, std::size_t begin, std::size_t end) {
    Merged merged;
    std::size_t next_old = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const std::size_t until = first_row_from(old, news.open_time[i]);
        if (Result<void> kept = append_rows(merged.bars, old, next_old, until); !kept) {
            return fail(std::move(kept.error()));
        }
        next_old = until;
        if (until < old.size() && old.open_time[until] == news.open_time[i]) {
            const bool same = old.at(until) == news.at(i);
            merged.counts.unchanged += same ? 1 : 0;
            merged.counts.replaced += same ? 0 : 1;
            ++next_old;
        } else {
            ++merged.counts.inserted;
        }
        if (Result<void> added = append_rows(merged.bars, news, i, i + 1); !added) {
            return fail(std::move(added.error()));
        }
    }
    if (Result<void> kept = append_rows(merged.bars, old, next_old, old.size()); !kept) {
        return fail(std::move(kept.error()));
    }
    return merged;
}

} // namespace

struct BarStore::Chunk {
    Instant first;
    Instant last;
    std::size_t bars;
};

Result<std::vector<BarStore::Chunk>> BarStore::select_chunks(Statement& rows) {
    return read_rows(rows, [](const Statement& row) -> Result<Chunk> {
        return Chunk{.first = instant_of(row.integer(0)),
                     .last = instant_of(row.integer(1)),
                     .bars = static_cast<std::size_t>(row.integer(2))};
    });
}

/// The chunk that reaches to or over `from`, and those after it that start no later than `through`.
Result<std::vector<BarStore::Chunk>> BarStore::chunks_touched(std::int64_t series, Instant from, Instant through) {
    Statement rows = database_->prepare(
        "SELECT first_ns, last_ns, bars FROM chunks WHERE series = ?1 AND first_ns <= ?3 AND first_ns >= "
        "coalesce((SELECT max(first_ns) FROM chunks WHERE series = ?1 AND first_ns <= ?2), ?2) ORDER BY first_ns");
    rows.bind(series).bind(count_of(from)).bind(count_of(through));
    return select_chunks(rows);
}

/// As above; what lies before the first chunk goes into that one.
Result<std::vector<BarStore::Chunk>> BarStore::chunks_to_merge_into(std::int64_t series, Instant from,
                                                                    Instant through) {
    Result<std::vector<Chunk>> chunks = chunks_touched(series, from, through);
    if (!chunks || !chunks->empty()) {
        return chunks;
    }
    Statement first =
        database_->prepare("SELECT first_ns, last_ns, bars FROM chunks WHERE series = ? ORDER BY first_ns LIMIT 1");
    first.bind(series);
    return select_chunks(first);
}

Result<bool> BarStore::is_last(std::int64_t series, const Chunk& chunk) {
    Statement later = database_->prepare("SELECT 1 FROM chunks WHERE series = ? AND first_ns > ? LIMIT 1");
    const Result<bool> found = later.bind(series).bind(count_of(chunk.first)).step();
    if (!found) {
        return found;
    }
    return !*found;
}

Result<Bars> BarStore::load(std::int64_t series, const Chunk& chunk) {
    Statement row = database_->prepare("SELECT data FROM chunks WHERE series = ? AND first_ns = ?");
    const Result<bool> found = row.bind(series).bind(count_of(chunk.first)).step();
    if (!found) {
        return fail(found.error());
    }
    return decode(row.blob(0));
}

Result<void> BarStore::drop(std::int64_t series, const Chunk& chunk) {
    Statement row = database_->prepare("DELETE FROM chunks WHERE series = ? AND first_ns = ?");
    return row.bind(series).bind(count_of(chunk.first)).run();
}

/// Stores rows [begin, end) as chunks. The end of a series is packed full; elsewhere the parts are made equal, so that
/// later bars find room.
Result<void> BarStore::save(std::int64_t series, const Bars& bars, std::size_t begin, std::size_t end,
                            bool last_of_series) {
    const std::size_t parts = (end - begin + chunk_bars_max - 1) / chunk_bars_max;
    const std::size_t part_size = last_of_series || parts == 0 ? chunk_bars_max : (end - begin + parts - 1) / parts;
    Statement row = database_->prepare("INSERT INTO chunks VALUES (?,?,?,?,?)");
    for (std::size_t at = begin; at < end; at += part_size) {
        const std::size_t part_end = std::min(at + part_size, end);
        const Result<std::vector<std::byte>> data = encode_chunk(bars, at, part_end);
        if (!data) {
            return fail(Error(data.error()).attempting("store bars").on(database_->path()));
        }
        row.bind(series).bind(count_of(bars.open_time[at])).bind(count_of(bars.open_time[part_end - 1]));
        row.bind(static_cast<std::int64_t>(part_end - at)).bind(std::span<const std::byte>(*data));
        if (Result<void> inserted = row.run(); !inserted) {
            return inserted;
        }
    }
    return {};
}

Result<MergeCounts> BarStore::merge_into(std::int64_t series, const Chunk& chunk, const Bars& bars, std::size_t begin,
                                         std::size_t end) {
    const Result<bool> last_of_series = is_last(series, chunk);
    if (!last_of_series) {
        return fail(last_of_series.error());
    }
    if (chunk.bars >= chunk_bars_max && bars.open_time[begin] > chunk.last) { // the usual case of a long load
        return value_after(save(series, bars, begin, end, *last_of_series), all_inserted(end - begin));
    }
    const Result<Bars> old = load(series, chunk);
    if (!old) {
        return fail(old.error());
    }
    const Result<Merged> merged = merge_rows(*old, bars, begin, end);
    if (!merged) {
        return fail(Error(merged.error()).attempting("store bars").on(database_->path()));
    }
    if (merged->counts.inserted + merged->counts.replaced == 0) {
        return merged->counts;
    }
    if (Result<void> dropped = drop(series, chunk); !dropped) {
        return fail(std::move(dropped.error()));
    }
    return value_after(save(series, merged->bars, 0, merged->bars.size(), *last_of_series), merged->counts);
}

/// See market_schema.cpp for what a revision is.
Result<void> BarStore::raise_revision(std::int64_t series) {
    Statement row = database_->prepare(
        "UPDATE series SET revision = (((SELECT max(revision) FROM series) >> 32) + 1) << 32 | (random() & "
        "0xffffffff), "
        "last_ns = (SELECT last_ns FROM chunks WHERE series = ?1 ORDER BY first_ns DESC LIMIT 1) WHERE id = ?1");
    return row.bind(series).run();
}

Result<MergeCounts> BarStore::merge(const SeriesKey& key, const Bars& bars) {
    if (bars.empty()) {
        return MergeCounts{};
    }
    if (!is_ascending(bars)) {
        return fail(Error(ErrorKind::failed, "bars.unsorted", "bars must be in ascending order without duplicates")
                        .attempting("store bars"));
    }
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    const Result<MergeCounts> counts = merge_chunks(*series, bars);
    if (!counts || counts->inserted + counts->replaced == 0) {
        return counts;
    }
    return value_after(raise_revision(*series), *counts);
}

Result<MergeCounts> BarStore::merge_chunks(std::int64_t series, const Bars& bars) {
    const Result<std::vector<Chunk>> chunks =
        chunks_to_merge_into(series, bars.open_time.front(), bars.open_time.back());
    if (!chunks) {
        return fail(chunks.error());
    }
    if (chunks->empty()) {
        return value_after(save(series, bars, 0, bars.size(), true), all_inserted(bars.size()));
    }
    MergeCounts counts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < chunks->size(); ++i) {
        const std::size_t end = i + 1 < chunks->size() ? first_row_from(bars, (*chunks)[i + 1].first) : bars.size();
        if (begin == end) {
            continue;
        }
        const Result<MergeCounts> part = merge_into(series, (*chunks)[i], bars, begin, end);
        if (!part) {
            return part;
        }
        counts += *part;
        begin = end;
    }
    return counts;
}

Result<std::int64_t> BarStore::erase(const SeriesKey& key, Instant from, Instant to) {
    if (from >= to) {
        return 0;
    }
    const Result<std::int64_t> series = ensure_series(*database_, key);
    if (!series) {
        return fail(series.error());
    }
    const Result<std::int64_t> erased = erase_chunks(*series, from, to);
    if (!erased || *erased == 0) {
        return erased;
    }
    return value_after(raise_revision(*series), *erased);
}

Result<std::int64_t> BarStore::erase_chunks(std::int64_t series, Instant from, Instant to) {
    const Result<std::vector<Chunk>> chunks = chunks_touched(series, from, to - Duration(1));
    if (!chunks) {
        return fail(chunks.error());
    }
    std::int64_t erased = 0;
    for (const Chunk& chunk : *chunks) {
        const Result<std::int64_t> part = erase_from(series, chunk, from, to);
        if (!part) {
            return part;
        }
        erased += *part;
    }
    return erased;
}

/// A chunk that goes as a whole is not read, so that a damaged one can be removed.
Result<std::int64_t> BarStore::erase_from(std::int64_t series, const Chunk& chunk, Instant from, Instant to) {
    if (chunk.last < from) {
        return 0;
    }
    if (from <= chunk.first && chunk.last < to) {
        return value_after(drop(series, chunk), static_cast<std::int64_t>(chunk.bars));
    }
    const Result<Bars> old = load(series, chunk);
    const Result<bool> last_of_series = is_last(series, chunk);
    if (!old || !last_of_series) {
        return fail(old ? last_of_series.error() : old.error());
    }
    const std::size_t begin = first_row_from(*old, from);
    const std::size_t end = first_row_from(*old, to);
    if (begin == end) {
        return 0;
    }
    Bars kept;
    if (Result<void> added = append_rows(kept, *old, 0, begin); !added) {
        return fail(std::move(added.error()));
    }
    if (Result<void> added = append_rows(kept, *old, end, old->size()); !added) {
        return fail(std::move(added.error()));
    }
    if (Result<void> dropped = drop(series, chunk); !dropped) {
        return fail(std::move(dropped.error()));
    }
    return value_after(save(series, kept, 0, kept.size(), *last_of_series), static_cast<std::int64_t>(end - begin));
}

} // namespace tradesh::store
