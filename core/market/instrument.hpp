#pragma once

#include "core/base/decimal.hpp"
#include "core/base/money.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradesh {

/// Our own id of an instrument, assigned when it is first stored and never reused.
using InstrumentId = StrongId<struct InstrumentIdTag, std::int64_t>;

enum class OptionRight : std::uint8_t { call, put };

struct Stock {
    bool operator==(const Stock&) const = default;
};
struct Index { ///< an index: quoted, never traded
    bool operator==(const Index&) const = default;
};
struct Option {
    std::string underlying;
    std::chrono::year_month_day expiry;
    Decimal strike;
    OptionRight right = OptionRight::call;
    bool operator==(const Option&) const = default;
};
struct Future {
    std::string root;
    std::chrono::year_month_day expiry;
    bool operator==(const Future&) const = default;
};
struct Forex {
    Currency base;
    bool operator==(const Forex&) const = default;
};
struct Crypto {
    Currency base;
    bool operator==(const Crypto&) const = default;
};
struct ComboLeg {
    std::string symbol;
    std::int64_t ratio = 1; ///< negative when the leg is sold as the combo is bought
    bool operator==(const ComboLeg&) const = default;
};
struct Combo {
    std::vector<ComboLeg> legs;
    bool operator==(const Combo&) const = default;
};

/// What is traded. `currency` is the quote currency of every kind.
using InstrumentKind = std::variant<Stock, Index, Option, Future, Forex, Crypto, Combo>;

/// Which of an instrument's values nobody stated and we assumed; `data info` shows them as defaults.
struct AssumedFields {
    bool kind = false;
    bool exchange = false;
    bool zone = false;
    bool currency = false;
    bool tick = false;
    bool lot = false;
    bool multiplier = false;
    bool operator==(const AssumedFields&) const = default;
};

struct Instrument {
    InstrumentId id;
    std::string symbol; ///< as users type it, upper case, unique in the store
    InstrumentKind kind = Stock{};
    std::string exchange{}; ///< "NASDAQ", "EUREX"; empty when unknown
    std::string zone{};     ///< IANA zone of the exchange: "America/New_York"; "UTC" when unknown
    Currency currency{"USD"};
    Decimal tick = Decimal::of(1, 2); ///< smallest price step, in `currency`
    Decimal lot = 1;                  ///< smallest quantity step
    Decimal multiplier = 1;           ///< units of the underlying in one contract
    AssumedFields assumed{};
    bool operator==(const Instrument&) const = default;
};

/// "stock", "index", "option", "future", "forex", "crypto", "combo".
std::string_view name_of(const InstrumentKind& kind);
/// The kind of that name with empty details; usage error otherwise.
Result<InstrumentKind> parse_instrument_kind(std::string_view text);

/// Upper case, 1 to 32 of A-Z 0-9 . - _ / = : ^ and starting with a letter, digit or ^.
Result<std::string> parse_symbol(std::string_view text);

/// What is known of an exchange: its zone, its usual currency and tick. Null when the name is unknown.
struct Exchange {
    std::string_view name;
    std::string_view zone;
    std::string_view currency;
};
const Exchange* find_exchange(std::string_view name);
/// All exchange names we know, for messages and completion.
std::vector<std::string_view> exchange_names();

} // namespace tradesh
