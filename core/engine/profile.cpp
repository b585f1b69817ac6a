#include "core/engine/profile.hpp"

#include "core/engine/config_error.hpp"
#include "core/engine/risk_config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

namespace tradesh::engine {
namespace {

/// One table of the file, whose every key must be claimed by somebody.
class TableReader {
public:
    using Setter = std::function<Result<void>(const toml::node&)>;

    TableReader(const std::string& file, std::string name) : file_(file), name_(std::move(name)) {}

    void key(const std::string& key, Setter setter) { setters_.emplace(key, std::move(setter)); }

    void decimal(const std::string& name, std::function<void(Decimal)> set) {
        key(name, [this, name, set](const toml::node& node) -> Result<void> {
            Result<Decimal> value = Decimal(0);
            if (const auto text = node.value_exact<std::string>()) {
                value = Decimal::parse(*text);
            } else if (const auto whole = node.value_exact<std::int64_t>()) {
                value = Decimal(*whole);
            } else {
                return wrong(node, name, "a number in quotes, such as \"25000\"");
            }
            if (!value || !value->is_positive()) {
                return wrong(node, name, "a number above zero");
            }
            set(*value);
            return {};
        });
    }
    void whole(const std::string& name, std::int64_t from, std::int64_t to, std::function<void(std::int64_t)> set) {
        key(name, [this, name, from, to, set](const toml::node& node) -> Result<void> {
            const auto value = node.value_exact<std::int64_t>();
            if (!value || *value < from || *value > to) {
                return wrong(node, name, "a whole number from " + std::to_string(from) + " to " + std::to_string(to));
            }
            set(*value);
            return {};
        });
    }
    void text(const std::string& name, const std::string& what, std::function<bool(const std::string&)> set) {
        key(name, [this, name, what, set](const toml::node& node) -> Result<void> {
            const auto value = node.value_exact<std::string>();
            return value && set(*value) ? Result<void>() : wrong(node, name, what);
        });
    }

    Result<void> read(const toml::table& table) const {
        for (const auto& [name, node] : table) {
            const auto setter = setters_.find(std::string(name.str()));
            if (setter == setters_.end()) {
                return unknown(node, std::string(name.str()));
            }
            if (Result<void> set = setter->second(node); !set) {
                return set;
            }
        }
        return {};
    }

private:
    Result<void> wrong(const toml::node& node, const std::string& key, const std::string& what) const {
        return bad_config(file_, node.source().begin, name_ + "." + key + " must be " + what);
    }
    Result<void> unknown(const toml::node& node, const std::string& key) const {
        std::string known;
        for (const auto& [name, setter] : setters_) {
            known += (known.empty() ? "" : ", ") + name;
        }
        return bad_config(file_, node.source().begin, "unknown key '" + key + "' in [" + name_ + "]",
                          "known keys: " + known);
    }

