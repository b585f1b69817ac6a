#include "cli/interpreter.hpp"

#include "cli/commands/help_text.hpp"
#include "cli/parse/expansion.hpp"
#include "cli/render/exit_code.hpp"
#include "cli/session_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace tradesh::cli {

namespace {

constexpr int source_depth_max = 16;

bool has_variables(const LexedCommand& command) {
    return std::ranges::any_of(command, [](const LexedWord& word) { return word.has_variables(); });
}

/// Why a script could not be opened; a client that is gone stays what it is.
Error unreadable(Error error, std::string_view path) {
    error.kind = error.kind == ErrorKind::cancelled ? error.kind : ErrorKind::unreadable;
    return std::move(error).attempting("read the script").on(path).advise("check its name and permissions");
}

Format format_for_file(const OutputOptions& output) {
    const std::size_t dot = output.file.rfind('.');
    const std::optional<Format> named =
        dot == std::string::npos ? std::nullopt : parse_format(std::string_view(output.file).substr(dot + 1));
    return output.format != Format::automatic ? output.format : named.value_or(Format::tsv);
}

} // namespace

Interpreter::Interpreter(const InterpreterServices& services, Session& session, ClientChannel& client)
    : services_(services),
      session_(session),
      client_(client),
      runner_(services, client) {}

runtime::Task<int> Interpreter::run(RunRequest request) {
    runner_.reset();
    int code = exit_codes::done;
    if (request.kind == RunRequest::Kind::prompt) {
        code = co_await run_prompt_line(request);
    } else {
        code = co_await run_argv(request.argv);
    }
    session_.last_code = code;
    co_return code;
}

runtime::Task<int> Interpreter::run_argv(const std::vector<std::string>& argv) {
    Run run;
    run.session = &session_;
    const Result<std::vector<Word>> words = words_of_argv(argv);
    if (!words) {
        const int code = co_await runner_.show_error(words.error(), {}, {});
        co_return code;
    }
    Result<CommandLine> line = parse_command_line(services_.commands, *words, {});
    Result<ProcessOptions> process = line ? to_process_options(line->process) : ProcessOptions();
    if (!line || !process) {
        const Error& error = line ? process.error() : line.error();
        const int code = co_await runner_.show_error(error, options_for_error(run, *words), {});
        co_return code;
    }
    run.process = std::move(*process);
    run.defaults = line->options;
    for (auto& [name, value] : run.process.variables) {
        session_.variables[name] = value;
    }
    if (run.process.check) {
        run.scratch = session_;
        run.session = &run.scratch;
    }
    int code = co_await run_command_line(run, std::move(*line));
    if (client_.facts().kind != ClientKind::prompt) { // the client ends here, and an open group with it
        code = co_await runner_.drop_group(session_, run.defaults.output, code);
    }
    co_return code;
}

/// One of: a command, text, a script, standard input, help, the version.
runtime::Task<int> Interpreter::run_command_line(Run& run, CommandLine line) {
    int code = exit_codes::done;
    if (run.process.version) {
        code = co_await runner_.show_text("tradesh " + services_.version, line.options.output, "version@1");
    } else if (line.command != nullptr && (run.process.text || run.process.script)) {
        Error error(ErrorKind::usage, "usage.two_sources", "a command cannot stand beside -c or -f");
        error.where = line.verb.where();
        code = co_await runner_.show_error(std::move(error), line.options.output, {});
    } else if (line.command != nullptr) {
        code = co_await run_parsed(run, line);
        code = run.stopped ? run.code : code; // `exit 3`
    } else if (line.options.help) {
        code = co_await runner_.show_text(help_overview(services_.commands), line.options.output, "help@1");
    } else if (run.process.text) {
        ScriptReader reader(*run.process.text, Origin::text);
        code = co_await run_with_output(run, reader);
    } else if (run.process.script && *run.process.script != "-") {
        code = co_await run_script_file(run, *run.process.script);
    } else if (run.process.script || !client_.facts().stdin_is_terminal) {
        ScriptReader reader(client_, standard_input, "-");
        code = co_await run_with_output(run, reader);
    } else {
        code = co_await runner_.show_text(help_overview(services_.commands), line.options.output, "help@1");
    }
    co_return code;
}

runtime::Task<int> Interpreter::run_script_file(Run& run, std::string path) {
    Result<FileHandle> file = co_await client_.open(path, FileMode::read);
    if (!file) {
        Error error = unreadable(std::move(file.error()), path);
        const int code = co_await runner_.show_error(std::move(error), run.defaults.output, {});
        co_return code;
    }
    ScriptReader reader(client_, *file, path);
    const int code = co_await run_with_output(run, reader);
    const Result<void> closed = co_await client_.close(*file);
    (void)closed; // it was only read
    co_return code;
}

