#include "cli/commands/order_submit.hpp"

#include "cli/commands/order_file.hpp"
#include "cli/commands/order_group.hpp"
#include "cli/render/exit_code.hpp"

#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

constexpr std::size_t block_bytes = 64UL * 1024;

Task<Result<void>> read_rows(ClientChannel& client, FileHandle handle, OrderFile& file) {
    history::CsvReader reader;
    const history::CsvReader::Visitor visitor = [&file](const history::CsvRow& row) { return file.take(row); };
    for (;;) {
        const Result<std::string> block = co_await client.read(handle, block_bytes);
        if (!block) {
            co_return fail(block.error());
        }
        const Result<void> taken = block->empty() ? reader.finish(visitor) : reader.feed(*block, visitor);
        if (!taken || block->empty()) {
            co_return taken;
        }
    }
}

/// Every order of the file; wrong rows are told one by one, the first of them as the error.
Task<Result<std::vector<BatchEntry>>> read_orders(CommandContext& context, std::string path) {
    const auto unreadable = [&path](Error error) {
        error.kind = error.kind == ErrorKind::cancelled ? error.kind : ErrorKind::unreadable;
        return std::move(error).attempting("read the orders").on(path);
    };
    Result<FileHandle> handle = standard_input;
    if (path != "-") {
        handle = co_await context.client.open(path, FileMode::read);
    }
    if (!handle) {
        co_return fail(unreadable(handle.error()));
    }
    OrderFile file(path);
    const Result<void> read = co_await read_rows(context.client, *handle, file);
    if (*handle != standard_input) {
        const Result<void> closed = co_await context.client.close(*handle);
        (void)closed; // it was only read
    }
    if (!read) {
        co_return fail(read.error().where ? read.error() : unreadable(read.error()));
    }
    for (std::size_t i = 1; i < file.wrong_rows().size(); ++i) {
        const Error& error = file.wrong_rows()[i];
        const std::string place =
            error.where ? path + ":" + std::to_string(error.where->line) + ":" + std::to_string(error.where->column)
                        : path;
        context.report.warn(place + ": " + error.message);
    }
    Result<std::vector<BatchEntry>> entries = std::move(file).finish();
    co_return entries;
}

Task<Result<void>> run_submit(CommandContext& context) {
    const Word* path = context.arguments.find("from");
    if (path == nullptr) {
        co_return fail(Error(ErrorKind::usage, "submit.no_file", "which file?")
                           .attempting("submit orders")
                           .advise("order submit --from orders.csv"));
    }
    if (context.session.group && !context.options.dry_run) {
        co_return fail(Error(ErrorKind::usage, "group.no_files",
                             "the group '" + context.session.group->name +
                                 "' is open, and the orders of a file are sent at once, not collected")
                           .attempting("submit orders: nothing was sent")
                           .advise("commit or abort the group first; or add its legs with buy and sell")
                           .at(path->where()));
    }
    Result<std::vector<BatchEntry>> entries = co_await read_orders(context, path->text);
    if (!entries) {
        co_return fail(std::move(entries.error()).attempting("submit orders: nothing was sent"));
    }
    const BatchRules rules{.label_column = "line", .may_miss = false};
    const Result<void> done = co_await run_batch(context, std::move(*entries), rules);
    co_return done;
}

} // namespace

std::vector<CommandSpec> order_submit_commands() {
    return {
        {.family = "order",
         .verb = "submit",
         .summary = "Place the orders of a CSV file",
         .options = {{.name = "from",
                      .value_name = "FILE",
                      .help = "the orders, one a row; -: standard input",
                      .kind = ValueKind::file},
                     {.name = "wait",
                      .value_name = "ack|fill",
                      .help = "wait for the venue's answer, or for the end, of each order",
                      .choices = {"ack", "fill"}},
                     {.name = "replay-old",
                      .value_name = "",
                      .help = "show the first outcomes of a key used on an earlier day"}},
         .examples = {{"order submit --from orders.csv --dry-run", "what would be sent"},
                      {"order submit --from orders.csv --key rebalance-{session}", "safe to run twice"},
                      {"order submit --from - --key open-1 --json", "from a pipe, a row of result for each order"}},
         .schema = "order.batch@1",
         .run = run_submit,
         .effects = Effects::orders,
         .details = "The first row names the columns, in any order: side (buy, sell, close, rebalance), symbol, size, "
                    "type (market limit stop stop-limit trail moo moc loo loc), and as wanted limit, stop, trail, "
                    "target, protect, tif, short (yes), valid_until, cancel_after. Values are written as in 'order "
                    "buy'. A spread, 'or' and a moment to send at are not for files: use 'order spread' and 'buy ... "
                    "or ...' each on a line of a script, and 'schedule'. A file holds 1,000 orders at most. The whole "
                    "file is read first: a wrong row is "
                    "told with its line and column, and nothing is "
                    "sent. Under --key K the order of line 3 has the key K:3, so running the same file again places "
                    "only what is missing: the column replayed tells the others. Exit 7: some orders failed, and "
                    "their rows say why. A rehearsal of which an order would be denied exits 9.",
         .may_be_partial = true,
         .further_exit_codes = {exit_codes::script_unreadable, exit_codes::not_filled}},
    };
}

} // namespace tradesh::cli
