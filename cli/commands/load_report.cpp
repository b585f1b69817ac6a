#include "cli/commands/load_report.hpp"

#include "cli/commands/listed_symbols.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/history_desk.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {

using runtime::Task;

namespace {

/// How often progress is looked at; the report decides what of it is shown.
constexpr Duration progress_interval = std::chrono::milliseconds(100);

std::string progress_text(const std::string& what, const engine::BatchProgress& progress, Duration took) {
    const auto seconds = std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(took).count());
    std::string text = what + " " + std::to_string(progress.symbols_done) + " of " +
                       counted(progress.symbols, "symbol") + ", " + counted(progress.bars, "bar") + ", " +
                       std::to_string(progress.bars / seconds) + " a second";
    if (progress.remaining > Duration::zero()) {
        text += ", about " + to_human(progress.remaining) + " left";
    }
    return text + "; requests";
}

Error partial(std::string message) {
    return Error(ErrorKind::partial, "load.partial", std::move(message))
        .attempting("load price history")
        .advise("what was saved stays; the same command asks only for what is missing");
}

std::int64_t saved_bars(const engine::LoadBatch& batch) {
    std::int64_t bars = 0;
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        bars += outcome.report ? outcome.report->bars.inserted + outcome.report->bars.replaced : 0;
    }
    return bars;
}

std::int64_t slots_of(const history::Coverage& coverage) {
    std::int64_t slots = 0;
    for (const history::SlotRun& run : coverage.runs) {
        slots += static_cast<std::int64_t>(run.slots);
    }
    return slots;
}

Duration to_the_millisecond(Duration span) { return std::chrono::floor<std::chrono::milliseconds>(span); }

std::vector<Cell> plan_cells(const std::string& symbol, const history::LoadPlan& plan) {
    const Timeframe timeframe = plan.series.timeframe;
    return {symbol,
            name_of(timeframe),
            first_time_cell(plan.from, timeframe),
            last_time_cell(plan.to, timeframe),
            slots_of(plan.coverage),
            plan.coverage.count(history::SlotState::missing),
            plan.cost.requests,
            plan.cost.bars,
            to_the_millisecond(plan.cost.time)};
}

/// A load and whether the command was cancelled meanwhile; then what was saved stays.
struct WatchedLoad {
    engine::LoadBatch batch;
    bool cancelled = false;
};

/// Runs the load beside the command, which shows progress and, when it is cancelled, ends the load in good order.
Task<Result<WatchedLoad>> watch_load(CommandContext& context, const LoadVerb& verb, engine::LoadWanted wanted) {
    runtime::Loop& loop = context.engine().loop();
    const Duration started = loop.clock().elapsed();
    runtime::TaskScope scope(loop);
    runtime::Event done(loop);
    engine::BatchProgress latest;
    Result<engine::LoadBatch> batch = engine::LoadBatch();
    const auto body = [&](runtime::TaskInfo& task) -> Task<void> {
        task.awaits = "the venue's price history";
        engine::OnBatchProgress progressed = [&latest](const engine::BatchProgress& progress) { latest = progress; };
        batch = co_await (context.engine().history().*verb.load)(std::move(wanted), std::move(progressed));
        done.set();
    };
    scope.spawn(verb.doing, body);
    context.task.awaits = "the load";
    bool cancelled = false;
    for (;;) {
        const runtime::Wake wake = co_await done.wait_for(progress_interval);
        if (wake == runtime::Wake::signalled) {
            break;
        }
        if (wake == runtime::Wake::cancelled) {
            cancelled = true;
            scope.cancel();
            break;
        }
        if (latest.segments > 0) {
            std::string text = progress_text(verb.doing, latest, loop.clock().elapsed() - started);
            co_await context.report.progress(std::move(text), static_cast<std::int64_t>(latest.segments_done),
                                             static_cast<std::int64_t>(latest.segments));
        }
    }
    co_await scope.join();
    if (!batch) {
        co_return fail(std::move(batch.error()));
    }
    co_return WatchedLoad{.batch = std::move(*batch), .cancelled = cancelled};
}

