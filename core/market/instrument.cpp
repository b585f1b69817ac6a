#include "core/market/instrument.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tradesh {
namespace {

constexpr std::array<std::string_view, 7> kind_names{"stock", "index", "option", "future", "forex", "crypto", "combo"};

constexpr std::array<Exchange, 14> exchanges{{{"NYSE", "America/New_York", "USD"},
                                              {"NASDAQ", "America/New_York", "USD"},
                                              {"ARCA", "America/New_York", "USD"},
                                              {"AMEX", "America/New_York", "USD"},
                                              {"CBOE", "America/Chicago", "USD"},
                                              {"CME", "America/Chicago", "USD"},
                                              {"GLOBEX", "America/Chicago", "USD"},
                                              {"LSE", "Europe/London", "GBP"},
                                              {"XETRA", "Europe/Berlin", "EUR"},
                                              {"EUREX", "Europe/Berlin", "EUR"},
                                              {"TSE", "Asia/Tokyo", "JPY"},
                                              {"HKFE", "Asia/Hong_Kong", "HKD"},
                                              {"FOREX", "America/New_York", "USD"},
                                              {"CRYPTO", "UTC", "USD"}}};

} // namespace

std::string_view name_of(const InstrumentKind& kind) { return kind_names[kind.index()]; }

Result<InstrumentKind> parse_instrument_kind(std::string_view text) {
    static const std::array<InstrumentKind, kind_names.size()> kinds{Stock{}, Index{},  Option{}, Future{},
                                                                     Forex{}, Crypto{}, Combo{}};
    for (const InstrumentKind& kind : kinds) {
        if (name_of(kind) == text) {
            return kind;
        }
    }
    return fail(Error(ErrorKind::usage, "instrument.kind_unknown", "'" + std::string(text) + "' is no instrument kind")
                    .advise("use stock, index, option, future, forex, crypto or combo"));
}

Result<std::string> parse_symbol(std::string_view text) {
    constexpr std::size_t length_max = 32;
    constexpr std::string_view marks = ".-_/=:^";
    std::string symbol;
    for (const char c : text) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) == 0 && marks.find(c) == std::string_view::npos) {
            break;
        }
        symbol += static_cast<char>(std::toupper(letter));
    }
    const bool starts_well =
        !symbol.empty() && (std::isalnum(static_cast<unsigned char>(symbol.front())) != 0 || symbol.front() == '^');
    if (!starts_well || symbol.size() != text.size() || symbol.size() > length_max) {
        return fail(Error(ErrorKind::usage, "symbol.malformed", "'" + std::string(text) + "' is not a symbol")
                        .advise("a symbol has up to 32 letters, digits and . - _ / = : ^"));
    }
    return symbol;
}

const Exchange* find_exchange(std::string_view name) {
    const auto found = std::ranges::find(exchanges, name, &Exchange::name);
    return found == exchanges.end() ? nullptr : &*found;
}

std::vector<std::string_view> exchange_names() {
    std::vector<std::string_view> names;
    for (const Exchange& exchange : exchanges) {
        names.push_back(exchange.name);
    }
    return names;
}

} // namespace tradesh
