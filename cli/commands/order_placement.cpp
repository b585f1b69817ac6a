#include "cli/commands/order_placement.hpp"

#include "cli/commands/order_report.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_key.hpp"

#include <optional>
#include <utility>

namespace tradesh::cli {

using runtime::Task;

orders::PlaceOptions place_options(CommandContext& context, const OrderWords& words) {
    orders::PlaceOptions options;
    options.key = words.key.empty() ? context.options.key.value_or("") : words.key;
    options.replay_old = context.arguments.has("replay-old");
    const std::string_view wait = context.arguments.text_or("wait", "");
    options.wait = wait == "ack"    ? orders::WaitFor::acknowledged
                   : wait == "fill" ? orders::WaitFor::filled
                                    : orders::WaitFor::outcome;
    options.timeout = context.options.timeout.value_or(wait == "fill" ? order_wait_limit : order_answer_limit);
    options.correlation = context.correlation;
    options.announce_effect = [&client = context.client](std::string_view advice) { client.announce_effect(advice); };
    options.settle_effect = [&client = context.client] { client.settle_effect(); };
    return options;
}

engine::Permission permission(CommandContext& context, bool size_has_unit) {
    std::optional<Arming>& arming = context.session.arming;
    const Duration now = context.engine().clock().elapsed();
    if (arming && arming->expires_elapsed <= now) {
        arming.reset();
    } else if (arming) {
        arming->expires_elapsed = now + arming_idle_max;
    }
    return engine::Permission{.live_option = context.options.live,
                              .paper_option = context.options.paper,
                              .armed = arming.has_value(),
                              .typed = context.origin == Origin::prompt,
                              .size_has_unit = size_has_unit,
                              .from_argv = context.origin == Origin::argv || context.origin == Origin::text};
}

Result<void> check_key(const CommandContext& context, const std::string& own_key) {
    const bool empty_key = context.options.key && context.options.key->empty();
    const bool two_keys = context.options.key && !own_key.empty() && *context.options.key != own_key;
    if (empty_key || two_keys) {
        return fail(
            Error(ErrorKind::usage, "order.key_unclear", empty_key ? "--key is empty" : "two different keys are given")
                .attempting("place the order")
                .advise("a key is one non-empty name, such as eod-2026-11-21 or eod-{session}"));
    }
    for (const std::string& key : {context.options.key.value_or(""), own_key}) {
        if (orders::is_core_key(key) && key != context.session.line_key) {
            return fail(Error(ErrorKind::usage, "order.key_of_core",
                              "the core itself gives keys like '" + key + "', to the orders of triggers and exits")
                            .attempting("place the order")
                            .advise("use another key, such as my-" + key));
        }
    }
    return {};
}

Task<Result<std::string>> expanded_key(CommandContext& context, std::string own_key, std::string symbol) {
    if (const Result<void> fits = check_key(context, own_key); !fits) {
        co_return fail(fits.error());
    }
    std::string key = own_key.empty() ? context.options.key.value_or("") : std::move(own_key);
    Result<std::string> expanded = co_await context.engine().trading().expand_key(std::move(key), std::move(symbol));
    co_return expanded;
}

void apply_zone(const CommandContext& context, orders::OrderForm& form) {
    auto* moment = form.valid_until ? std::get_if<MomentWord>(&form.valid_until->asked) : nullptr;
    auto* time = moment != nullptr ? std::get_if<TimeOfDay>(moment) : nullptr;
    if (time != nullptr && time->zone.empty()) {
        time->zone = context.options.output.zone;
    }
}

} // namespace tradesh::cli
