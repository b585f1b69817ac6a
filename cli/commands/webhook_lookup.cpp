#include "cli/commands/webhook_lookup.hpp"

#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/webhook_desk.hpp"
#include "core/orders/webhook_type.hpp"

#include <limits>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::WebhookDesk;
using runtime::Task;

constexpr std::int64_t dead_shown = 100;

std::string_view state_of(const WebhookDesk::Listed& one) {
    if (!one.endpoint.disabled.empty()) {
        return "disabled";
    }
    if (!one.problem.empty()) {
        return "broken";
    }
    return one.endpoint.failing_since ? "failing" : "on";
}

std::string trouble_of(const WebhookDesk::Listed& one) {
    if (!one.endpoint.disabled.empty()) {
        return one.endpoint.disabled;
    }
    return one.problem.empty() ? one.endpoint.last_error : one.problem;
}

Task<Result<void>> run_list(CommandContext& context) {
    const Result<std::vector<WebhookDesk::Listed>> all = co_await context.engine().webhooks().list();
    if (!all) {
        co_return fail(all.error());
    }
    context.report.table({{"name"},
                          {"state"},
                          {"delivered", CellType::integer},
                          {"pending", CellType::integer},
                          {"dead", CellType::integer},
                          {"lag", CellType::duration},
                          {"events"},
                          {"url"},
                          {"private_allowed", CellType::boolean},
                          {"last_error"}});
    const Instant now = context.engine().clock().now();
    for (const WebhookDesk::Listed& one : *all) {
        std::optional<Duration> lag;
        if (one.counts.waits_since) {
            lag = std::chrono::floor<std::chrono::milliseconds>(std::max(Duration(0), now - *one.counts.waits_since));
        }
        std::vector<Cell> row{one.endpoint.name,   state_of(one),    one.endpoint.delivered,
                              one.counts.pending,  one.counts.dead,  lag,
                              one.endpoint.events, one.endpoint.url, one.endpoint.private_allowed,
                              trouble_of(one)};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    if (all->empty()) {
        context.report.note("there is no webhook yet: webhook add desk https://example.com/hook");
    }
    co_return Result<void>();
}

Task<Result<void>> report_dead(CommandContext& context, std::string name, std::int64_t& room) {
    WebhookDesk& desk = context.engine().webhooks();
    const Result<std::vector<store::DeadLetter>> letters = co_await desk.dead(name, static_cast<std::size_t>(room) + 1);
    if (!letters) {
        co_return fail(letters.error());
    }
    for (const store::DeadLetter& letter : *letters) {
        if (room-- == 0) {
            context.report.note("there are more of webhook " + name + ": -n shows as many as you like");
            break;
        }
        const std::vector<std::string_view> types = orders::webhook_types_of(letter.kind);
        std::vector<Cell> row{name,
                              desk.id_of(letter.seq),
                              types.empty() ? std::string_view(letter.kind) : types.back(),
                              letter.client_order_id.empty() ? Cell() : Cell(letter.client_order_id),
                              letter.time,
                              letter.attempts,
                              letter.status == 0 ? Cell() : Cell(letter.status),
                              letter.error};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_dead(CommandContext& context) {
    std::int64_t room = dead_shown;
    if (const Word* word = context.arguments.find("count")) {
        const Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            co_return fail(count.error());
        }
        room = *count;
    }
    std::vector<std::string> names;
    if (const Word* name = context.arguments.find("name")) {
        names.push_back(name->text);
    } else {
        const Result<std::vector<WebhookDesk::Listed>> all = co_await context.engine().webhooks().list();
        if (!all) {
            co_return fail(all.error());
        }
        for (const WebhookDesk::Listed& one : *all) {
            names.push_back(one.endpoint.name);
        }
    }
    context.report.table({{"webhook"},
                          {"message"},
                          {"type"},
                          {"order"},
                          {"time", CellType::time},
                          {"attempts", CellType::integer},
                          {"status", CellType::integer},
                          {"error"}});
    for (const std::string& name : names) {
        if (room < 0) {
            break;
        }
        Result<void> shown = co_await report_dead(context, name, room);
        if (!shown) {
            const Word* word = context.arguments.find("name");
            co_return fail(word != nullptr ? std::move(shown.error()).at(word->where()) : std::move(shown.error()));
        }
    }
    co_return Result<void>();
}

struct RowRange {
    std::int64_t from = 1;
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    bool delivered_too = false;
};

/// "msg_k4x9_17", "17", "17..40", "msg_k4x9_17..msg_k4x9_40".
Result<RowRange> parse_range(const WebhookDesk& desk, const Word& word) {
    const std::size_t dots = word.text.find("..");
    const Result<std::int64_t> from = desk.row_of(std::string_view(word.text).substr(0, dots));
    const Result<std::int64_t> to =
        dots == std::string::npos ? from : desk.row_of(std::string_view(word.text).substr(dots + 2));
    if (!from || !to) {
        return fail(Error(from ? to.error() : from.error()).at(word.where()));
    }
    if (*from > *to) {
        return fail(Error(ErrorKind::usage, "webhook.range", "a range goes from the earlier message to the later")
                        .at(word.where()));
    }
    return RowRange{.from = *from, .to = *to, .delivered_too = true};
}

Result<void> check_replay(const Arguments& arguments) {
    if (arguments.has("all") == arguments.has("message")) {
        return fail(Error(ErrorKind::usage, "webhook.what", "name the messages, or say --all for every dead letter")
                        .at(arguments.required("name").where())
                        .advise("webhook dead lists those that were given up"));
    }
    return {};
}

Task<Result<void>> run_replay(CommandContext& context) {
    WebhookDesk& desk = context.engine().webhooks();
    const Word& name = context.arguments.required("name");
    std::vector<RowRange> ranges;
    for (const Word& word : context.arguments.all("message")) {
        const Result<RowRange> range = parse_range(desk, word);
        if (!range) {
            co_return fail(range.error());
        }
        ranges.push_back(*range);
    }
    if (ranges.empty()) {
        ranges.push_back({});
    }
    std::int64_t messages = 0;
    for (const RowRange& range : ranges) {
        Result<std::int64_t> replayed = co_await desk.replay(name.text, range.from, range.to, range.delivered_too);
        if (!replayed) {
            co_return fail(std::move(replayed.error()).at(name.where()));
        }
        messages += *replayed;
    }
    if (messages == 0) {
        co_return fail(Error(ErrorKind::not_found, "webhook.nothing_to_replay",
                             context.arguments.has("all") ? "there is no dead letter"
                                                          : "none of these is a message that it wants and that is not "
                                                            "already waiting to be sent")
                           .on(name.text)
                           .advise("webhook list shows what is pending, webhook dead what was given up"));
    }
    std::vector<Field> fields{{"name", name.text}, {"messages", messages}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

} // namespace

ArgumentSpec webhook_argument() { return {.name = "name", .help = "the webhook, as webhook list names it"}; }

std::vector<CommandSpec> webhook_lookup_commands() {
    ArgumentSpec optional_name = webhook_argument();
    optional_name.required = false;
    return {
        {.family = "webhook",
         .verb = "list",
         .summary = "Every webhook, and how far its messages have come",
         .examples = {{"webhook list", "state, delivered, pending, dead, lag"},
                      {"webhook list --fields name,state,lag", "who is behind"},
                      {"webhook list --json", "for a script"}},
         .schema = "webhook.list@1",
         .run = run_list,
         .details = "Pending messages wait for their first or next attempt; lag is the age of the oldest of them. "
                    "State: on, failing (its last attempt failed), broken (its secret cannot be read: webhook rotate), "
                    "disabled. Secrets are never shown."},
        {.family = "webhook",
         .verb = "dead",
         .summary = "Messages that were given up",
         .arguments = {optional_name},
         .options = {{.name = "count",
                      .value_name = "N",
                      .help = "how many at most; 100 when left away",
                      .short_name = 'n',
                      .kind = ValueKind::count}},
         .examples = {{"webhook dead", "of all webhooks, oldest first"},
                      {"webhook dead desk -n 1000 --csv -o dead.csv", "into a file"},
                      {"webhook replay desk --all", "send them again"}},
         .schema = "webhook.dead@1",
         .run = run_dead},
        {.family = "webhook",
         .verb = "replay",
         .summary = "Send messages again",
         .arguments = {webhook_argument(),
                       {.name = "message",
                        .help = "ids or numbers, or ranges of them: msg_k4x9_17, 17, 17..40",
                        .required = false,
                        .repeatable = true}},
         .options = {{.name = "all", .value_name = "", .help = "every dead letter"}},
         .examples = {{"webhook replay desk --all", "every dead letter"},
                      {"webhook replay desk msg_k4x9_17", "one message, dead or delivered"},
                      {"webhook replay desk 17..40", "all that a receiver lost, delivered ones as well"}},
         .schema = "webhook.replay@1",
         .run = run_replay,
         .check = check_replay,
         .rehearses = false,
         .details = "A message keeps its id, so a receiver that has it drops it. Numbers are rows of the journal, as "
                    "in the id. Exit 12: there was nothing to send again."},
    };
}

} // namespace tradesh::cli
