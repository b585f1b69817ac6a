#include "core/scan/spread_preset.hpp"

#include <array>
#include <utility>

namespace tradesh::scan {
namespace {

struct BuiltIn {
    std::string_view name;
    std::string_view summary;
    std::string_view filters;
};

constexpr std::array<BuiltIn, 5> built_in{{
    {"conservative", "far from the money, a month or two, likely to profit",
     "delta=0.15..0.30 dte=30..60 open-interest=100.. volume=50.. pop=0.70..0.90 iv-percentile=30..70 risk=..5000"},
    {"moderate", "a month, some room on either side",
     "delta=0.20..0.40 dte=20..45 open-interest=50.. volume=25.. pop=0.60..0.85 iv-percentile=40..80 risk=..10000"},
    {"aggressive", "near the money and soon",
     "delta=0.25..0.50 dte=7..30 open-interest=25.. volume=10.. pop=0.50..0.80 iv-percentile=50..90 risk=..20000"},
    {"high-iv", "sells what is dear: high implied volatility far from the money",
     "delta=0.10..0.25 dte=30..60 open-interest=100.. volume=50.. iv=0.30..1 vega=0.05..0.20 iv-percentile=70..100 "
     "risk=..8000"},
    {"theta-harvest", "earns from time that passes",
     "delta=0.20..0.35 dte=15..45 open-interest=50.. volume=25.. net-theta=0.02..0.10 pop=0.65..0.85 "
     "risk=..15000"},
}};

std::vector<SpreadPreset> read_built_in() {
    std::vector<SpreadPreset> presets;
    for (const BuiltIn& preset : built_in) {
        presets.push_back({.name = std::string(preset.name),
                           .summary = std::string(preset.summary),
                           .filters = parse_spread_filters(preset.filters).value()});
    }
    return presets;
}

} // namespace

const std::vector<SpreadPreset>& built_in_spread_presets() {
    static const std::vector<SpreadPreset> presets = read_built_in();
    return presets;
}

std::string to_text(std::span<const SpreadFilter> filters) {
    std::string text;
    for (const SpreadFilter& filter : filters) {
        text += (text.empty() ? "" : " ") + std::string(filter.measure->name) + "=" + to_text(filter.range);
    }
    return text;
}

Result<std::vector<SpreadFilter>> parse_spread_filters(std::string_view text) {
    std::vector<SpreadFilter> filters;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (word.empty()) {
            continue;
        }
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) {
            return fail(Error(ErrorKind::usage, "spread.filter", "'" + std::string(word) + "' is no filter")
                            .advise("write NAME=RANGE, such as delta=0.20..0.35"));
        }
        const Result<SpreadFilter> filter = parse_spread_filter(word.substr(0, equals), word.substr(equals + 1));
        if (!filter) {
            return fail(filter.error());
        }
        set_filter(filters, *filter);
    }
    return filters;
}

} // namespace tradesh::scan
