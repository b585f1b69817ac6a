#include "cli/commands/scan_watch.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/saved_scan.hpp"
#include "cli/commands/scan_table.hpp"
#include "cli/commands/scan_words.hpp"
#include "cli/parse/values.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/scan_desk.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace tradesh::cli {
namespace {

using expression::Output;
using expression::OutputRole;
using runtime::Task;

/// Options of `scan run` that mean something while time goes on. Others of a saved scan are left out.
constexpr std::array<std::string_view, 6> taken_along{"universe", "timeframe", "show", "adjusted", "load", "at-once"};

Arguments without_order(const Arguments& arguments) {
    Arguments kept;
    kept.add("expression", arguments.required("expression"));
    for (const std::string_view option : taken_along) {
        for (const Word& word : arguments.all(option)) {
            kept.add(option, word);
        }
    }
    return kept;
}

struct Following {
    engine::WatchWanted how;
    std::optional<Duration> duration{}; ///< until it ends by itself
};

Result<Following> read_following(const Arguments& arguments) {
    Following following;
    following.how.live = arguments.has("live");
    Duration duration{0};
    for (const auto& [name, target] : {std::pair("every", &following.how.every),
                                       std::pair("cooldown", &following.how.cooldown), std::pair("for", &duration)}) {
        if (const Word* word = arguments.find(name)) {
            const Result<Duration> span = parse_span(*word);
            if (!span) {
                return fail(span.error());
            }
            *target = *span;
        }
    }
    if (arguments.has("for")) {
        following.duration = duration;
    }
    return following;
}

/// Shows each change as it comes.
class ShownChanges {
public:
    ShownChanges(CommandContext& context, const expression::Program& program, bool live)
        : context_(context),
          program_(program),
          live_(live) {
        const CellType bar = is_daily_or_longer(program.timeframe()) ? CellType::date : CellType::time;
        columns_ = {{"time", CellType::time}, {"symbol"}, {"change"}, {"bar", bar}};
        if (live_) {
            columns_.push_back({"forming", CellType::boolean});
        }
        for (std::size_t i = 0; i < program.outputs().size(); ++i) {
            const Output& output = program.outputs()[i];
            const bool shown = output.role == OutputRole::explains || output.role == OutputRole::column;
            if (shown && std::ranges::find(columns_, output.label, &Column::name) == columns_.end()) {
                outputs_.push_back(i);
                columns_.push_back(value_column(output));
            }
        }
    }

    /// Not before it is known that there is something to follow: an error of the whole watch has no table.
    void begin() {
        if (!begun_) {
            begun_ = true;
            context_.report.table(columns_);
        }
    }

    Task<Result<void>> take(const engine::WatchNews& news) {
        begin();
        if (!news.change) {
            context_.report.warn(news.change.error().describe());
            co_return Result<void>();
        }
        const scan::ScanChange& change = *news.change;
        is_simulated_ = is_simulated_ || news.simulated;
        const Instant now = std::chrono::floor<std::chrono::milliseconds>(context_.engine().clock().now());
        std::vector<Cell> cells{now, news.symbol,
                                news.initial ? std::string_view("inside") : scan::name_of(change.kind),
                                change.row.bar_time};
        if (live_) {
            cells.emplace_back(change.provisional);
        }
        for (const std::size_t output : outputs_) {
            cells.push_back(value_cell(program_.outputs()[output], change.row.values[output]));
        }
        Result<void> sent = co_await context_.report.row(std::move(cells));
        if (sent) {
            sent = co_await context_.report.flush();
        }
        co_return sent;
    }

