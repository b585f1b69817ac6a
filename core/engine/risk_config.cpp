#include "core/engine/risk_config.hpp"

#include "core/engine/config_error.hpp"
#include "core/market/instrument.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace tradesh::engine {
namespace {

using orders::LimitScope;
using orders::LimitValue;
using orders::NamedLimit;
using orders::RiskLimits;

/// Where we are in the file: its name, and the table's.
struct ConfigPlace {
    const std::string& file;
    std::string table;

    std::string source(const toml::node& node, const std::string& key) const {
        return file + ":" + std::to_string(node.source().begin.line) + " " + table + "." + key;
    }
    std::unexpected<Error> wrong(const toml::node& node, const std::string& key, const std::string& what) const {
        return bad_config(file, node.source().begin, table + "." + key + " must be " + what);
    }
};

/// A value as it would be typed; nullopt for what cannot be exact or is none.
std::optional<std::string> text_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) {
        return text;
    }
    if (const auto whole = node.value_exact<std::int64_t>()) {
        return std::to_string(*whole);
    }
    if (const auto yes = node.value_exact<bool>()) {
        return *yes ? "yes" : "no";
    }
    return std::nullopt;
}

Result<void> read_limit(const toml::node& node, const std::string& key, const ConfigPlace& place,
                        const LimitScope& scope, RiskLimits& limits) {
    const Result<NamedLimit> name = orders::parse_limit_name(key);
    if (!name) {
        return bad_config(place.file, node.source().begin, "unknown key '" + key + "' in [" + place.table + "]",
                          name.error().hint);
    }
    if (!scope.symbol.empty() && !orders::spec_of(name->limit).per_symbol) {
        return bad_config(place.file, node.source().begin, key + " cannot be set for one symbol",
                          "set it in the table of the profile");
    }
    const std::optional<std::string> text = text_of(node);
    if (!text) {
        return place.wrong(node, key, "a number in quotes, such as \"2500\"");
    }
    const Result<LimitValue> value = orders::parse_limit_value(*name, *text, place.source(node, key));
    if (!value) {
        return bad_config(place.file, node.source().begin, place.table + "." + value.error().message,
                          value.error().hint);
    }
    if (Result<void> allowed = orders::check_switched_off(name->limit, *value, limits.live_rules()); !allowed) {
        return bad_config(place.file, node.source().begin, allowed.error().message, allowed.error().hint);
    }
    limits.set(name->limit, scope, *value);
    return {};
}

Result<std::vector<std::string>> read_symbols(const toml::node& node, const std::string& key,
                                              const ConfigPlace& place) {
    const toml::array* array = node.as_array();
    std::vector<std::string> symbols;
    if (array == nullptr) {
        return place.wrong(node, key, "a list of symbols, such as [\"GOOG\", \"AAPL\"]");
    }
    for (const toml::node& item : *array) {
        const auto text = item.value_exact<std::string>();
        const Result<std::string> symbol = parse_symbol(text.value_or(""));
        if (!symbol) {
            return place.wrong(item, key, "a list of symbols, such as [\"GOOG\", \"AAPL\"]");
        }
        symbols.push_back(*symbol);
    }
    return symbols;
}

Result<void> read_list(const toml::node& node, const std::string& key, const ConfigPlace& place, RiskLimits& limits) {
    const Result<std::vector<std::string>> symbols = read_symbols(node, key, place);
    if (!symbols) {
        return fail(symbols.error());
    }
    if (key == "restricted_symbols") {
        for (const std::string& symbol : *symbols) {
            limits.restricted_symbols.insert_or_assign(symbol, place.source(node, key));
        }
    } else {
        limits.allowed_symbols.emplace(symbols->begin(), symbols->end());
        limits.allowed_symbols_source = place.source(node, key);
    }
    return {};
}

/// Limits of one symbol or account.
Result<void> read_scope(const toml::node& node, const LimitScope& scope, const ConfigPlace& place, RiskLimits& limits) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return bad_config(place.file, node.source().begin, place.table + " must be a table");
    }
    for (const auto& [key, value] : *table) {
        if (Result<void> read = read_limit(value, std::string(key.str()), place, scope, limits); !read) {
            return read;
        }
    }
    return {};
}

Result<void> read_scopes(const toml::node& node, const std::string& key, const ConfigPlace& place, RiskLimits& limits) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return place.wrong(node, key, "a table of tables");
    }
    for (const auto& [name, child] : *table) {
        const ConfigPlace inner{.file = place.file, .table = place.table + "." + key + "." + std::string(name.str())};
        LimitScope scope;
        if (key == "symbols") {
            const Result<std::string> symbol = parse_symbol(name.str());
            if (!symbol) {
                return bad_config(place.file, child.source().begin, symbol.error().message);
            }
            scope.symbol = *symbol;
        } else {
            scope.account = name.str();
        }
        if (Result<void> read = read_scope(child, scope, inner, limits); !read) {
            return read;
        }
    }
    return {};
}

} // namespace

Result<void> read_risk_limits(const toml::node& node, const std::string& file, const std::string& name,
                              RiskLimits& limits) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return bad_config(file, node.source().begin, name + " must be a table");
    }
    const ConfigPlace place{.file = file, .table = name};
    for (const auto& [key_node, value] : *table) {
        const std::string key(key_node.str());
        Result<void> read;
        if (key == "symbols" || key == "accounts") {
            read = read_scopes(value, key, place, limits);
        } else if (key == "restricted_symbols" || key == "allowed_symbols") {
            read = read_list(value, key, place, limits);
        } else {
            read = read_limit(value, key, place, {}, limits);
        }
        if (!read) {
            return read;
        }
    }
    return {};
}

Result<void> read_rates(const toml::node& node, const std::string& file, CurrencyRates& rates) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return bad_config(file, node.source().begin, "rates must be a table");
    }
    const ConfigPlace place{.file = file, .table = "rates"};
    if (const toml::node* base = table->get("base")) {
        const Result<Currency> currency = Currency::parse(base->value_exact<std::string>().value_or(""));
        if (!currency) {
            return place.wrong(*base, "base", "a currency, such as \"USD\"");
        }
        rates = CurrencyRates(*currency);
    }
    for (const auto& [key_node, value] : *table) {
        const std::string key(key_node.str());
        if (key == "base") {
            continue;
        }
        const Result<Currency> currency = Currency::parse(key);
        const toml::table* dated = value.as_table();
        if (!currency || dated == nullptr || dated->size() != 2 || !dated->contains("date") ||
            !dated->contains("rate")) {
            return place.wrong(value, key,
                               "the rate of a currency: EUR = { date = \"2026-11-20\", rate = \"1.0842\" }");
        }
        const Result<Instant> date = parse_instant(text_of(*dated->get("date")).value_or(""));
        const Result<Decimal> rate = Decimal::parse(text_of(*dated->get("rate")).value_or(""));
        if (!date || !rate || !rate->is_positive()) {
            return place.wrong(value, key, "a date and a number above zero, both in quotes");
        }
        rates.add(*currency, std::chrono::floor<std::chrono::days>(*date), *rate);
    }
    return {};
}

} // namespace tradesh::engine
