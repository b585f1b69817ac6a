#include "core/orders/spread_legs.hpp"

#include "core/market/option_contract.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::size_t symbol_length_max = 32;
constexpr std::string_view legs_hint =
    "write the contracts with commas, those to be sold behind a minus: AAPL261218P00095000,-AAPL261218P00090000; "
    "'scan spreads' shows them in its column legs";

std::unexpected<Error> wrong(std::string message) {
    return fail(Error(ErrorKind::usage, "spread.legs", std::move(message)).advise(legs_hint));
}

Result<ComboLeg> parse_leg(std::string_view text) {
    const std::string shown(text);
    const bool sold = text.starts_with('-');
    text.remove_prefix(sold || text.starts_with('+') ? 1 : 0);
    std::int64_t ratio = 1;
    const std::size_t times = text.find_first_of("xX");
    const bool has_ratio = times == 1 && text[0] >= '1' && text[0] <= '9';
    if (has_ratio) {
        ratio = text[0] - '0';
        text.remove_prefix(2);
    }
    std::string symbol(text);
    std::ranges::transform(symbol, symbol.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (!parse_option_symbol(symbol)) {
        return wrong("'" + shown + "' is no option contract");
    }
    return ComboLeg{.symbol = std::move(symbol), .ratio = sold ? -ratio : ratio};
}

/// "P95", "-2xP90" as "P95" and "-2:P90": what a symbol may hold.
std::string short_leg(const ComboLeg& leg, bool with_expiry) {
    const Option option = *parse_option_symbol(leg.symbol);
    std::string text = leg.ratio < 0 ? "-" : "";
    text += std::abs(leg.ratio) > 1 ? std::to_string(std::abs(leg.ratio)) + ":" : "";
    if (with_expiry) { // the six digits in the contract's own symbol
        text += leg.symbol.substr(option.underlying.size(), 6);
    }
    return text + (option.right == OptionRight::call ? "C" : "P") + option.strike.normalized().to_string();
}

/// FNV-1a, for the few spreads whose legs are too many for a symbol that tells of them.
std::string digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::string digits;
    for (int i = 0; i < 16; ++i, hash >>= 4) {
        digits += "0123456789ABCDEF"[hash & 15];
    }
    return digits;
}

} // namespace

Result<std::vector<ComboLeg>> parse_legs(std::string_view text) {
    std::vector<ComboLeg> legs;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        Result<ComboLeg> leg = parse_leg(text.substr(0, comma));
        if (!leg) {
            return fail(std::move(leg.error()));
        }
        if (std::ranges::find(legs, leg->symbol, &ComboLeg::symbol) != legs.end()) {
            return wrong("the contract " + leg->symbol + " is there twice");
        }
        legs.push_back(std::move(*leg));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (legs.size() < 2 || legs.size() > spread_legs_max) {
        return wrong("a spread has two to " + std::to_string(spread_legs_max) + " legs");
    }
    return legs;
}

std::string to_text(const std::vector<ComboLeg>& legs) {
    std::string text;
    for (const ComboLeg& leg : legs) {
        const std::int64_t ratio = std::abs(leg.ratio);
        text += std::string(text.empty() ? "" : ",") + (leg.ratio < 0 ? "-" : "") +
                (ratio > 1 ? std::to_string(ratio) + "x" : "") + leg.symbol;
    }
    return text;
}

std::string spread_symbol(std::string_view underlying, const std::vector<ComboLeg>& legs) {
    const std::string expiry = legs.front().symbol.substr(underlying.size(), 6);
    const bool one_expiry = std::ranges::all_of(legs, [&](const ComboLeg& leg) {
        return std::string_view(leg.symbol).substr(underlying.size()).starts_with(expiry);
    });
    std::string symbol = std::string(underlying) + "=";
    for (const ComboLeg& leg : legs) {
        const bool first = &leg == &legs.front();
        symbol += std::string(first || leg.ratio < 0 ? "" : "/") + short_leg(leg, first || !one_expiry);
    }
    return symbol.size() <= symbol_length_max ? symbol : std::string(underlying) + "=" + digest(to_text(legs));
}

Result<void> check_underlying(std::string_view underlying, const std::vector<ComboLeg>& legs) {
    for (const ComboLeg& leg : legs) {
        const std::optional<Option> option = parse_option_symbol(leg.symbol);
        if (!option || option->underlying != underlying) {
            return fail(Error(ErrorKind::usage, "spread.underlying",
                              "the contract " + leg.symbol + " is not on " + std::string(underlying))
                            .advise("all legs of a spread are on one underlying"));
        }
    }
    return {};
}

Result<Instrument> spread_of(const Instrument& underlying, const std::vector<ComboLeg>& legs) {
    if (const Result<void> fits = check_underlying(underlying.symbol, legs); !fits) {
        return fail(fits.error());
    }
    Instrument spread = underlying;
    spread.id = {};
    spread.symbol = spread_symbol(underlying.symbol, legs);
    spread.kind = Combo{.legs = legs};
    spread.tick = Decimal::of(1, 2);
    spread.lot = 1;
    spread.multiplier = 100;
    return spread;
}

Instrument contract_of(const Instrument& underlying, std::string symbol, const Option& option) {
    Instrument contract = underlying;
    contract.id = {};
    contract.symbol = std::move(symbol);
    contract.kind = option;
    contract.tick = Decimal::of(1, 2);
    contract.lot = 1;
    contract.multiplier = 100;
    return contract;
}

} // namespace tradesh::orders
