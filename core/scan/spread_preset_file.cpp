#include "core/scan/spread_preset_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace tradesh::scan {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "spread-presets@1";
constexpr std::size_t depth_max = 4; ///< object, array, preset, filters

Error unreadable(std::string place, std::string message,
                 std::string_view hint = "see what such a file looks like: preset export -o FILE") {
    return Error(ErrorKind::unreadable, "preset.file", std::move(place) + ": " + std::move(message))
        .attempting("read presets")
        .advise(hint);
}

std::string line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t begin = before.rfind('\n');
    const std::size_t column = begin == std::string_view::npos ? before.size() + 1 : before.size() - begin;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// The document, without keys that stand twice in one object: of those a parser would keep only the last.
Result<Json> parse_document(std::string_view text) {
    std::vector<std::set<std::string>> keys;
    std::optional<Error> problem;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (problem) {
            return false;
        }
        if (event == Json::parse_event_t::object_start) {
            keys.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            keys.pop_back();
        } else if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
            problem = unreadable("'" + parsed.get<std::string>() + "'", "this key stands twice in one object");
        }
        if (static_cast<std::size_t>(depth) > depth_max) {
            problem = unreadable("the file", "objects lie deeper in one another than in any file of presets");
        }
        return !problem;
    };
    try {
        Json document = Json::parse(text, watch);
        return problem ? Result<Json>(fail(std::move(*problem))) : Result<Json>(std::move(document));
    } catch (const Json::parse_error& error) {
        return fail(unreadable(line_and_column(text, error.byte == 0 ? 0 : error.byte - 1), "this is no JSON"));
    } catch (const Json::exception&) { // a number beyond any double
        return fail(unreadable("the file", "it has a number that is too large"));
    }
}

/// A line, as UTF-8: no control character of C0 or C1 (U+0080 to U+009F are c2 80 to c2 9f) stands in it.
bool is_line(std::string_view text) {
    char before = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == 0x7f || (before == '\xc2' && byte >= 0x80 && byte < 0xa0)) {
            return false;
        }
        before = c;
    }
    return true;
}

/// Exactly these keys, in any order.
Result<void> check_keys(const Json& object, const std::string& place, std::initializer_list<std::string_view> keys) {
    if (!object.is_object()) {
        return fail(unreadable(place, "an object stands here"));
    }
    for (const auto& [key, value] : object.items()) {
        if (std::ranges::find(keys, key) == keys.end()) {
            return fail(unreadable(place, "the key '" + key + "' means nothing here"));
        }
    }
    for (const std::string_view key : keys) {
        if (!object.contains(key)) {
            return fail(unreadable(place, "the key '" + std::string(key) + "' is missing"));
        }
    }
    return {};
}

Result<std::string> text_at(const Json& value, const std::string& place, std::size_t bytes_max) {
    if (!value.is_string()) {
        return fail(unreadable(place, "a text stands here"));
    }
    auto text = value.get<std::string>();
    if (text.size() > bytes_max || !is_line(text)) {
        return fail(unreadable(place, "a line of at most " + std::to_string(bytes_max) + " bytes stands here"));
    }
    return text;
}

Result<SpreadPreset> read_preset(const Json& object, const std::string& place) {
    if (Result<void> keys = check_keys(object, place, {"name", "summary", "filters"}); !keys) {
        return fail(std::move(keys.error()));
    }
    constexpr std::size_t word_bytes_max = 100;
    Result<std::string> name = text_at(object["name"], place + ".name", word_bytes_max);
    Result<std::string> summary = text_at(object["summary"], place + ".summary", preset_summary_bytes_max);
    if (!name || !summary) {
        return fail(std::move(name ? summary.error() : name.error()));
    }
    if (const Result<void> valid = check_preset_name(*name); !valid) {
        return fail(unreadable(place + ".name", valid.error().message));
    }
    SpreadPreset preset{.name = std::move(*name), .summary = std::move(*summary), .filters = {}};
    if (!object["filters"].is_object()) {
        return fail(unreadable(place + ".filters", "an object stands here"));
    }
    for (const auto& [measure, range] : object["filters"].items()) {
        const std::string here = place + ".filters." + measure;
        const Result<std::string> text = text_at(range, here, word_bytes_max);
        if (!text) {
            return fail(text.error());
        }
        const Result<SpreadFilter> filter = parse_spread_filter(measure, *text);
        if (!filter) {
            return fail(unreadable(here, filter.error().message, filter.error().hint));
        }
        set_filter(preset.filters, *filter);
    }
    return preset;
}

} // namespace

Result<void> check_preset_summary(std::string_view summary) {
    const auto refuse = [](std::string_view why) {
        return fail(ErrorKind::usage, "preset.summary", "a summary " + std::string(why));
    };
    if (summary.size() > preset_summary_bytes_max) {
        return refuse("has at most " + std::to_string(preset_summary_bytes_max) + " bytes");
    }
    if (!is_line(summary)) {
        return refuse("is one line, without control characters");
    }
    const std::string written = Json(summary).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (Json::parse(written).get<std::string>() != summary) {
        return refuse("is UTF-8");
    }
    return {};
}

Result<void> check_preset_name(std::string_view name) {
    constexpr std::size_t length_max = 40;
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
    if (!name.empty() && name.size() <= length_max && is_letter(name.front()) && std::ranges::all_of(name, fits)) {
        return {};
    }
    return fail(Error(ErrorKind::usage, "preset.name", "'" + std::string(name) + "' is no name of a preset")
                    .advise("use lower case letters, digits and -, at most 40, and a letter first"));
}

std::string to_json(std::span<const SpreadPreset> presets) {
    Json all = Json::array();
    for (const SpreadPreset& preset : presets) {
        Json filters = Json::object();
        for (const SpreadFilter& filter : preset.filters) {
            filters[std::string(filter.measure->name)] = to_text(filter.range);
        }
        all.push_back({{"name", preset.name}, {"summary", preset.summary}, {"filters", std::move(filters)}});
    }
    const Json document{{"schema", schema}, {"presets", std::move(all)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<SpreadPreset>> parse_preset_json(std::string_view text) {
    if (text.size() > preset_file_bytes_max) {
        return fail(unreadable("the file", "it is larger than any file of presets: 1 MiB"));
    }
    const Result<Json> document = parse_document(text);
    if (!document) {
        return fail(document.error());
    }
    if (Result<void> keys = check_keys(*document, "the file", {"schema", "presets"}); !keys) {
        return fail(std::move(keys.error()));
    }
    if ((*document)["schema"] != schema) {
        return fail(unreadable("schema", "\"" + std::string(schema) + "\" stands here"));
    }
    const Json& entries = (*document)["presets"];
    if (!entries.is_array() || entries.size() > preset_file_presets_max) {
        return fail(unreadable("presets", "a list of at most 1,000 presets stands here"));
    }
    std::vector<SpreadPreset> presets;
    std::set<std::string> names;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string place = "presets[" + std::to_string(i) + "]";
        Result<SpreadPreset> preset = read_preset(entries[i], place);
        if (!preset) {
            return fail(std::move(preset.error()));
        }
        if (!names.insert(preset->name).second) {
            return fail(unreadable(place + ".name", "'" + preset->name + "' stands in the file twice"));
        }
        presets.push_back(std::move(*preset));
    }
    return presets;
}

} // namespace tradesh::scan
