#include "core/engine/shown_bars.hpp"

#include "core/history/adjustment.hpp"
#include "core/history/resample.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tradesh::engine {

using store::SeriesInfo;

namespace {

/// Of several series that a longer one can be made of: the one nearest to it, the newest of those.
std::optional<SeriesInfo> best_to_resample(const std::vector<SeriesInfo>& candidates, Timeframe to) {
    std::optional<SeriesInfo> best;
    const auto rank = [](const SeriesInfo& info) { return std::pair(info.key.timeframe, info.last); };
    for (const SeriesInfo& info : candidates) {
        if (history::can_resample(info.key.timeframe, to) && (!best || rank(info) > rank(*best))) {
            best = info;
        }
    }
    return best;
}

/// Those that can be adjusted: closes of other lengths do not say what a share was worth before a dividend.
std::vector<SeriesInfo> daily(std::vector<SeriesInfo> series) {
    std::erase_if(series, [](const SeriesInfo& info) { return info.key.timeframe != Timeframe::d1; });
    return series;
}

/// Positions [first, last) of `bars`, as bars of their own.
Bars part_of(const Bars& bars, std::size_t first, std::size_t last) {
    const auto cut = [first, last](const auto& column) {
        using Column = std::decay_t<decltype(column)>;
        return Column(column.begin() + static_cast<std::ptrdiff_t>(first),
                      column.begin() + static_cast<std::ptrdiff_t>(last));
    };
    const auto scaled = [&cut](const ScaledColumn& column) {
        return ScaledColumn{.scale = column.scale, .units = cut(column.units)};
    };
    return Bars{.open_time = cut(bars.open_time),
                .open = scaled(bars.open),
                .high = scaled(bars.high),
                .low = scaled(bars.low),
                .close = scaled(bars.close),
                .volume = scaled(bars.volume)};
}

Bars within(const Bars& bars, const BarsWanted& wanted) {
    const auto position = [&bars](Instant time) {
        return static_cast<std::size_t>(std::ranges::lower_bound(bars.open_time, time) - bars.open_time.begin());
    };
    const std::size_t last = wanted.to ? position(*wanted.to) : bars.size();
    std::size_t first = wanted.from ? std::min(position(*wanted.from), last) : 0;
    if (wanted.last_count && last - first > *wanted.last_count) {
        first = last - *wanted.last_count;
    }
    return part_of(bars, first, last);
}

/// Only the bars that open within a session of the hours.
Result<Bars> within_hours(const Bars& bars, const Instrument& instrument, Hours hours) {
    if (bars.empty()) {
        return bars;
    }
    const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
    if (!calendar) {
        return fail(calendar.error());
    }
    const TradingDate first = std::chrono::floor<std::chrono::days>(bars.open_time.front());
    const TradingDate last = std::chrono::floor<std::chrono::days>(bars.open_time.back());
    const Result<std::vector<Session>> sessions =
        calendar->sessions(first - std::chrono::days(1), last + std::chrono::days(3), hours);
    if (!sessions) {
        return fail(sessions.error());
    }
    Bars kept;
    auto session = sessions->begin();
    for (std::size_t i = 0; i < bars.size(); ++i) {
        while (session != sessions->end() && session->close <= bars.open_time[i]) {
            ++session;
        }
        if (session == sessions->end() || bars.open_time[i] < session->open) {
            continue;
        }
        if (Result<void> pushed = kept.push_back(bars.at(i)); !pushed) {
            return fail(std::move(pushed.error()));
        }
    }
    return kept;
}

/// A source of prices tells splits and dividends with its raw daily bars; a file does not.
Result<Bars> adjusted(const Instrument& instrument, const BarsRecipe& recipe, const BarsRead& read) {
    if (read.actions.empty() && recipe.base.key.source == BarSource::import) {
        return fail(Error(ErrorKind::not_found, "bars.no_actions",
                          "there are no adjusted bars, and nobody said which splits and dividends there were")
                        .on(instrument.symbol)
                        .advise("add them: data actions " + instrument.symbol + " --split 2:1 --on DATE"));
    }
    return history::adjust(read.bars, read.actions, instrument.currency);
}

Result<history::Resampled> resampled(const Bars& bars, const Instrument& instrument, const BarsRecipe& recipe,
                                     Hours hours) {
    const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
    Result<history::Resampled> made =
        history::resample(bars, recipe.base.key.timeframe, *recipe.resample_to, calendar ? &*calendar : nullptr, hours);
    if (made || calendar) {
        return made;
    }
    return fail(std::move(made.error())
                    .attempting("make " + std::string(name_of(*recipe.resample_to)) + " bars of " +
                                std::string(name_of(recipe.base.key.timeframe)) + " bars")
                    .on(instrument.symbol)
                    .advise("say where it trades: --exchange NAME"));
}

/// Positions of the bars of `made` that are shown and have slots without a bar within them.
std::vector<std::size_t> with_absent(const history::Resampled& made, const Bars& shown) {
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < made.absent.size(); ++i) {
        const Instant time = made.bars.open_time[i];
        if (made.absent[i] > 0 && time >= shown.open_time.front() && time <= shown.open_time.back()) {
            positions.push_back(i);
        }
    }
    return positions;
}

