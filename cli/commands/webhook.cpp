#include "cli/commands/webhook.hpp"

#include "cli/commands/webhook_lookup.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/webhook_desk.hpp"
#include "core/orders/webhook_type.hpp"
#include "core/orders/webhook_url.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradesh::cli {
namespace {

using engine::WebhookDesk;
using runtime::Task;
using store::WebhookEndpoint;

constexpr std::size_t secret_file_bytes_max = 4096;
constexpr std::string_view secret_once = "the secret is shown this once: give it to the receiver now";

/// The first line of the file that --secret-file names ('-': standard input); nullopt without the option.
Task<Result<std::optional<std::string>>> read_secret(CommandContext& context) {
    const Word* name = context.arguments.find("secret-file");
    if (name == nullptr) {
        co_return std::nullopt;
    }
    Result<FileHandle> file = standard_input;
    if (name->text != "-") {
        file = co_await context.client.open(name->text, FileMode::read);
    }
    if (!file) {
        co_return fail(std::move(file.error()).attempting("read a secret").on(name->text).at(name->where()));
    }
    std::string text;
    std::optional<Error> problem;
    while (text.size() < secret_file_bytes_max) {
        const Result<std::string> block = co_await context.client.read(*file, secret_file_bytes_max - text.size());
        if (!block) {
            problem = block.error();
            break;
        }
        if (block->empty()) {
            break;
        }
        text += *block;
    }
    if (*file != standard_input) {
        const Result<void> closed = co_await context.client.close(*file);
        static_cast<void>(closed); // it was only read
    }
    if (problem) {
        co_return fail(std::move(*problem));
    }
    co_return text.substr(0, text.find_first_of("\r\n"));
}

std::vector<Field> endpoint_fields(const WebhookEndpoint& endpoint) {
    return {{"name", endpoint.name},
            {"url", endpoint.url},
            {"events", endpoint.events},
            {"state", endpoint.disabled.empty() ? "on" : "disabled"},
            {"private_allowed", endpoint.private_allowed}};
}

Task<Result<void>> report_keyed(CommandContext& context, WebhookDesk::Keyed keyed) {
    std::vector<Field> fields = endpoint_fields(keyed.endpoint);
    if (keyed.made_secret) {
        fields.push_back({"secret", *keyed.made_secret});
        const std::vector<std::string>& shown = context.options.output.fields;
        if (shown.empty() || std::ranges::find(shown, "secret") != shown.end()) {
            context.report.note(std::string(secret_once));
        } else {
            context.report.warn("a secret was made and --fields leaves it out, so nobody has seen it: webhook rotate " +
                                keyed.endpoint.name + " makes and shows another");
        }
    }
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Result<void> check_add(const Arguments& arguments) {
    const Word& url = arguments.required("url");
    if (Result<void> fits = orders::check_webhook_url(url.text, arguments.has("allow-private")); !fits) {
        return fail(std::move(fits.error()).at(url.where()));
    }
    if (const Word* events = arguments.find("events")) {
        if (Result<orders::WebhookFilter> filter = orders::WebhookFilter::parse(events->text); !filter) {
            return fail(std::move(filter.error()).at(events->where()));
        }
    }
    return {};
}

Task<Result<void>> run_add(CommandContext& context) {
    if (Result<void> checked = check_add(context.arguments); !checked) {
        co_return checked;
    }
    Result<std::optional<std::string>> secret = co_await read_secret(context);
    if (!secret) {
        co_return fail(std::move(secret.error()));
    }
    const Word& name = context.arguments.required("name");
    WebhookDesk::NewWebhook wanted{.name = name.text,
                                   .url = context.arguments.required("url").text,
                                   .events = std::string(context.arguments.text_or("events", "*")),
                                   .private_allowed = context.arguments.has("allow-private"),
                                   .secret = std::move(*secret)};
    Result<WebhookDesk::Keyed> added = co_await context.engine().webhooks().add(std::move(wanted));
    if (!added) {
        const bool of_name = added.error().code == "webhook.name" || added.error().code == "webhook.exists";
        co_return fail(of_name ? std::move(added.error()).at(name.where()) : std::move(added.error()));
    }
    const Result<void> shown = co_await report_keyed(context, std::move(*added));
    co_return shown;
}

/// The error of a verb about one webhook, at its name where that is to blame.
Error at_name(CommandContext& context, Error error) {
    return error.code == "webhook.none" ? std::move(error).at(context.arguments.required("name").where())
                                        : std::move(error);
}

Task<Result<void>> run_rotate(CommandContext& context) {
    Result<std::optional<std::string>> secret = co_await read_secret(context);
    if (!secret) {
        co_return fail(std::move(secret.error()));
    }
    const std::string name = context.arguments.required("name").text;
    Result<WebhookDesk::Keyed> keyed = co_await context.engine().webhooks().rotate(name, std::move(*secret));
    if (!keyed) {
        co_return fail(at_name(context, std::move(keyed.error())));
    }
    context.report.note(keyed->old_signs ? "the old secret signs as well for 24 hours more"
                                         : "there was no old secret that could be read: the new one signs alone");
    const Result<void> shown = co_await report_keyed(context, std::move(*keyed));
    co_return shown;
}

Task<Result<void>> run_rm(CommandContext& context) {
    const std::string name = context.arguments.required("name").text;
    const Result<void> removed = co_await context.engine().webhooks().remove(name);
    if (!removed) {
        co_return fail(at_name(context, removed.error()));
    }
    std::vector<Field> fields{{"name", name}, {"state", "removed"}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_enable(CommandContext& context) {
    const std::string name = context.arguments.required("name").text;
    const Result<WebhookEndpoint> enabled = co_await context.engine().webhooks().enable(name);
    if (!enabled) {
        co_return fail(at_name(context, enabled.error()));
    }
    const Result<void> shown = co_await context.report.record(endpoint_fields(*enabled));
    co_return shown;
}

Task<Result<void>> run_disable(CommandContext& context) {
    const std::string name = context.arguments.required("name").text;
    const Result<WebhookEndpoint> disabled = co_await context.engine().webhooks().disable(name);
    if (!disabled) {
        co_return fail(at_name(context, disabled.error()));
    }
    context.report.note("what happens meanwhile is sent after webhook enable " + name);
    const Result<void> shown = co_await context.report.record(endpoint_fields(*disabled));
    co_return shown;
}

Task<Result<void>> run_test(CommandContext& context) {
    const std::string name = context.arguments.required("name").text;
    context.task.awaits = "the receiver of webhook " + name;
    const Result<WebhookDesk::Tried> tried = co_await context.engine().webhooks().test(name, context.options.timeout);
    if (!tried) {
        co_return fail(at_name(context, tried.error()));
    }
    std::vector<Field> fields{{"name", name},
                              {"message", tried->message},
                              {"status", tried->status},
                              {"took", Duration(std::chrono::round<std::chrono::microseconds>(tried->took))}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

OptionSpec secret_option() {
    return {.name = "secret-file",
            .value_name = "FILE",
            .help = "whsec_... on the first line; '-' is standard input; a secret is made without it",
            .kind = ValueKind::file};
}

/// What help says of the messages, with every type there is.
std::string details_of_add() {
    std::string text =
        "Messages begin with what happens from now on and are signed as Standard Webhooks 1.0.0 says (headers "
        "webhook-id, webhook-timestamp, webhook-signature). Each is sent at least once, under the same id whenever it "
        "is sent again: a receiver drops ids it has seen. Those of one order come in sequence, numbered in "
        "data.sequence; an order never waits for a receiver. Only 2xx counts as taken; else it is tried again after 5 "
        "s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h (or when Retry-After says), while a core runs, and then it is a "
        "dead letter. Types:";
    for (const std::string_view type : orders::webhook_types()) {
        text += " " + std::string(type);
    }
    return text + ".";
}

CommandSpec add_command() {
    static const std::string details = details_of_add();
    return {.family = "webhook",
            .verb = "add",
            .summary = "Tell a URL what happens to orders, signed",
            .arguments = {{.name = "name", .help = "yours to choose: a-z, 0-9 and -"},
                          {.name = "url", .help = "https://...; with --allow-private also a receiver of your own"}},
            .options = {{.name = "events", .value_name = "TYPES", .help = "order.filled,risk.*; all when left away"},
                        secret_option(),
                        {.name = "allow-private",
                         .value_name = "",
                         .help = "it may lie at a private address, and there speak plain http"}},
            .examples = {{"webhook add desk https://example.com/hook", "everything; the secret is made and shown once"},
                         {"webhook add fills https://example.com/f --events order.filled,order.partially_filled",
                          "fills alone"},
                         {"webhook add own http://127.0.0.1:8080/ --allow-private --secret-file hook.secret",
                          "a receiver on this machine, which has its secret already"}},
            .schema = "webhook.add@1",
            .run = run_add,
            .check = check_add,
            .rehearses = false,
            .details = details,
            .further_exit_codes = {exit_codes::refused}};
}

CommandSpec named_command(std::string_view verb, std::string_view summary, CommandFunction run,
                          std::string_view schema) {
    return {.family = "webhook",
            .verb = verb,
            .summary = summary,
            .arguments = {webhook_argument()},
            .schema = schema,
            .run = std::move(run),
            .rehearses = false};
}

} // namespace

std::vector<CommandSpec> webhook_commands() {
    CommandSpec rm = named_command("rm", "Remove a webhook with all that waits for it", run_rm, "webhook.rm@1");
    rm.examples = {{"webhook rm desk", "its messages, dead letters and secret go with it"},
                   {"webhook disable desk", "keep them instead"},
                   {"try webhook rm desk", "in a script that goes on where there is none"}};
    CommandSpec enable = named_command("enable", "Send again, from where it stopped", run_enable, "webhook.enable@1");
    enable.examples = {{"webhook enable desk", "nothing that happened meanwhile is lost"},
                       {"webhook test desk", "better first: is the receiver there?"},
                       {"webhook list", "how much there is to catch up with"}};
    enable.details =
        "A webhook is disabled by hand, by an answer of 410, or after five days in which nothing was taken.";
    CommandSpec disable = named_command("disable", "Stop sending for now", run_disable, "webhook.disable@1");
    disable.examples = {{"webhook disable desk", "while the receiver is being rebuilt"},
                        {"webhook enable desk", "go on"},
                        {"webhook list", "what waits"}};
    CommandSpec rotate = named_command("rotate", "Replace the secret; the old one signs for 24 hours more", run_rotate,
                                       "webhook.rotate@1");
    rotate.options = {secret_option()};
    rotate.examples = {{"webhook rotate desk", "a new secret is made and shown once"},
                       {"webhook rotate desk --secret-file new.secret", "one that the receiver has already"},
                       {"webhook test desk", "does it accept the new one?"}};
    rotate.details = "For 24 hours every message carries a signature of each secret, so the receiver may change over "
                     "at any time within them. It also mends a secret file that cannot be read.";
    CommandSpec test = named_command("test", "Send a test message now and show the answer", run_test, "webhook.test@1");
    test.examples = {{"webhook test desk", "status and time"},
                     {"webhook test desk --json", "for a script"},
                     {"try webhook test desk", "in a script that goes on either way"}};
    test.details = "The message has the type webhook.test. Exit 5 or 6: the receiver was not reached; 9: its address "
                   "is private and that is not allowed; 10: it answered something else than 2xx.";
    test.further_exit_codes = {exit_codes::refused, exit_codes::rejected};
    return {add_command(), std::move(rm), std::move(enable), std::move(disable), std::move(rotate), std::move(test)};
}

} // namespace tradesh::cli