/// A table of the symbols and the total. The error of a plan that could not be made is told and makes it partial.
Task<Result<void>> report_plan(CommandContext& context, const engine::PlanBatch& plans,
                               const std::vector<NamedSymbol>& symbols, Timeframe timeframe) {
    context.report.table({{"symbol", CellType::text},
                          {"timeframe", CellType::text},
                          {"from", CellType::time},
                          {"to", CellType::time},
                          {"slots", CellType::integer},
                          {"missing", CellType::integer},
                          {"requests", CellType::integer},
                          {"bars", CellType::integer},
                          {"takes", CellType::duration}},
                         "plans");
    std::vector<std::pair<std::size_t, Error>> errors;
    for (std::size_t i = 0; i < plans.symbols.size(); ++i) {
        const engine::PlannedSymbol& planned = plans.symbols[i];
        if (!planned.plan) {
            errors.emplace_back(i, planned.plan.error());
            continue;
        }
        std::vector<Cell> row = plan_cells(planned.symbol, *planned.plan);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        for (const std::string& note : planned.plan->notes) {
            context.report.note(note);
        }
    }
    if (errors.size() == plans.symbols.size() && !errors.empty()) {
        co_return fail(std::move(errors.front().second).at(symbols[errors.front().first].where));
    }
    std::vector<Field> total{{"requests", plans.total.requests},
                             {"bars", plans.total.bars},
                             {"takes", to_the_millisecond(plans.total.time)}};
    const Result<void> shown = co_await context.report.record(std::move(total), "total");
    if (!shown) {
        co_return shown;
    }
    context.report.note("this is a plan: no bar was asked for" +
                        std::string(timeframe == Timeframe::d1
                                        ? "; a load of raw daily bars asks each stock for splits and dividends as well"
                                        : ""));
    for (const auto& [index, error] : errors) {
        context.report.warn(error.describe());
    }
    if (!errors.empty()) {
        co_return fail(partial(std::to_string(errors.size()) + " of " + std::to_string(plans.symbols.size()) +
                               " symbols cannot be loaded"));
    }
    co_return Result<void>();
}

bool has_failures(const engine::LoadBatch& batch) {
    return std::ranges::any_of(batch.outcomes, [](const engine::LoadOutcome& outcome) {
        return !outcome.report || !outcome.report->failed.empty();
    });
}

