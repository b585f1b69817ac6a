#pragma once

#include "cli/commands/help.hpp"
#include "cli/commands/session.hpp"
#include "cli/interpreter.hpp"
#include "cli/parse/values.hpp"
#include "core/runtime/loop.hpp"
#include "tests/cli/fake_client.hpp"
#include "tests/support/virtual_loop.hpp"

#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::test {

inline runtime::Task<Result<void>> fake_show(cli::CommandContext& context) {
    const std::string symbol = context.arguments.required("symbol").text;
    if (symbol == "NONE") {
        co_return fail(Error(ErrorKind::not_found, "data.none", "no bars")
                           .attempting("show bars")
                           .on(symbol)
                           .advise("import some with: data import FILE --symbol " + symbol)
                           .at(context.arguments.required("symbol").where()));
    }
    std::int64_t count = 2;
    if (const cli::Word* word = context.arguments.find("count")) {
        const Result<std::int64_t> given = cli::parse_count(*word);
        if (!given) {
            co_return std::unexpected(given.error());
        }
        count = *given;
    }
    context.report.table({{"time", cli::CellType::date}, {"close", cli::CellType::decimal, "USD"}, {"note"}});
    for (std::int64_t i = 0; i < count; ++i) {
        std::vector<cli::Cell> cells{Instant(std::chrono::days(20'000 + i)), Decimal::of(10'050 + i, 2), symbol};
        const Result<void> sent = co_await context.report.row(std::move(cells));
        if (!sent) {
            co_return sent;
        }
    }
    context.report.note("simulated");
    co_return Result<void>();
}

inline Result<void> fake_buy_check(const cli::Arguments& arguments) {
    const Result<cli::ParsedSize> size = cli::parse_size(arguments.all("size"));
    if (!size) {
        return std::unexpected(size.error());
    }
    if (arguments.all("words").empty()) {
        return fail(Error(ErrorKind::usage, "order.type_missing", "an order names its type")
                        .at(arguments.required("size").where())
                        .advise("write market, or limit PRICE"));
    }
    return {};
}

inline runtime::Task<Result<void>> fake_buy(cli::CommandContext& context) {
    const std::string symbol = context.arguments.required("symbol").text;
    if (symbol == "LOST") {
        co_return fail(Error(ErrorKind::unknown, "order.unknown", "the answer was lost")
                           .attempting("place order")
                           .on(symbol)
                           .advise("order show K1"));
    }
    if (symbol == "NO") {
        co_return fail(Error(ErrorKind::rejected, "order.rejected", "the venue refused the order")
                           .from_venue("201", "Order rejected - reason: margin"));
    }
    context.session.last_result = "order-" + symbol;
    std::vector<cli::Field> fields{{"id", "order-" + symbol}, {"size", context.arguments.required("size").text}};
    const Result<void> sent = co_await context.report.record(std::move(fields));
    co_return sent;
}

inline runtime::Task<Result<void>> fake_wait(cli::CommandContext& context) {
    runtime::Loop& loop = *reinterpret_cast<runtime::Loop*>(context.engine_pointer);
    context.task.awaits = "an hour";
    const bool slept = co_await runtime::sleep_for(loop, std::chrono::hours(1));
    if (!slept) {
        co_return fail(ErrorKind::cancelled, "wait.cancelled", "stopped waiting");
    }
    co_return Result<void>();
}

inline runtime::Task<Result<void>> fake_break(cli::CommandContext& context) {
    if (context.arguments.has("overflow")) {
        throw DecimalOverflow();
    }
    throw std::runtime_error("a bug");
    co_return Result<void>();
}

inline std::vector<cli::CommandSpec> fake_commands() {
    return {
        {.family = "data",
         .verb = "show",
         .summary = "Show bars",
         .arguments = {{.name = "symbol", .help = "the instrument", .kind = cli::ValueKind::symbol}},
         .options = {{.name = "count",
                      .value_name = "N",
                      .help = "how many",
                      .short_name = 'n',
                      .kind = cli::ValueKind::count},
                     {.name = "timeframe",
                      .value_name = "TF",
                      .help = "their length",
                      .short_name = 't',
                      .kind = cli::ValueKind::timeframe},
                     {.name = "tz", .value_name = "ZONE", .help = "its own zone"}},
         .examples = {{"data show GOOG -n 5", "the last five"}},
         .schema = "data.show@1",
         .run = fake_show},
        {.family = "data", .verb = "list", .summary = "List series", .schema = "data.list@1", .run = fake_show},
        {.family = "order",
         .verb = "buy",
         .summary = "Buy",
         .arguments = {{.name = "symbol", .help = "the instrument", .kind = cli::ValueKind::symbol},
                       {.name = "size", .help = "how much", .kind = cli::ValueKind::size},
                       {.name = "words", .help = "the type", .required = false, .repeatable = true}},
         .schema = "order.buy@1",
         .run = fake_buy,
         .check = fake_buy_check,
         .quick = "buy",
         .effects = cli::Effects::orders},
        {.family = "wait", .summary = "Wait for an hour", .schema = "wait@1", .run = fake_wait},
        {.family = "break",
         .summary = "Throw",
         .options = {{.name = "overflow", .help = "of a number"}},
         .schema = "break@1",
         .run = fake_break},
    };
}

inline cli::CommandTable fake_table() {
    std::vector<cli::CommandSpec> all = fake_commands();
    for (std::vector<cli::CommandSpec> group : {cli::session_commands(), cli::help_commands()}) {
        all.insert(all.end(), std::make_move_iterator(group.begin()), std::make_move_iterator(group.end()));
    }
    return cli::CommandTable(std::move(all));
}

/// An interpreter with fake commands, a client in memory and virtual time.
struct Shell {
    VirtualLoop time;
    runtime::Log log;
    cli::CommandTable table = fake_table();
    FakeClient client;
    cli::Session session;
    int commands = 0;
    // The fake commands need a loop and no engine: the pointer that they do not interpret as one carries it.
    cli::InterpreterServices services{time.loop,
                                      log,
                                      table,
                                      reinterpret_cast<engine::Engine*>(&time.loop),
                                      [this] { return "c" + std::to_string(++commands); },
                                      {{}, "paper", "paper", "paper"},
                                      "0.1.0",
                                      [](Duration) {}};
    cli::Interpreter interpreter{services, session, client};

    int run(cli::RunRequest request) {
        start(std::move(request));
        time.run_until_idle();
        return *code;
    }
    int argv(std::vector<std::string> words) { return run({cli::RunRequest::Kind::argv, std::move(words), {}}); }
    int prompt(std::string line) {
        client.client_facts.kind = cli::ClientKind::prompt;
        return run({cli::RunRequest::Kind::prompt, {}, std::move(line)});
    }
    int script(std::string text, std::vector<std::string> options = {}) {
        client.files["s.tradesh"] = std::move(text);
        options.insert(options.end(), {"-f", "s.tradesh"});
        return argv(std::move(options));
    }

    void start(cli::RunRequest request) {
        client.out.clear();
        client.err.clear();
        code.reset();
        scope.spawn("run", [this, request](runtime::TaskInfo&) -> runtime::Task<void> {
            const int result = co_await interpreter.run(request);
            code = result;
        });
    }

    std::optional<int> code;
    runtime::TaskScope scope{time.loop};
};

} // namespace tradesh::test
