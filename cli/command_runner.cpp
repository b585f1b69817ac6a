#include "cli/command_runner.hpp"

#include "cli/commands/order_group.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"

#include <csignal>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace tradesh::cli {

namespace {

Format format_of_file(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const std::optional<Format> named =
        dot == std::string_view::npos ? std::nullopt : parse_format(path.substr(dot + 1));
    return named.value_or(Format::tsv);
}

Error internal(std::string message) {
    return Error(ErrorKind::failed, "internal", std::move(message))
        .advise("this is a defect of tradesh; the log has the details under the id below");
}

/// 11 stands above everything; else what the command said, else what became of its output.
int code_of(const Error* error, const Result<void>& written) {
    if (error != nullptr) {
        return exit_code_of(*error);
    }
    return written ? exit_codes::done : exit_code_of(written.error());
}

/// The command did what it should, and nobody could be told. Where that sent an order, doing it again would double it.
Error lost_result(const CommandLine& line, Error error) {
    if (line.command->effects != Effects::orders || line.options.dry_run) {
        return error;
    }
    return Error(ErrorKind::unknown, "output.lost",
                 "the command was carried out, but its result could not be written: " + error.message)
        .attempting(name_of(*line.command))
        .on(error.subject)
        .advise("do not repeat it: 'order list --all' shows what was done");
}

/// --venue and --account have to be those of the profile: an option that is ignored is a trap.
Result<void> check_identity(const InterpreterServices& services, const RunOptions& options) {
    if (services.engine == nullptr) {
        return {};
    }
    const std::string& venue = services.engine->profile().venue;
    const std::string& account = services.engine->account().account;
    if (options.venue.value_or(venue) == venue && options.account.value_or(account) == account) {
        return {};
    }
    return fail(Error(ErrorKind::refused, "run.other_account",
                      "profile '" + services.engine->profile().name + "' uses account " + account + " on " + venue +
                          " and no other")
                    .advise("leave --account and --venue away, or name another profile with --profile"));
}

bool is_quiet_end(const Error& error) {
    return error.code == error_codes::reader_left || error.code == error_codes::client_gone;
}

} // namespace

CommandRunner::CommandRunner(const InterpreterServices& services, ClientChannel& client)
    : services_(services),
      client_(client),
      standard_output_(client),
      scope_(services.loop) {}

void CommandRunner::cancel(int signal) {
    signal_ = signal_ == 0 ? signal : signal_;
    scope_.cancel();
}

Error CommandRunner::signal_error() const {
    const bool terminated = signal_ == SIGTERM || signal_ == SIGHUP;
    return {ErrorKind::cancelled, terminated ? error_codes::terminated : error_codes::interrupted,
            signal_ == SIGHUP ? "stopped by SIGHUP"
            : terminated      ? "stopped by SIGTERM"
                              : "interrupted"};
}

bool CommandRunner::color_allowed(ColorChoice choice, bool is_terminal) const {
    if (choice != ColorChoice::automatic) {
        return choice == ColorChoice::always;
    }
    const auto& environment = client_.facts().environment;
    const auto no_color = environment.find("NO_COLOR");
    const auto term = environment.find("TERM");
    const bool refused = no_color != environment.end() && !no_color->second.empty();
    const bool dumb = term == environment.end() || term->second.empty() || term->second == "dumb";
    return is_terminal && !refused && !dumb;
}

Result<ReportPlan> CommandRunner::plan_for(const OutputOptions& options, std::string_view schema) const {
    const ClientFacts& facts = client_.facts();
    const bool to_terminal = facts.stdout_is_terminal && options.file.empty() && run_output_ == nullptr;
    ReportPlan plan;
    plan.fields = options.fields;
    plan.quiet = options.quiet;
    plan.show_progress = facts.stderr_is_terminal;
    plan.error_style.color = color_allowed(options.color, facts.stderr_is_terminal);
    plan.error_style.columns = facts.stderr_is_terminal ? static_cast<std::size_t>(facts.columns) : 0;
    RenderOptions& render = plan.render;
    render.format = options.format;
    plan.format_of_file_name = options.format == Format::automatic && !options.file.empty();
    if (render.format == Format::automatic) {
        render.format = !options.file.empty() ? format_of_file(options.file)
                        : to_terminal         ? Format::table
                                              : Format::tsv;
    }
    render.header = options.header;
    render.json_numbers = options.json_numbers;
    render.color = color_allowed(options.color, to_terminal);
    render.columns = to_terminal ? static_cast<std::size_t>(facts.columns) : 0;
    render.envelope = services_.envelope;
    render.envelope.schema = schema;
    if (!options.zone.empty()) {
        const Result<Zone> zone = Zone::find(options.zone);
        if (!zone) {
            return std::unexpected(zone.error());
        }
        render.zone = *zone;
    }
    return plan;
}