    bool is_simulated() const { return is_simulated_; }

private:
    CommandContext& context_;
    expression::Program program_;
    bool live_;
    std::vector<Column> columns_;
    std::vector<std::size_t> outputs_;
    bool begun_ = false;
    bool is_simulated_ = false;
};

/// Follows until the command is cancelled (then `cancelled`) or the time is over.
Task<Result<engine::WatchSummary>> follow(CommandContext& context, engine::ScanWanted wanted, Following following,
                                          ShownChanges& shown, bool& cancelled) {
    runtime::Loop& loop = context.engine().loop();
    runtime::TaskScope scope(loop);
    runtime::Event done(loop);
    Result<engine::WatchSummary> summary = engine::WatchSummary();
    const engine::OnNews take = [&shown](const engine::WatchNews& news) { return shown.take(news); };
    const auto body = [&](runtime::TaskInfo& task) -> Task<void> {
        task.awaits = "changes of bars";
        summary = co_await context.engine().scans().watch(std::move(wanted), following.how, take);
        done.set();
    };
    scope.spawn("scan watch", body);
    context.task.awaits = "changes";
    runtime::Wake wake = runtime::Wake::signalled;
    if (following.duration) {
        wake = co_await done.wait_for(*following.duration);
    } else {
        wake = co_await done.wait();
    }
    cancelled = wake == runtime::Wake::cancelled;
    if (wake != runtime::Wake::signalled) {
        scope.cancel();
    }
    co_await scope.join();
    co_return summary;
}

Task<Result<void>> run_watch(CommandContext& context) {
    const Result<Following> following = read_following(context.arguments);
    if (!following) {
        co_return fail(following.error());
    }
    const Result<ChosenScan> chosen = co_await choose_scan(context.engine().saved(), context.arguments);
    if (!chosen) {
        co_return fail(chosen.error());
    }
    Result<ScanWords> words = read_scan(without_order(chosen->arguments), context.engine().clock().now());
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    words->wanted.correlation = context.correlation;
    const Timeframe timeframe = words->wanted.program.timeframe();
    ShownChanges shown(context, words->wanted.program, following->how.live);
    bool cancelled = false;
    const Result<engine::WatchSummary> summary =
        co_await follow(context, std::move(words->wanted), *following, shown, cancelled);
    if (!summary) {
        Error error = co_await of_scan(context, summary.error(), chosen->arguments, timeframe);
        co_return fail(std::move(error));
    }
    shown.begin();
    context.report.note("followed " + counted(summary->symbols, "symbol") + ": " + counted(summary->changes, "row"));
    if (shown.is_simulated()) {
        context.report.note("simulated: these prices are made up");
    }
    if (cancelled) {
        co_return fail(ErrorKind::cancelled, "scan.cancelled", "stopped");
    }
    co_return Result<void>();
}

Result<void> check_watch(const Arguments& arguments) {
    if (const Result<Following> following = read_following(arguments); !following) {
        return fail(following.error());
    }
    const Result<std::optional<ChosenScan>> chosen = choose_built_in(arguments);
    if (!chosen || !*chosen) {
        return chosen ? Result<void>() : fail(chosen.error());
    }
    const Result<ScanWords> words = read_scan(without_order((*chosen)->arguments), no_time);
    return words ? Result<void>() : fail(words.error());
}

std::vector<OptionSpec> watch_options() {
    std::vector<OptionSpec> options;
    for (OptionSpec& option : scan_options()) {
        if (std::ranges::find(taken_along, option.name) != taken_along.end()) {
            options.push_back(std::move(option));
        }
    }
    options.insert(
        options.end(),
        {{.name = "every",
          .value_name = "TIME",
          .help = "how often changes are looked for (1s)",
          .kind = ValueKind::duration},
         {.name = "cooldown",
          .value_name = "TIME",
          .help = "the least time between two rows of a symbol (none)",
          .kind = ValueKind::duration},
         {.name = "live", .value_name = "", .help = "the bar in progress counts, made of the venue's quotes"},
         {.name = "for", .value_name = "TIME", .help = "end after so long", .kind = ValueKind::duration}});
    return options;
}

} // namespace

CommandSpec scan_watch_command() {
    return CommandSpec{
        .family = "scan",
        .verb = "watch",
        .summary = "Tell when an instrument begins to fit a condition, or ceases to",
        .arguments = {scan_argument()},
        .options = watch_options(),
        .examples = {{"scan watch \"close > ema(50)\" -u @tech -t 5m --load", "on every new bar, which is loaded"},
                     {"scan watch alpaca-2022 -t 1m --live --cooldown 300s", "a saved scan, on the bar in progress"},
                     {"scan watch oversold --for 1h --format ndjson", "for a script"}},
        .schema = "scan.watch@1",
        .run = run_watch,
        .check = check_watch,
        .rehearses = false,
        .details = "What fits at the beginning comes first, as 'inside'; then a row whenever a symbol has entered or "
                   "left, at once. Without --load it sees the bars that others store. What cannot be told does not "
                   "fit. Who belongs to a list or a pattern is settled when it begins. Of a saved scan the order, the "
                   "rank and the times are left out. It ends with Ctrl-C, exit "
                   "130, or by --for, exit 0.",
        .further_exit_codes = {exit_codes::config},
    };
}

} // namespace tradesh::cli
