#include "core/history/load_planning.hpp"

#include "core/history/load_range.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::history {

using runtime::Task;

namespace {

template <class Item>
bool has(const std::vector<Item>& items, Item wanted) {
    return std::ranges::find(items, wanted) != items.end();
}

template <class Item>
std::string list_names(const std::vector<Item>& items) {
    std::string text;
    for (const Item item : items) {
        text += (text.empty() ? "" : ", ") + std::string(name_of(item));
    }
    return text;
}

Result<void> check_request(const LoadRequest& request, const venue::HistoryLimits& limits) {
    const auto refuse = [&](std::string_view code, std::string message, std::string_view hint) -> Result<void> {
        return fail(Error(ErrorKind::usage, code, std::move(message))
                        .attempting("load history")
                        .on(request.instrument.symbol)
                        .advise(hint));
    };
    const std::string source(name_of(limits.source));
    if (request.from && request.to && *request.from >= *request.to) {
        return refuse("load.range", "the range ends before it begins", "give --from an earlier time than --to");
    }
    if (!has(limits.timeframes, request.timeframe)) {
        return refuse("load.timeframe", source + " has no bars of " + std::string(name_of(request.timeframe)),
                      "it has " + list_names(limits.timeframes));
    }
    if (!has(limits.bases, request.basis)) {
        return refuse("load.basis", source + " has no " + std::string(name_of(request.basis)) + " prices",
                      "it has " + list_names(limits.bases) + " ones");
    }
    if (is_daily_or_longer(request.timeframe) && request.hours != Hours::regular) {
        const std::string timeframe(name_of(request.timeframe));
        const std::string hours(name_of(request.hours));
        return refuse("load.hours", "bars of " + timeframe + " are those of the regular hours",
                      "load shorter ones, and have days made of them: data load " + request.instrument.symbol +
                          " 30m --hours " + hours + ", then data show " + request.instrument.symbol + " " + timeframe +
                          " --hours " + hours);
    }
    return {};
}

/// On the first date a bar may belong to a session that began the day before.
Instant first_known(const SessionCalendar& calendar, Timeframe timeframe) {
    const TradingDate first = calendar.first_date();
    return is_daily_or_longer(timeframe) ? first : first + std::chrono::days(1);
}

/// Slots looked at in one piece. Those of days and more are few.
constexpr Duration piece_length = std::chrono::days(360);

/// A piece of the range, with what is stored of it.
struct Piece {
    Instant from;
    Instant to;
    std::vector<Instant> stored;
    SeriesKnowledge knowledge;
};

struct ComparedPiece {
    Coverage coverage;
    std::vector<Segment> segments;
};

Result<ComparedPiece> compare_piece(const Piece& piece, const SessionCalendar& calendar, const LoadRequest& request,
                                    const venue::HistoryLimits& limits) {
    const Result<std::vector<Slot>> slots = calendar.slots(request.timeframe, piece.from, piece.to, request.hours);
    if (!slots) {
        return fail(slots.error());
    }
    ComparedPiece compared;
    compared.coverage = compare(*slots, piece.stored, piece.knowledge, request.hours);
    compared.segments = cut_segments(compared.coverage.runs, *slots, request.timeframe, limits);
    return compared;
}

/// Runs that meet at the border of two pieces become one.
void append(Coverage& all, Coverage part) {
    for (const SlotRun& run : part.runs) {
        if (!all.runs.empty() && all.runs.back().state == run.state) {
            all.runs.back().to = run.to;
            all.runs.back().slots += run.slots;
        } else {
            all.runs.push_back(run);
        }
    }
    all.off_calendar.insert(all.off_calendar.end(), part.off_calendar.begin(), part.off_calendar.end());
}

Task<Result<RangeFacts>> read_facts(PlanningParts parts, store::SeriesKey key, const LoadRequest& request) {
    auto look = [key, &request](store::MarketFile& file) -> Result<RangeFacts> {
        RangeFacts facts;
        const Result<std::optional<store::SeriesInfo>> stored = file.bars.find(key);
        if (!stored) {
            return fail(stored.error());
        }
        const Result<std::optional<store::SeriesHead>> head = file.coverage.head(key);
        if (!head) {
            return fail(head.error());
        }
        const Result<std::optional<store::UnfinishedLoads::Range>> unfinished =
            file.unfinished_loads.find(key, request.hours, name_of(request.mode));
        if (!unfinished) {
            return fail(unfinished.error());
        }
        facts.stored = *stored;
        facts.head = *head;
        facts.unfinished = *unfinished;
        return facts;
    };
    Result<RangeFacts> facts = co_await parts.store.read(look);
    co_return facts;
}

Task<Result<store::SeriesHead>> ask_head(PlanningParts parts, RequestLane& lane, store::SeriesKey key,
                                         const LoadRequest& request) {
    const PacedSource::Call<std::optional<Instant>> call = [&request](venue::History& source) {
        return source.head(request.instrument, request.timeframe);
    };
    PacedSource::Outcome<std::optional<Instant>> asked = co_await parts.source.ask(lane, "head", call);
    if (!asked.answer) {
        co_return fail(
            std::move(asked.answer.error()).attempting("ask where history begins").on(request.instrument.symbol));
    }
    const store::SeriesHead head{.first = *asked.answer, .asked_at = asked.asked_at};
    auto keep = [key, head](store::MarketFile& file) { return file.coverage.set_head(key, head); };
    const Result<void> kept = co_await parts.store.write(keep);
    if (!kept) {
        co_return fail(kept.error());
    }
    co_return head;
}

Task<Result<Piece>> read_piece(PlanningParts parts, store::SeriesKey key, bool recheck, Piece piece) {
    auto look = [key, recheck, &piece](store::MarketFile& file) -> Result<void> {
        Result<Bars> bars = file.bars.range(key, piece.from, piece.to);
        if (!bars) {
            return fail(std::move(bars.error()));
        }
        piece.stored = std::move(bars->open_time);
        if (recheck) {
            return {}; // as if nobody had ever asked
        }
        Result<std::vector<store::AnsweredRange>> answered = file.coverage.list(key, piece.from, piece.to);
        if (!answered) {
            return fail(std::move(answered.error()));
        }
        piece.knowledge.answered = std::move(*answered);
        return {};
    };
    const Result<void> looked = co_await parts.store.read(look);
    if (!looked) {
        co_return fail(looked.error());
    }
    co_return std::move(piece);
}

/// Fills the outline's coverage and segments, piece by piece.
Task<Result<void>> walk_range(PlanningParts parts, const LoadRequest& request, RangeFacts facts, LoadOutline& outline) {
    const venue::HistoryLimits& limits = parts.source.limits();
    LoadPlan& plan = outline.plan;
    const Duration length = is_daily_or_longer(request.timeframe) ? plan.to - plan.from : piece_length;
    for (Instant from = plan.from; from < plan.to;) {
        Piece wanted{
            .from = from, .to = plan.to - from > length ? from + length : plan.to, .stored = {}, .knowledge = {}};
        wanted.knowledge.head = facts.head;
        wanted.knowledge.now = facts.now;
        wanted.knowledge.publish_delay = limits.publish_delay;
        from = wanted.to;
        Result<Piece> piece = co_await read_piece(parts, plan.series, request.recheck, std::move(wanted));
        if (!piece) {
            co_return fail(std::move(piece.error()));
        }
        auto work = [&] { return compare_piece(*piece, *outline.calendar, request, limits); };
        Result<ComparedPiece> compared = co_await parts.workers.run(work);
        if (!compared) {
            co_return fail(std::move(compared.error()).attempting("plan the load").on(request.instrument.symbol));
        }
        append(plan.coverage, std::move(compared->coverage));
        plan.segments.insert(plan.segments.end(), compared->segments.begin(), compared->segments.end());
    }
    order_segments(plan.segments, request.mode, facts.now);
    co_return Result<void>();
}

} // namespace