runtime::Task<void> CommandRunner::guard(std::string name,
                                         std::function<runtime::Task<void>(runtime::TaskInfo&)> body) {
    if (signal_ != 0) {
        co_return;
    }
    scope_.spawn(std::move(name), std::move(body));
    co_await scope_.join();
}

runtime::Task<Result<void>> CommandRunner::execute(const CommandLine& line, Session& session, Report& report,
                                                   const std::string& correlation) {
    if (const Result<void> fits = check_identity(services_, line.options); !fits) {
        co_return fail(Error(fits.error()).attempting(name_of(*line.command)));
    }
    Result<void> outcome = fail(signal_ != 0 ? signal_error() : internal("the command did not run"));
    const auto body = [&](runtime::TaskInfo& task) -> runtime::Task<void> {
        CommandContext context{line.arguments, line.options,       report, session,         client_, services_.commands,
                               correlation,    line.verb.origin(), task,   services_.engine};
        try {
            outcome = co_await line.command->run(context);
        } catch (const DecimalOverflow& overflow) {
            outcome = fail(Error(ErrorKind::failed, "number.overflow", overflow.what())
                               .advise("one of the numbers is far too large"));
        } catch (const std::exception& exception) {
            outcome = fail(internal(exception.what()));
        }
    };
    deadline_passed_ = false;
    std::optional<runtime::Timers::Id> timer;
    if (line.options.deadline) {
        timer = services_.loop.timers().after(*line.options.deadline, [this] {
            deadline_passed_ = true;
            scope_.cancel();
        });
    }
    co_await guard(name_of(*line.command) + " " + correlation, body);
    if (timer) {
        services_.loop.timers().cancel(*timer);
    }
    co_return outcome;
}

/// Adds what only the interpreter knows: which signal or deadline it was, the place, the correlation id.
Error CommandRunner::completed(Error error, const CommandLine& line, const std::string& correlation) const {
    if (error.kind == ErrorKind::cancelled && !is_quiet_end(error)) {
        if (deadline_passed_) {
            error = Error(ErrorKind::timeout, "run.deadline",
                          "not done within " + to_text(line.options.deadline.value_or(Duration::zero())))
                        .attempting(name_of(*line.command))
                        .advise("give it more time with --deadline");
        } else if (signal_ != 0) {
            error = signal_error();
        }
    }
    if (!error.where && line.verb.origin() == Origin::script) {
        error.where = line.verb.where();
    }
    error.correlation = error.correlation.empty() ? correlation : error.correlation;
    return error;
}

runtime::Task<int> CommandRunner::run_reported(const CommandLine& line, Session& session, ReportPlan plan,
                                               Output& result, const std::string& correlation) {
    Output& failure = line.options.output.file.empty() ? result : default_output();
    ReportWriter report(std::move(plan), result, failure, client_, services_.loop.clock());
    Result<void> outcome = co_await execute(line, session, report, correlation);
    if (outcome && report.row_error()) {
        outcome = fail(*report.row_error());
    }
    if (const std::optional<Error> unknown = report.field_error(); outcome && unknown) {
        outcome = fail(*unknown);
    }
    if (outcome) {
        const Result<void> written = co_await report.finish(nullptr);
        if (!written && !is_quiet_end(written.error())) {
            const int code = co_await show_error(lost_result(line, written.error()), line.options.output, {});
            co_return code;
        }
        co_return code_of(nullptr, written);
    }
    const Error error = completed(std::move(outcome.error()), line, correlation);
    services_.log.error("cli", "command.failed", error);
    if (is_quiet_end(error)) {
        co_return exit_code_of(error);
    }
    const Result<void> written = co_await report.finish(&error);
    co_return code_of(&error, written);
}