    const std::string& file_;
    std::string name_;
    std::map<std::string, Setter> setters_;
};

Result<void> read_core(const toml::table& table, const std::string& file, Profile& profile) {
    TableReader reader(file, "core");
    reader.whole("linger_s", 0, 86'400, [&](std::int64_t s) { profile.linger = std::chrono::seconds(s); });
    reader.whole("workers", 1, 64, [&](std::int64_t n) { profile.workers = static_cast<std::size_t>(n); });
    reader.text("log_level", "one of debug, info, warning, error", [&](const std::string& text) {
        const Result<runtime::LogLevel> level = runtime::parse_log_level(text);
        profile.log_level = level.value_or(runtime::LogLevel::info);
        return level.has_value();
    });
    return reader.read(table);
}

/// A whole percentage, as a share of one.
void read_share(TableReader& reader, const std::string& name, double& share) {
    reader.whole(name, 0, 100, [&share](std::int64_t pct) { share = static_cast<double>(pct) / 100; });
}

void read_date(TableReader& reader, const std::string& name, Instant& date) {
    reader.text(name, "a date in quotes, such as \"2024-01-02\"", [&date](const std::string& text) {
        const Result<Instant> parsed = parse_instant(text);
        date = parsed.value_or(date);
        return parsed.has_value();
    });
}

Result<void> read_history_simulation(const toml::node& node, const std::string& file, Profile& profile) {
    const std::string name = "profiles." + profile.name + ".history_simulation";
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return bad_config(file, node.source().begin, name + " must be a table");
    }
    venue::HistorySimulationOptions& options = profile.history_simulation;
    venue::Pace& pace = options.paces.front();
    TableReader reader(file, name);
    const auto count = [&reader](const std::string& key, std::int64_t max, std::size_t& value) {
        reader.whole(key, 1, max, [&value](std::int64_t n) { value = static_cast<std::size_t>(n); });
    };
    count("requests_max", 1'000'000, pace.requests);
    count("in_flight_max", 1'000, options.requests_in_flight_max);
    count("bars_per_request_max", 100'000, options.bars_per_request_max);
    reader.whole("seed", 0, 1'000'000'000, [&](std::int64_t n) { options.seed = static_cast<std::uint64_t>(n); });
    reader.whole("latency_ms", 0, 600'000, [&](std::int64_t n) { options.latency = std::chrono::milliseconds(n); });
    reader.whole("requests_window_s", 1, 86'400, [&](std::int64_t n) { pace.window = std::chrono::seconds(n); });
    reader.whole("publish_delay_s", 0, 86'400,
                 [&](std::int64_t n) { options.publish_delay = std::chrono::seconds(n); });
    read_share(reader, "no_trade_pct", options.no_trade_share);
    read_share(reader, "error_pct", options.error_share);
    read_date(reader, "minute_bars_since", options.minute_bars_since);
    read_date(reader, "daily_bars_since", options.daily_bars_since);
    return reader.read(*table);
}

void set_default_limits(Profile& profile, const std::string& file) {
    profile.limits = orders::RiskLimits(profile.live_rules());
    profile.limits.source = "[profiles." + profile.name + ".risk] of " + file;
}

Result<void> read_profile(const toml::table& table, const std::string& file, Profile& profile) {
    TableReader reader(file, "profiles." + profile.name);
    reader.text("venue", "\"paper\", the only venue of this version", [&](const std::string& text) {
        profile.venue = text;
        return text == "paper";
    });
    reader.text("rehearse", "\"live\"", [&](const std::string& text) {
        profile.rehearse = text == "live";
        return profile.rehearse;
    });
    reader.decimal("cash_usd", [&](Decimal value) { profile.cash.amount = value; });
    reader.whole("seed", 0, 1'000'000'000, [&](std::int64_t seed) { profile.seed = static_cast<std::uint64_t>(seed); });
    reader.text("history", "\"simulated\" or \"none\"", [&](const std::string& text) {
        profile.simulated_history = text == "simulated";
        return text == "simulated" || text == "none";
    });
    reader.key("history_simulation",
               [&](const toml::node& node) { return read_history_simulation(node, file, profile); });
    reader.key("risk", [](const toml::node&) { return Result<void>(); }); // last: defaults follow from the mode
    if (Result<void> read = reader.read(table); !read) {
        return read;
    }
    set_default_limits(profile, file);
    if (const toml::node* risk = table.get("risk")) {
        if (Result<void> read = read_risk_limits(*risk, file, "profiles." + profile.name + ".risk", profile.limits);
            !read) {
            return read;
        }
    }
    const toml::node* simulation = table.get("history_simulation");
    if (simulation != nullptr && !profile.simulated_history) {
        return bad_config(file, simulation->source().begin, "history_simulation needs history = \"simulated\"");
    }
    return {};
}

Result<void> read_profiles(const toml::node& node, const std::string& file, Profile& profile) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        return bad_config(file, node.source().begin, "profiles must be a table of tables");
    }
    for (const auto& [name, child] : *table) {
        if (!check_profile_name(name.str())) {
            return bad_config(file, child.source().begin, "'" + std::string(name.str()) + "' is no profile name",
                              "use up to 32 of a-z, 0-9 and -");
        }
    }
    const toml::node* own = table->get(profile.name);
    if (own == nullptr) {
        return {};
    }
    return own->is_table() ? read_profile(*own->as_table(), file, profile)
                           : bad_config(file, own->source().begin, "profiles." + profile.name + " must be a table");
}

bool declares(const toml::table& root, const std::string& profile) {
    const toml::table* profiles = root["profiles"].as_table();
    return profiles != nullptr && profiles->contains(profile);
}

} // namespace

Result<Profile> parse_profile(std::string_view name, std::string_view toml_text, const std::string& file) {
    Profile profile;
    profile.name = name;
    profile.simulated_history = name == "demo";
    set_default_limits(profile, file);
    toml::table root;
    try {
        root = toml::parse(toml_text, file);
    } catch (const toml::parse_error& error) {
        return bad_config(file, error.source().begin, std::string(error.description()));
    }
    TableReader reader(file, "the file");
    reader.key("core", [&](const toml::node& node) -> Result<void> {
        return node.is_table() ? read_core(*node.as_table(), file, profile)
                               : bad_config(file, node.source().begin, "core must be a table");
    });
    reader.key("profiles", [&](const toml::node& node) { return read_profiles(node, file, profile); });
    reader.key("rates", [&](const toml::node& node) { return read_rates(node, file, profile.rates); });
    if (Result<void> read = reader.read(root); !read) {
        return fail(std::move(read.error()));
    }
    if (profile.name != "paper" && profile.name != "demo" && !declares(root, profile.name)) {
        return fail(Error(ErrorKind::config, "profile.unknown", "there is no profile '" + profile.name + "'")
                        .attempting("open the profile")
                        .on(file)
                        .advise("add a table [profiles." + profile.name +
                                "] to that file, or leave --profile away for 'paper'"));
    }
    return profile;
}

namespace {

/// The text of a configuration file; nothing when there is none. Only a file that is not there means the defaults:
/// limits that cannot be read are not "no limits".
Result<std::optional<std::string>> read_config_file(const std::string& file) {
    std::error_code problem;
    if (!std::filesystem::exists(file, problem) && !problem) {
        return std::nullopt;
    }
    std::ostringstream text;
    std::ifstream stream(file);
    text << stream.rdbuf();
    if (!stream || text.fail()) {
        return bad_config(file, {}, "the file is there but cannot be read", "make it a file that you may read");
    }
    return text.str();
}

} // namespace

Result<void> load_rates(const Place& place, CurrencyRates& rates) {
    const std::string file = place.config_directory + "/rates.csv";
    const Result<std::optional<std::string>> text = read_config_file(file);
    if (!text) {
        return fail(text.error());
    }
    return *text ? read_rates_csv(**text, file, rates) : Result<void>();
}

Result<Profile> load_profile(const Place& place) {
    const std::string file = place.config_directory + "/config.toml";
    const Result<std::optional<std::string>> text = read_config_file(file);
    if (!text) {
        return fail(text.error());
    }
    Result<Profile> profile = parse_profile(place.profile, text->value_or(""), file);
    if (profile) {
        if (Result<void> loaded = load_rates(place, profile->rates); !loaded) {
            return fail(std::move(loaded.error()));
        }
    }
    return profile;
}

} // namespace tradesh::engine