store::SeriesKey series_key(const LoadRequest& request, const venue::HistoryLimits& limits) {
    return {.instrument = request.instrument.id,
            .timeframe = request.timeframe,
            .source = limits.source,
            .basis = request.basis};
}

Task<Result<LoadOutline>> outline_load(PlanningParts parts, RequestLane& lane, const LoadRequest& request) {
    if (Result<void> possible = check_request(request, parts.source.limits()); !possible) {
        co_return fail(std::move(possible.error()));
    }
    auto find_calendar = [&request] { return SessionCalendar::of(request.instrument); };
    Result<SessionCalendar> calendar = co_await parts.workers.run(find_calendar);
    if (!calendar) {
        co_return fail(std::move(calendar.error()));
    }
    const store::SeriesKey key = series_key(request, parts.source.limits());
    Result<RangeFacts> facts = co_await read_facts(parts, key, request);
    if (!facts) {
        co_return fail(std::move(facts.error()));
    }
    facts->calendar_from = first_known(*calendar, request.timeframe);
    facts->now = parts.loop.clock().now();
    if (needs_head(request, *facts)) {
        const Result<store::SeriesHead> head = co_await ask_head(parts, lane, key, request);
        if (!head) {
            co_return fail(head.error());
        }
        facts->head = *head;
    } else if (facts->head && !is_fresh(*facts->head, facts->now)) {
        facts->head.reset(); // it has no say over this range
    }
    LoadRange range = decide_range(request, *facts);
    LoadOutline outline;
    outline.calendar = std::move(*calendar);
    outline.plan.instrument = request.instrument;
    outline.plan.series = key;
    outline.plan.from = range.from;
    outline.plan.to = range.to;
    outline.plan.notes = std::move(range.notes);
    const Result<void> walked = co_await walk_range(parts, request, *facts, outline);
    if (!walked) {
        co_return fail(walked.error());
    }
    co_return std::move(outline);
}

} // namespace tradesh::history