/// Of those, the ones with slots of which nobody knows that they had no trades.
Result<std::vector<std::size_t>> incomplete(const history::Resampled& made, std::vector<std::size_t> positions,
                                            SeriesReading reading) {
    if (positions.empty()) {
        return positions;
    }
    reading.from = made.spans[positions.front()].from;
    reading.to = made.spans[positions.back()].to;
    const Result<std::optional<Comparison>> compared = compare_with_calendar(reading);
    if (!compared || !*compared) {
        return compared ? Result<std::vector<std::size_t>>(std::vector<std::size_t>()) : fail(compared.error());
    }
    std::vector<history::SlotRun> unknown = (*compared)->coverage.runs;
    std::erase_if(unknown, [](const history::SlotRun& run) {
        return run.state != history::SlotState::missing && run.state != history::SlotState::delayed;
    });
    std::erase_if(positions, [&](std::size_t position) {
        const history::TimeSpan& span = made.spans[position];
        const auto run = std::ranges::upper_bound(unknown, span.from, {}, &history::SlotRun::to);
        return run == unknown.end() || run->from >= span.to;
    });
    return positions;
}

/// How bars were made, and which of them may change when what is missing comes.
Result<std::string> note_on(const history::Resampled& made, const BarsFound& found, SeriesReading reading) {
    const std::string shorter(name_of(reading.series.key.timeframe));
    const std::string symbol = reading.instrument.symbol;
    const Result<std::vector<std::size_t>> gaps = incomplete(made, with_absent(made, found.bars), std::move(reading));
    if (!gaps) {
        return fail(gaps.error());
    }
    std::string note = "made of " + shorter + " bars";
    if (!gaps->empty()) {
        const std::string first = to_rfc3339(made.bars.open_time[gaps->front()]);
        note += "; " + std::to_string(gaps->size()) + (gaps->size() == 1 ? " of them lacks" : " of them lack") +
                " bars that are missing or delayed, the first " +
                (is_daily_or_longer(found.timeframe) ? first.substr(0, 10) : first) + ": data verify " + symbol + " " +
                shorter;
    }
    return note;
}

} // namespace

std::optional<BarsRecipe> find_recipe(const std::vector<SeriesInfo>& stored, const BarsWanted& wanted) {
    const std::vector<SeriesInfo> exact = fitting(stored, wanted);
    if (const SeriesInfo* series = choose(exact)) {
        return BarsRecipe{.base = *series};
    }
    BarsWanted any_length = wanted;
    any_length.timeframe.reset();
    if (wanted.timeframe) {
        if (const auto base = best_to_resample(fitting(stored, any_length), *wanted.timeframe)) {
            return BarsRecipe{.base = *base, .resample_to = wanted.timeframe};
        }
    }
    if (wanted.basis != PriceBasis::adjusted) {
        return std::nullopt;
    }
    BarsWanted raw = wanted;
    raw.basis = PriceBasis::raw;
    const std::vector<SeriesInfo> raw_exact = daily(fitting(stored, raw));
    if (const SeriesInfo* series = choose(raw_exact)) {
        return BarsRecipe{.base = *series, .adjust = true};
    }
    any_length.basis = PriceBasis::raw;
    if (wanted.timeframe) {
        if (const auto base = best_to_resample(daily(fitting(stored, any_length)), *wanted.timeframe)) {
            return BarsRecipe{.base = *base, .adjust = true, .resample_to = wanted.timeframe};
        }
    }
    return std::nullopt;
}

