#include "core/history/bar_columns.hpp"

#include "core/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace tradesh::history {
namespace {

enum class Role : std::uint8_t { stamp, date, time_of_day, open, high, low, close, volume, adjusted_close, symbol };
constexpr std::size_t role_count = 10;

constexpr std::array<std::pair<std::string_view, Role>, 26> known_names{{{"date", Role::date},
                                                                         {"datetime", Role::stamp},
                                                                         {"timestamp", Role::stamp},
                                                                         {"opentime", Role::stamp},
                                                                         {"epoch", Role::stamp},
                                                                         {"unix", Role::stamp},
                                                                         {"unixtime", Role::stamp},
                                                                         {"time", Role::time_of_day},
                                                                         {"timeofday", Role::time_of_day},
                                                                         {"open", Role::open},
                                                                         {"o", Role::open},
                                                                         {"high", Role::high},
                                                                         {"h", Role::high},
                                                                         {"low", Role::low},
                                                                         {"l", Role::low},
                                                                         {"close", Role::close},
                                                                         {"c", Role::close},
                                                                         {"volume", Role::volume},
                                                                         {"vol", Role::volume},
                                                                         {"v", Role::volume},
                                                                         {"adjclose", Role::adjusted_close},
                                                                         {"adjustedclose", Role::adjusted_close},
                                                                         {"closeadj", Role::adjusted_close},
                                                                         {"closeadjusted", Role::adjusted_close},
                                                                         {"adj", Role::adjusted_close},
                                                                         {"symbol", Role::symbol}}};
constexpr std::array<std::string_view, 5> action_names{"dividend", "dividends", "split", "splits", "stocksplits"};

/// Letters and digits only, lower case.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return plain;
}

std::optional<Role> role_of(std::string_view name, bool first) {
    const std::string plain = plain_name(name);
    if (plain.empty()) {
        return first ? std::optional(Role::stamp) : std::nullopt;
    }
    const auto* found = std::ranges::find(known_names, plain, &std::pair<std::string_view, Role>::first);
    return found == known_names.end() ? std::nullopt : std::optional(found->second);
}

std::unexpected<Error> refuse(std::string_view code, std::string message) {
    return fail(Error(ErrorKind::failed, code, std::move(message))
                    .advise("the first row names the columns: Date (or Datetime, Timestamp, an unnamed first column), "
                            "perhaps Time, then Open, High, Low, Close, Volume"));
}

using Places = std::array<std::optional<std::size_t>, role_count>;
std::optional<std::size_t>& place_of(Places& places, Role role) { return places[static_cast<std::size_t>(role)]; }

Result<Places> find_places(std::span<const std::string_view> names, BarColumns& columns) {
    Places places;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::optional<Role> role = role_of(names[i], i == 0);
        const std::string shown = names[i].empty() ? "(unnamed)" : std::string(names[i]);
        if (!role) {
            columns.ignored.push_back(shown);
            if (std::ranges::find(action_names, plain_name(names[i])) != action_names.end()) {
                columns.actions.push_back(shown);
            }
            continue;
        }
        if (place_of(places, *role)) {
            return refuse("import.column_twice", "two columns mean the same: '" + shown + "' and '" +
                                                     std::string(names[*place_of(places, *role)]) + "'");
        }
        place_of(places, *role) = i;
        columns.used.push_back(shown);
    }
    return places;
}

} // namespace

Result<BarColumns> read_bar_columns(std::span<const std::string_view> names) {
    const auto is_number = [](std::string_view name) { return Decimal::parse(name).has_value(); };
    if (std::ranges::count_if(names, is_number) >= 3) {
        return refuse("import.no_header", "the first row holds numbers, not column names");
    }
    BarColumns columns;
    columns.count = names.size();
    Result<Places> places = find_places(names, columns);
    if (!places) {
        return fail(std::move(places.error()));
    }
    constexpr std::array<std::pair<Role, std::string_view>, 4> prices{
        {{Role::open, "Open"}, {Role::high, "High"}, {Role::low, "Low"}, {Role::close, "Close"}}};
    for (const auto& [role, name] : prices) {
        if (!place_of(*places, role)) {
            return refuse("import.column_missing", "there is no column " + std::string(name));
        }
    }
    columns.stamp = place_of(*places, Role::stamp);
    columns.time_of_day = place_of(*places, Role::time_of_day);
    const std::optional<std::size_t> date = place_of(*places, Role::date);
    if (columns.stamp && date) {
        return refuse("import.column_twice", "two columns hold the time: '" + std::string(names[*columns.stamp]) +
                                                 "' and '" + std::string(names[*date]) + "'");
    }
    if (!columns.stamp) {
        columns.stamp =
            date ? date : std::exchange(columns.time_of_day, std::nullopt); // "Time" alone is the whole time
    }
    if (!columns.stamp) {
        return refuse("import.column_missing", "there is no column with the time of the bars");
    }
    columns.open = *place_of(*places, Role::open);
    columns.high = *place_of(*places, Role::high);
    columns.low = *place_of(*places, Role::low);
    columns.close = *place_of(*places, Role::close);
    columns.volume = place_of(*places, Role::volume);
    columns.adjusted_close = place_of(*places, Role::adjusted_close);
    columns.symbol = place_of(*places, Role::symbol);
    return columns;
}

} // namespace tradesh::history
