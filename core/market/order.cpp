#include "core/market/order.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace tradesh {
namespace {

constexpr std::array<std::string_view, 6> time_in_force_names{"day", "gtc", "ioc", "fok", "opg", "cls"};
constexpr std::array<std::string_view, 19> state_names{
    "intent",       "denied",     "sending",          "pending_new", "accepted_for_bidding",
    "held",         "working",    "partially_filled", "stopped",     "calculated",
    "done_for_day", "cancelling", "replacing",        "filled",      "cancelled",
    "rejected",     "expired",    "not_sent",         "unknown"};

} // namespace

std::string_view name_of(Side side) { return side == Side::buy ? "buy" : "sell"; }

std::string_view name_of(TimeInForce time_in_force) {
    return time_in_force_names[static_cast<std::size_t>(time_in_force)];
}

Result<TimeInForce> parse_time_in_force(std::string_view text) {
    for (std::size_t i = 0; i < time_in_force_names.size(); ++i) {
        if (time_in_force_names[i] == text) {
            return static_cast<TimeInForce>(i);
        }
    }
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string meant = did_you_mean(lower, time_in_force_names);
    return fail(Error(ErrorKind::usage, "order.tif_unknown", "'" + std::string(text) + "' is no time in force")
                    .advise(meant.empty() ? "use day, gtc, ioc, fok, opg (on open) or cls (on close)" : meant));
}

std::string_view name_of(const PriceRule& rule) {
    if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        return stop->limit ? "stop-limit" : "stop";
    }
    if (std::holds_alternative<TrailingStop>(rule)) {
        return "trail";
    }
    return std::holds_alternative<MarketPrice>(rule) ? "market" : "limit";
}

std::string to_text(const PriceRule& rule) {
    if (const auto* limit = std::get_if<LimitPrice>(&rule)) {
        return "limit " + limit->limit.to_string();
    }
    if (const auto* stop = std::get_if<StopPrice>(&rule)) {
        return "stop " + stop->stop.to_string() + (stop->limit ? " limit " + stop->limit->to_string() : "");
    }
    if (const auto* trail = std::get_if<TrailingStop>(&rule)) {
        return "trail " + trail->distance.to_string() + (trail->percent ? "pct" : "");
    }
    return "market";
}

std::string_view name_of(OrderState state) { return state_names[static_cast<std::size_t>(state)]; }

Result<OrderState> parse_order_state(std::string_view text) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == text) {
            return static_cast<OrderState>(i);
        }
    }
    return fail(ErrorKind::usage, "order.state_unknown", "'" + std::string(text) + "' is no order state");
}

namespace {

constexpr std::array<std::string_view, 3> fill_of_names{"single", "leg", "combo"};

} // namespace

std::string_view name_of(FillOf of) { return fill_of_names[static_cast<std::size_t>(of)]; }

Result<FillOf> parse_fill_of(std::string_view text) {
    for (std::size_t i = 0; i < fill_of_names.size(); ++i) {
        if (fill_of_names[i] == text) {
            return static_cast<FillOf>(i);
        }
    }
    return fail(ErrorKind::usage, "order.fill_of_unknown", "'" + std::string(text) + "' is no kind of fill");
}

bool is_final(OrderState state) {
    switch (state) {
    case OrderState::denied:
    case OrderState::filled:
    case OrderState::cancelled:
    case OrderState::rejected:
    case OrderState::expired:
    case OrderState::not_sent: return true;
    default: return false;
    }
}

} // namespace tradesh