runtime::Task<int> CommandRunner::run_into_file(const CommandLine& line, Session& session, ReportPlan plan,
                                                const std::string& correlation) {
    const OutputOptions& options = line.options.output;
    OutputFile file(client_, options.file, correlation);
    const Result<void> opened = co_await file.open();
    if (!opened) {
        const int code = co_await show_error(opened.error(), options, std::string(line.command->schema));
        co_return code;
    }
    const int code = co_await run_reported(line, session, std::move(plan), file, correlation);
    if (code != exit_codes::done && code != exit_codes::partial) {
        co_await file.discard();
        co_return code;
    }
    const Result<void> committed = co_await file.commit();
    if (!committed) {
        const int late_code =
            co_await show_error(lost_result(line, committed.error()), options, std::string(line.command->schema));
        co_return late_code;
    }
    co_return code;
}

runtime::Task<int> CommandRunner::run(const CommandLine& line, Session& session) {
    const std::string correlation = services_.next_correlation();
    if (line.options.dry_run && !line.command->rehearses) {
        Error error =
            Error(ErrorKind::usage, "usage.cannot_rehearse", "'" + name_of(*line.command) + "' cannot be rehearsed")
                .advise("leave --dry-run away; nothing was done");
        const int code = co_await show_error(std::move(error), line.options.output, std::string(line.command->schema));
        co_return code;
    }
    Result<ReportPlan> plan = plan_for(line.options.output, line.command->schema);
    if (!plan) {
        const int code = co_await show_error(plan.error(), line.options.output, std::string(line.command->schema));
        co_return code;
    }
    plan->fields_are_wishes = line.command->effects == Effects::orders || !line.command->rehearses;
    services_.log.write(runtime::LogLevel::info, "cli", "command.started", correlation,
                        {{"command", name_of(*line.command)}});
    const Duration started = services_.loop.clock().elapsed();
    int code = exit_codes::done;
    if (line.options.output.file.empty()) {
        code = co_await run_reported(line, session, std::move(*plan), default_output(), correlation);
    } else {
        code = co_await run_into_file(line, session, std::move(*plan), correlation);
    }
    const Duration took = services_.loop.clock().elapsed() - started;
    services_.log.write(runtime::LogLevel::info, "cli", "command.ended", correlation,
                        {{"code", std::to_string(code)}, {"took", to_text(took)}});
    services_.command_ended(took);
    if (line.options.output.timing) {
        co_await show_timing(line, took);
    }
    co_return code;
}

runtime::Task<void> CommandRunner::show_timing(const CommandLine& line, Duration took) {
    std::string text = fmt::format("time: {} ({})\n", to_human(took), name_of(*line.command));
    const Result<void> written = co_await client_.write(OutputStream::err, std::move(text));
    (void)written; // the command itself is done
}

runtime::Task<int> CommandRunner::show_error(Error error, OutputOptions options, std::string schema) {
    services_.log.error("cli", "command.failed", error);
    options.zone.clear(); // it may be the very thing that is wrong
    options.file.clear();
    ReportPlan plan = std::move(*plan_for(options, schema));
    Output& output = default_output();
    ReportWriter report(std::move(plan), output, output, client_, services_.loop.clock());
    const Result<void> written = co_await report.finish(&error);
    (void)written; // the error's own code says more
    co_return exit_code_of(error);
}

runtime::Task<int> CommandRunner::drop_group(Session& session, OutputOptions options, int code) {
    const std::shared_ptr<const OrderGroup> group = std::exchange(session.group, nullptr);
    if (!group || group->rehearsed) {
        co_return code;
    }
    Error error = group_dropped(*group);
    if (code == exit_codes::done) {
        const int dropped = co_await show_error(std::move(error), std::move(options), {});
        co_return dropped;
    }
    const Result<void> written = co_await client_.write(OutputStream::err, "tradesh: " + error.message + "\n");
    (void)written; // the code says that something went wrong
    co_return code;
}

runtime::Task<int> CommandRunner::show_text(std::string text, const OutputOptions& options, std::string schema) {
    Result<ReportPlan> plan = plan_for(options, schema);
    if (!plan) {
        const int code = co_await show_error(plan.error(), options, schema);
        co_return code;
    }
    Output& output = default_output();
    ReportWriter report(std::move(*plan), output, output, client_, services_.loop.clock());
    const Result<void> added = co_await report.text(std::move(text));
    const Result<void> written = co_await report.finish(nullptr);
    co_return code_of(nullptr, added ? written : added);
}

} // namespace tradesh::cli
