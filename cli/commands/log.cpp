#include "cli/commands/log.hpp"

#include "cli/commands/time_range.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/account_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/activity_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

using namespace std::chrono_literals;
using orders::Activity;
using runtime::Task;

constexpr std::int64_t count_default = 50;
constexpr std::int64_t count_max = 10'000;
/// How often a feed that is followed looks whether anything was recorded. It looks at a number in memory.
constexpr Duration look_pause = 200ms;

struct LogWords {
    orders::ActivityFilter filter;
    std::size_t count = count_default;
    bool follow = false;
    std::optional<Duration> duration{};
};

Result<std::size_t> read_count(const Word& word) {
    const Result<std::int64_t> count = parse_count(word);
    if (!count) {
        return fail(count.error());
    }
    if (*count > count_max) {
        return fail(Error(ErrorKind::usage, "log.count_too_large",
                          "at most " + std::to_string(count_max) + " events are shown at once")
                        .at(word.where())
                        .advise("for all of them: order export --events"));
    }
    return static_cast<std::size_t>(*count);
}

Result<LogWords> log_words(const Arguments& arguments, Instant now) {
    const Result<TimeRange> range = read_time_range(arguments, now);
    if (!range) {
        return fail(range.error());
    }
    LogWords words{.filter = {.from = range->from}, .follow = arguments.has("follow")};
    if (const Word* word = arguments.find("symbol")) {
        Result<std::string> symbol = symbol_of(*word);
        if (!symbol) {
            return fail(std::move(symbol.error()));
        }
        words.filter.symbol = std::move(*symbol);
    }
    if (const Word* word = arguments.find("count")) {
        const Result<std::size_t> count = read_count(*word);
        if (!count) {
            return fail(count.error());
        }
        words.count = *count;
    }
    if (const Word* word = arguments.find("for")) {
        const Result<Duration> span = parse_span(*word);
        if (!span) {
            return fail(span.error());
        }
        if (!words.follow) {
            return fail(Error(ErrorKind::usage, "log.for_without_follow", "--for says how long to follow")
                            .at(word->where())
                            .advise("add --follow"));
        }
        words.duration = *span;
    }
    return words;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Task<Result<void>> show(Report& report, const std::vector<Activity>& activities) {
    for (const Activity& each : activities) {
        std::vector<Cell> row{each.time,
                              unless_empty(each.order),
                              unless_empty(each.symbol),
                              each.text,
                              unless_empty(each.source),
                              each.event,
                              unless_empty(each.key),
                              each.seq};
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// Until it is cancelled or the time is over.
Task<Result<void>> follow(CommandContext& context, orders::ActivityReader& reader, std::optional<Duration> duration) {
    runtime::Loop& loop = context.engine().loop();
    const Duration begun = loop.clock().elapsed();
    context.task.awaits = "events of orders";
    for (;;) {
        const Result<std::vector<Activity>> news = co_await reader.news();
        if (!news) {
            co_return fail(news.error());
        }
        const Result<void> shown = co_await show(context.report, *news);
        if (!shown) {
            co_return shown;
        }
        const Result<void> flushed = co_await context.report.flush();
        if (!flushed) {
            co_return flushed;
        }
        if (!news->empty()) {
            continue;
        }
        const Duration left = duration ? *duration - (loop.clock().elapsed() - begun) : look_pause;
        if (left <= Duration(0)) {
            co_return Result<void>();
        }
        const bool slept = co_await runtime::sleep_for(loop, std::min(left, look_pause));
        if (!slept) {
            co_return fail(ErrorKind::cancelled, "log.cancelled", "stopped");
        }
    }
}

Task<Result<void>> run_orders(CommandContext& context) {
    const Result<LogWords> words = log_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    orders::ActivityReader reader(context.engine().account_desk().journal(), words->filter);
    Result<std::vector<Activity>> latest = co_await reader.latest(words->count);
    if (!latest) {
        co_return fail(std::move(latest.error()).attempting("read the log of orders"));
    }
    context.report.table({{"time", CellType::time},
                          {"order", CellType::text},
                          {"symbol", CellType::text},
                          {"what", CellType::text},
                          {"source", CellType::text},
                          {"event", CellType::text},
                          {"key", CellType::text},
                          {"seq", CellType::integer}});
    Result<void> shown = co_await show(context.report, *latest);
    if (shown && words->follow) {
        shown = co_await follow(context, reader, words->duration);
    } else if (shown && latest->empty()) {
        context.report.note("nothing has happened yet");
    }
    co_return shown;
}

} // namespace

std::vector<CommandSpec> log_commands() {
    return {{
        .family = "log",
        .verb = "orders",
        .summary = "Tell what happened to orders, limits and triggers, and why",
        .options = {from_option(),
                    {.name = "symbol", .value_name = "SYMBOL", .help = "only of this", .kind = ValueKind::symbol},
                    {.name = "count",
                     .value_name = "N",
                     .help = "the last N (50)",
                     .short_name = 'n',
                     .kind = ValueKind::count},
                    {.name = "follow", .value_name = "", .help = "then go on with what happens"},
                    {.name = "for",
                     .value_name = "TIME",
                     .help = "with --follow: end after so long",
                     .kind = ValueKind::duration}},
        .examples = {{"log orders", "the last fifty events, oldest first"},
                     {"log orders --symbol GOOG --from today -n 500", "what GOOG did today"},
                     {"log orders --follow --for 6h30m --format ndjson", "a session's events for a script"}},
        .schema = "log.orders@1",
        .run = run_orders,
        .check =
            [](const Arguments& arguments) {
                const Result<LogWords> words = log_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "One sentence an event: what our checks denied and why, what was sent, filled, withdrawn and by "
                   "whom, what is unknown and what is done about it, halts, limits, triggers, the link. Times are "
                   "those of the venue where it gave one. --follow ends with Ctrl-C, exit 130, or by --for, exit 0.",
    }};
}

} // namespace tradesh::cli