Result<BarsRead> read_for(store::MarketFile& file, const BarsRecipe& recipe, const BarsWanted& wanted, unsigned doubled,
                          const SourceFacts& facts) {
    const SeriesInfo& base = recipe.base;
    Instant from = wanted.from.value_or(base.first);
    Instant to = wanted.to.value_or(just_after(base.last));
    const bool plain = !recipe.adjust && !recipe.resample_to;
    if (plain && !wanted.hours && !wanted.from && !wanted.to && wanted.last_count) {
        Result<Bars> bars = file.bars.last(base.key, *wanted.last_count);
        if (!bars) {
            return fail(std::move(bars.error()));
        }
        return BarsRead{.bars = std::move(*bars), .actions = {}, .from_start = true};
    }
    if (recipe.adjust) { // the last action decides on the first price
        from = base.first;
        to = just_after(base.last);
    } else if (!plain || wanted.hours) {
        // A longer bar needs the shorter ones that open up to its length after it, and, of overnight sessions, before.
        const Timeframe length = recipe.resample_to.value_or(base.key.timeframe);
        const Duration room = nominal_length(length) + std::chrono::days(3);
        const std::size_t count = wanted.last_count.value_or(0);
        if (!wanted.from && count > 0 && count < 100'000) {
            const auto spans = static_cast<std::int64_t>((count + 2) << std::min(doubled, 32U));
            const std::int64_t room_for = (std::min(to, base.last) - base.first) / nominal_length(length) + 1;
            from = spans < room_for ? std::min(to, base.last) - spans * nominal_length(length) : base.first;
        }
        from = std::max(from, base.first + room) - room;
        to = std::min(to, base.last) + room;
    }
    Result<Bars> bars = file.bars.range(base.key, from, to);
    if (!bars) {
        return fail(std::move(bars.error()));
    }
    BarsRead read{.bars = std::move(*bars), .actions = {}, .from_start = from <= base.first || wanted.from};
    if (recipe.resample_to) { // the first and the last may reach beyond what was read
        const Duration room = nominal_length(*recipe.resample_to) + std::chrono::days(3);
        Result<history::SeriesKnowledge> knowledge =
            read_knowledge(file, base.key, {.from = from - room, .to = to + room}, facts);
        if (!knowledge) {
            return fail(std::move(knowledge.error()));
        }
        read.knowledge = std::move(*knowledge);
    }
    if (recipe.adjust) {
        Result<std::vector<CorporateAction>> actions = known_actions(file, base.key.instrument, base.key.source);
        if (!actions) {
            return fail(std::move(actions.error()));
        }
        read.actions = std::move(*actions);
    }
    return read;
}

Result<std::optional<BarsFound>> make_bars(const Instrument& instrument, const BarsRecipe& recipe,
                                           const BarsWanted& wanted, BarsRead read) {
    const store::SeriesKey& key = recipe.base.key;
    BarsFound found{.instrument = instrument,
                    .series = recipe.base,
                    .timeframe = recipe.resample_to.value_or(key.timeframe),
                    .basis = recipe.adjust ? PriceBasis::adjusted : key.basis,
                    .bars = {},
                    .notes = {}};
    if (recipe.adjust) {
        Result<Bars> made = adjusted(instrument, recipe, read);
        if (!made) {
            return fail(std::move(made.error()));
        }
        read.bars = std::move(*made);
        found.notes.push_back(read.actions.empty() ? "no split or dividend is known: adjusted prices are the raw ones"
                                                   : "adjusted from raw prices by " +
                                                         std::to_string(read.actions.size()) + " splits and dividends");
    }
    std::optional<history::Resampled> made;
    if (recipe.resample_to) {
        Result<history::Resampled> result =
            resampled(read.bars, instrument, recipe, wanted.hours.value_or(Hours::regular));
        if (!result) {
            return fail(std::move(result.error()));
        }
        made = std::move(*result);
    } else if (wanted.hours && !is_daily_or_longer(key.timeframe)) {
        Result<Bars> kept = within_hours(read.bars, instrument, *wanted.hours);
        if (!kept) {
            return fail(std::move(kept.error()).advise("say where it trades: --exchange NAME"));
        }
        read.bars = std::move(*kept);
    }
    const Bars& all = made ? made->bars : read.bars;
    // Without its beginning the first of several may be made of a part of its time.
    if (!read.from_start && wanted.last_count && all.size() <= *wanted.last_count) {
        return std::nullopt;
    }
    found.bars = within(all, wanted);
    if (!read.from_start && wanted.last_count && found.bars.size() < *wanted.last_count) {
        return std::nullopt;
    }
    if (found.bars.empty()) {
        return fail(none_in_range(wanted, recipe.base));
    }
    if (made) {
        Result<std::string> note = note_on(*made, found,
                                           {.instrument = instrument,
                                            .series = recipe.base,
                                            .from = {},
                                            .to = {},
                                            .hours = wanted.hours.value_or(Hours::regular),
                                            .bars = std::move(read.bars),
                                            .knowledge = std::move(read.knowledge),
                                            .unfinished = {}});
        if (!note) {
            return fail(std::move(note.error()));
        }
        found.notes.push_back(std::move(*note));
    }
    return found;
}

} // namespace tradesh::engine