/// The table "failed": what got no answer in the end, and symbols that could not be loaded at all.
Task<Result<void>> report_failed(CommandContext& context, const engine::LoadBatch& batch, Timeframe timeframe) {
    context.report.table({{"symbol", CellType::text},
                          {"from", CellType::time},
                          {"to", CellType::time},
                          {"attempts", CellType::integer},
                          {"error", CellType::text}},
                         "failed");
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        std::vector<std::vector<Cell>> rows;
        if (!outcome.report) {
            rows.push_back({outcome.symbol, {}, {}, {}, outcome.report.error().describe()});
        } else {
            for (const history::FailedSegment& failed : outcome.report->failed) {
                rows.push_back({outcome.symbol, open_time_cell(failed.segment.from, timeframe),
                                last_time_cell(failed.segment.to, timeframe), failed.attempts,
                                failed.error.describe()});
            }
        }
        for (std::vector<Cell>& row : rows) {
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

/// Notes for people: what was said on the way, and that prices are made up where they are.
void add_load_notes(CommandContext& context, const engine::LoadBatch& batch, Timeframe timeframe) {
    std::size_t requests = 0;
    bool all_there = !batch.outcomes.empty();
    std::size_t delayed = 0;
    for (const engine::LoadOutcome& outcome : batch.outcomes) {
        if (!outcome.report) {
            all_there = false;
            continue;
        }
        requests += outcome.report->requests;
        all_there = all_there && outcome.report->planned == 0 && outcome.report->failed.empty() &&
                    outcome.report->from < outcome.report->to;
        delayed += outcome.report->delayed;
        for (const std::string& note : outcome.report->notes) {
            context.report.note(note);
        }
        if (outcome.report->shared) {
            context.report.note("another load of " + outcome.symbol + " " + std::string(name_of(timeframe)) +
                                " was under way, and this is its outcome");
        }
        if (outcome.report->actions > 0) {
            context.report.note(outcome.symbol + ": " + std::to_string(outcome.report->actions) +
                                " new splits and dividends");
        }
        if (outcome.adjusted_outdated) {
            context.report.warn("adjusted bars of " + outcome.symbol +
                                " were stored before them and are out of date: data delete " + outcome.symbol +
                                " 1d --adjusted --yes, and load them again");
        }
    }
    if (all_there && requests == 0) {
        const std::string but = delayed == 0 ? "" : " but for " + counted(delayed, "bar") + " to come";
        context.report.note("everything was there already" + but + ": no request was sent");
    }
    if (context.engine().history().loader()->limits().simulated) {
        context.report.note("simulated: these prices are made up");
    }
}

/// The error of the whole, if there is one: cancelled; every symbol failed; some of it failed (partial).
Result<void> load_verdict(CommandContext& context, const WatchedLoad& load, const std::vector<NamedSymbol>& symbols) {
    const engine::LoadBatch& batch = load.batch;
    std::size_t failed_symbols = 0;
    std::size_t failed_requests = 0;
    std::size_t abandoned = 0;
    const Error* first = nullptr;
    std::size_t first_index = 0;
    for (std::size_t i = 0; i < batch.outcomes.size(); ++i) {
        const engine::LoadOutcome& outcome = batch.outcomes[i];
        if (!outcome.report) {
            ++failed_symbols;
            first_index = first == nullptr ? i : first_index;
            first = first == nullptr ? &outcome.report.error() : first;
            continue;
        }
        failed_requests += outcome.report->failed.size();
        abandoned += outcome.report->abandoned;
    }
    if (load.cancelled) {
        const std::string left = abandoned + batch.not_reached == 0
                                     ? ""
                                     : "; " + counted(abandoned, "request") + " not sent, " +
                                           counted(batch.not_reached, "symbol") + " not begun";
        context.report.warn("stopped: " + counted(saved_bars(batch), "bar") + " saved" + left +
                            "; the same command asks only for what is missing");
        return fail(ErrorKind::cancelled, "load.cancelled", "stopped");
    }
    if (first != nullptr && failed_symbols == batch.outcomes.size()) {
        Error error = *first;
        return fail(std::move(error).at(symbols[first_index].where));
    }
    if (failed_symbols + failed_requests == 0) {
        return {};
    }
    std::string message = failed_requests > 0 ? counted(failed_requests, "request") + " got no answer" : "";
    if (failed_symbols > 0) {
        message += (message.empty() ? "" : ", ") + std::to_string(failed_symbols) + " of " +
                   std::to_string(batch.outcomes.size()) + " symbols could not be loaded";
    }
    return fail(partial(std::move(message)));
}

} // namespace

Result<LoadWords> read_load_words(const Arguments& arguments, Instant now) {
    Result<SymbolList> list = read_symbol_list(arguments);
    if (!list) {
        return fail(std::move(list.error()));
    }
    engine::BarsWanted range;
    if (Result<void> read = read_series_options(arguments, now, range); !read) {
        return fail(std::move(read.error()));
    }
    LoadWords words{.list = std::move(*list), .wanted = {}};
    words.wanted.timeframe = words.list.timeframe.value_or(Timeframe::d1);
    words.wanted.basis = range.basis;
    words.wanted.hours = range.hours;
    words.wanted.from = range.from;
    words.wanted.to = range.to;
    words.wanted.exchange = range.exchange;
    words.wanted.recheck = arguments.has("recheck");
    return words;
}

Task<Result<void>> run_load_verb(CommandContext& context, LoadVerb verb, LoadWords words) {
    const Result<void> expanded = co_await expand_lists(context.engine().saved(), words.list.symbols);
    if (!expanded) {
        co_return expanded;
    }
    words.wanted.symbols = words.list.names();
    words.wanted.correlation = context.correlation;
    const Timeframe timeframe = words.wanted.timeframe;
    if (context.arguments.has("plan") || context.options.dry_run) {
        context.task.awaits = "the plan";
        const Result<engine::PlanBatch> plans =
            co_await (context.engine().history().*verb.plan)(std::move(words.wanted));
        if (!plans) {
            co_return fail(plans.error());
        }
        const Result<void> planned = co_await report_plan(context, *plans, words.list.symbols, timeframe);
        co_return planned;
    }
    const Result<WatchedLoad> load = co_await watch_load(context, verb, std::move(words.wanted));
    if (!load) {
        co_return fail(load.error());
    }
    const Result<void> verdict = load_verdict(context, *load, words.list.symbols);
    if (!verdict && verdict.error().kind != ErrorKind::partial && verdict.error().kind != ErrorKind::cancelled) {
        co_return verdict;
    }
    const Result<void> shown = co_await verb.report(context, load->batch);
    if (!shown) {
        co_return shown;
    }
    if (has_failures(load->batch)) {
        const Result<void> told = co_await report_failed(context, load->batch, timeframe);
        if (!told) {
            co_return told;
        }
    }
    add_load_notes(context, load->batch, timeframe);
    co_return verdict ? verb.verdict(load->batch) : verdict;
}

} // namespace tradesh::cli