/// With -o for the whole run, every result of it goes into one file, failures in JSON too, so it is kept in any case.
runtime::Task<int> Interpreter::run_with_output(Run& run, ScriptReader& reader) {
    if (run.defaults.output.file.empty()) {
        const int code = co_await run_to_end(run, reader);
        co_return code;
    }
    OutputOptions& options = run.defaults.output;
    OutputFile file(client_, options.file, services_.next_correlation());
    const Result<void> opened = co_await file.open();
    if (!opened) {
        const int code = co_await runner_.show_error(opened.error(), options, {});
        co_return code;
    }
    options.format = format_for_file(options);
    options.file.clear();
    runner_.set_run_output(&file);
    const int code = co_await run_to_end(run, reader);
    runner_.set_run_output(nullptr);
    const Result<void> committed = co_await file.commit();
    if (!committed) {
        const int late_code = co_await runner_.show_error(committed.error(), options, {});
        co_return code == exit_codes::done ? late_code : code;
    }
    co_return code;
}

runtime::Task<int> Interpreter::run_to_end(Run& run, ScriptReader& reader) {
    co_await run_lines(run, reader);
    co_await show_summary(run);
    co_return run.code;
}

runtime::Task<int> Interpreter::run_prompt_line(const RunRequest& request) {
    Run run;
    run.session = &session_;
    const Result<std::vector<Word>> words = words_of_argv(request.argv);
    Result<CommandLine> defaults = words ? parse_command_line(services_.commands, *words, {}) : CommandLine();
    if (!defaults) {
        const int code = co_await runner_.show_error(defaults.error(), {}, {});
        co_return code;
    }
    run.defaults = std::move(defaults->options);
    const bool is_kept = !request.line.empty() && request.line.front() != ' ';
    if (is_kept && (session_.history.empty() || session_.history.back() != request.line)) {
        session_.history.push_back(request.line);
        if (session_.history.size() > Session::history_max) {
            session_.history.pop_front();
        }
    }
    ScriptReader reader(request.line, Origin::prompt);
    co_await run_lines(run, reader);
    co_return run.code;
}

/// Reading belongs to what a signal must be able to end: a script may wait on a pipe for ever.
runtime::Task<Result<std::optional<ScriptLine>>> Interpreter::next_line(ScriptReader& reader) {
    Result<std::optional<ScriptLine>> line = fail(runner_.signal_error());
    const auto read = [&](runtime::TaskInfo& task) -> runtime::Task<void> {
        task.awaits = "the next line of the script";
        line = co_await reader.next();
    };
    co_await runner_.guard("read script", read);
    if (!line && runner_.signal() != 0) {
        co_return fail(runner_.signal_error());
    }
    co_return line;
}

runtime::Task<void> Interpreter::run_lines(Run& run, ScriptReader& reader) {
    while (!run.stopped) {
        Result<std::optional<ScriptLine>> line = co_await next_line(reader);
        if (!line) {
            const int code = co_await runner_.show_error(std::move(line.error()), run.defaults.output, {});
            run.code = run.code == 0 ? code : run.code;
            run.stopped = true;
            co_return;
        }
        if (!*line) {
            co_return;
        }
        co_await echo(run, **line);
        co_await run_line(run, **line);
    }
    co_await count_rest(run, reader);
}

/// The commands behind the one that stopped the run. What has not arrived yet on standard input is not waited for.
runtime::Task<void> Interpreter::count_rest(Run& run, ScriptReader& reader) {
    while (!reader.is_stream() && runner_.signal() == 0) {
        const Result<std::optional<ScriptLine>> line = co_await next_line(reader);
        if (!line || !*line) {
            co_return;
        }
        run.not_run += (*line)->lexed ? static_cast<int>((*line)->lexed->commands.size()) : 1;
    }
}

runtime::Task<void> Interpreter::echo(const Run& run, const ScriptLine& line) {
    if (!run.process.echo) {
        co_return;
    }
    std::string text;
    for (const std::shared_ptr<const SourceLine>& physical : line.lines) {
        text += "+ " + physical->text + "\n";
    }
    const Result<void> written = co_await client_.write(OutputStream::err, std::move(text));
    (void)written; // the next result finds out that nobody reads
}

runtime::Task<void> Interpreter::run_line(Run& run, const ScriptLine& line) {
    if (!line.lexed) {
        const int code = co_await runner_.show_error(line.lexed.error(), run.defaults.output, {});
        account(run, code, false);
        co_return;
    }
    for (const LexedCommand& command : line.lexed->commands) {
        if (run.stopped) {
            ++run.not_run;
            continue;
        }
        co_await run_command(run, command);
    }
}

