#include "core/store/instrument_columns.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <exception>
#include <stdexcept>
#include <utility>

namespace tradesh::store {
namespace {

using Json = nlohmann::json;

std::string date_text(std::chrono::year_month_day date) { return to_date_text(std::chrono::sys_days(date)); }

Json details_of(const Stock&) { return Json::object(); }
Json details_of(const Index&) { return Json::object(); }
Json details_of(const Option& option) {
    return {{"underlying", option.underlying},
            {"expiry", date_text(option.expiry)},
            {"strike", option.strike.to_string()},
            {"right", option.right == OptionRight::call ? "call" : "put"}};
}
Json details_of(const Future& future) { return {{"root", future.root}, {"expiry", date_text(future.expiry)}}; }
Json details_of(const Forex& forex) { return {{"base", forex.base.code()}}; }
Json details_of(const Crypto& crypto) { return {{"base", crypto.base.code()}}; }
Json details_of(const Combo& combo) {
    Json legs = Json::array();
    for (const ComboLeg& leg : combo.legs) {
        legs.push_back({{"symbol", leg.symbol}, {"ratio", leg.ratio}});
    }
    return {{"legs", std::move(legs)}};
}

// Reading throws inside this file only: nlohmann's exceptions for what is missing, `value_of` for what is malformed.

template <class T>
T value_of(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(*result);
}

std::string text_of(const Json& details, const char* name) { return details.at(name).get<std::string>(); }

std::chrono::year_month_day date_of(const Json& details) {
    return std::chrono::floor<std::chrono::days>(value_of(parse_instant(text_of(details, "expiry"))));
}

Currency base_of(const Json& details) {
    const std::string text = text_of(details, "base");
    return text.empty() ? Currency() : value_of(Currency::parse(text));
}

void read_details(const Json&, Stock&) {}
void read_details(const Json&, Index&) {}
void read_details(const Json& details, Option& option) {
    option.underlying = text_of(details, "underlying");
    option.expiry = date_of(details);
    option.strike = value_of(Decimal::parse(text_of(details, "strike")));
    option.right = text_of(details, "right") == "put" ? OptionRight::put : OptionRight::call;
}
void read_details(const Json& details, Future& future) {
    future.root = text_of(details, "root");
    future.expiry = date_of(details);
}
void read_details(const Json& details, Forex& forex) { forex.base = base_of(details); }
void read_details(const Json& details, Crypto& crypto) { crypto.base = base_of(details); }
void read_details(const Json& details, Combo& combo) {
    for (const Json& leg : details.at("legs")) {
        combo.legs.push_back({.symbol = text_of(leg, "symbol"), .ratio = leg.at("ratio").get<std::int64_t>()});
    }
}

using Flag = std::pair<const char*, bool AssumedFields::*>;
constexpr std::array<Flag, 7> flags{{{"kind", &AssumedFields::kind},
                                     {"exchange", &AssumedFields::exchange},
                                     {"zone", &AssumedFields::zone},
                                     {"currency", &AssumedFields::currency},
                                     {"tick", &AssumedFields::tick},
                                     {"lot", &AssumedFields::lot},
                                     {"multiplier", &AssumedFields::multiplier}}};

} // namespace

InstrumentColumns to_columns(const Instrument& instrument) {
    std::string assumed;
    for (const auto& [name, field] : flags) {
        if (instrument.assumed.*field) {
            assumed += assumed.empty() ? name : std::string(" ") + name;
        }
    }
    return InstrumentColumns{.kind = std::string(name_of(instrument.kind)),
                             .details =
                                 std::visit([](const auto& kind) { return details_of(kind); }, instrument.kind).dump(),
                             .currency = std::string(instrument.currency.code()),
                             .tick = instrument.tick.to_string(),
                             .lot = instrument.lot.to_string(),
                             .multiplier = instrument.multiplier.to_string(),
                             .assumed = std::move(assumed)};
}

Result<void> read_columns(const InstrumentColumns& columns, Instrument& instrument) {
    try {
        instrument.kind = value_of(parse_instrument_kind(columns.kind));
        const Json details = Json::parse(columns.details);
        std::visit([&details](auto& kind) { read_details(details, kind); }, instrument.kind);
        instrument.currency = value_of(Currency::parse(columns.currency));
        instrument.tick = value_of(Decimal::parse(columns.tick));
        instrument.lot = value_of(Decimal::parse(columns.lot));
        instrument.multiplier = value_of(Decimal::parse(columns.multiplier));
    } catch (const std::exception& exception) {
        return fail(ErrorKind::failed, "instrument.damaged", exception.what());
    }
    const std::string names = " " + columns.assumed + " ";
    for (const auto& [name, field] : flags) {
        instrument.assumed.*field = names.contains(std::string(" ") + name + " ");
    }
    return {};
}

} // namespace tradesh::store