runtime::Task<void> Interpreter::run_command(Run& run, const LexedCommand& command) {
    Result<std::vector<Word>> words = words_in_session(*run.session, command, run.process.check);
    if (!words) {
        const int code = co_await runner_.show_error(words.error(), run.defaults.output, {});
        account(run, code, false);
        co_return;
    }
    const bool tried = is_try(*words);
    if (tried && words->size() > 1) {
        words->erase(words->begin());
    }
    const bool values_known = !run.process.check || !has_variables(command);
    const Result<CommandLine> line = parse_command_line(services_.commands, *words, run.defaults, values_known);
    int code = exit_codes::done;
    if (line) {
        code = co_await run_parsed(run, *line);
    } else {
        code = co_await runner_.show_error(line.error(), options_for_error(run, *words), {});
    }
    account(run, code, tried);
}

runtime::Task<int> Interpreter::run_parsed(Run& run, const CommandLine& line) {
    if (line.command == nullptr) { // options alone
        co_return exit_codes::done;
    }
    int code = exit_codes::done;
    if (line.options.help) {
        code = co_await runner_.show_text(help_on_command(*line.command), line.options.output, "help@1");
    } else if (line.command->family == "source") {
        code = co_await run_source(run, line);
    } else if (run.process.check) {
        code = co_await check_parsed(run, line);
    } else if (!line.command->run) {
        Error error(ErrorKind::usage, "usage.argument_missing", "'" + name_of(*line.command) + "' needs a command");
        error.where = line.verb.where();
        code = co_await runner_.show_error(std::move(error), line.options.output, {});
    } else {
        code = co_await runner_.run(line, *run.session);
    }
    if (run.session->exit_requested && !run.process.check) {
        run.stopped = true;
        run.code = *run.session->exit_requested;
    }
    co_return code;
}

/// `--check` runs nothing but what changes the meaning of later lines, and that on a copy of the session.
runtime::Task<int> Interpreter::check_parsed(Run& run, const CommandLine& line) {
    const bool changes_meaning = line.command->effects == Effects::session && line.arguments.has("name");
    if (!changes_meaning) {
        co_return exit_codes::done;
    }
    const int code = co_await runner_.run(line, *run.session);
    co_return code;
}

runtime::Task<int> Interpreter::run_source(Run& run, const CommandLine& line) {
    const Word& path = line.arguments.required("file");
    if (run.depth >= source_depth_max) {
        Error error(ErrorKind::usage, "source.too_deep", "scripts call each other more than 16 levels deep");
        error.where = path.where();
        const int code = co_await runner_.show_error(std::move(error), line.options.output, "source@1");
        co_return code;
    }
    Result<FileHandle> file = co_await client_.open(path.text, FileMode::read);
    if (!file) {
        Error error = unreadable(std::move(file.error()), path.text).at(path.where());
        const int code = co_await runner_.show_error(std::move(error), line.options.output, "source@1");
        co_return code;
    }
    Run inner;
    inner.defaults = line.options;
    inner.process = run.process;
    inner.session = run.session;
    inner.depth = run.depth + 1;
    ScriptReader reader(client_, *file, path.text);
    co_await run_lines(inner, reader);
    const Result<void> closed = co_await client_.close(*file);
    (void)closed;                        // it was only read
    run.session->exit_requested.reset(); // `exit` ends the script it stands in
    co_return inner.code;
}

/// Counts the outcome of a command and decides whether the run goes on.
void Interpreter::account(Run& run, int code, bool tried) const {
    run.session->last_code = code;
    if (code == exit_codes::done) {
        ++run.done;
        return;
    }
    const bool is_final =
        code == exit_codes::unknown_effect || code == exit_codes::reader_left || runner_.signal() != 0;
    if (tried && !is_final && !run.process.check) { // `try` forgives what a line comes to, not how it is written
        ++run.done;
        return;
    }
    ++run.failed;
    if (run.process.check) { // every error is worth knowing
        run.code = exit_codes::usage;
        return;
    }
    if (is_final || run.code == exit_codes::done) {
        run.code = code;
    }
    run.stopped = run.stopped || is_final || !run.process.keep_going;
}

runtime::Task<void> Interpreter::show_summary(const Run& run) {
    const int total = run.done + run.failed + run.not_run;
    if (run.defaults.output.quiet || run.failed == 0 || (total < 2 && !run.process.check) ||
        run.code == exit_codes::reader_left) {
        co_return;
    }
    std::string text = run.process.check
                           ? fmt::format("{} of {} commands have errors; nothing was run\n", run.failed, total)
                           : fmt::format("{} ok, {} failed, {} not run\n", run.done, run.failed, run.not_run);
    const Result<void> written = co_await client_.write(OutputStream::err, std::move(text));
    (void)written; // the code says it too
}

/// A line that could not be parsed may still say how it wants its errors.
OutputOptions Interpreter::options_for_error(const Run& run, const std::vector<Word>& words) const {
    OutputOptions options = run.defaults.output;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& text = words[i].text;
        const bool is_json_format = text == "--format" && i + 1 < words.size() && words[i + 1].text == "json";
        if (!words[i].quoted && (text == "--json" || text == "--format=json" || is_json_format)) {
            options.format = Format::json;
        }
    }
    return options;
}

} // namespace tradesh::cli
