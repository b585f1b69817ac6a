#pragma once

#include "core/expression/evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <vector>

namespace tradesh::expression {

inline constexpr Instant first_moment{std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)};

/// The bars of one stream.
struct OwnedBars {
    std::array<std::vector<double>, 5> columns;
    std::vector<Instant> complete_at;

    std::size_t size() const { return complete_at.size(); }
    std::array<double, 5> bar(std::size_t i) const {
        std::array<double, 5> values{};
        std::ranges::transform(columns, values.begin(), [i](const auto& column) { return column[i]; });
        return values;
    }
    StreamBars view(std::size_t from, std::size_t count) const {
        StreamBars bars{.columns = {.bars = count, .values = {}},
                        .complete_at = std::span(complete_at).subspan(from, count)};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            bars.columns.values[i] = std::span(columns[i]).subspan(from, count);
        }
        return bars;
    }
    StreamBars first(std::size_t count) const { return view(0, count); }
    StreamBars last(std::size_t count) const { return view(size() - std::min(size(), count), std::min(size(), count)); }
    std::size_t complete_by(Instant moment) const {
        return static_cast<std::size_t>(std::ranges::upper_bound(complete_at, moment) - complete_at.begin());
    }
    void add(Instant moment, double price, std::mt19937& random) {
        const auto draw = [&](double least, double most) {
            return std::uniform_real_distribution(least, most)(random);
        };
        const double close = std::max(0.5, price * draw(0.95, 1.05));
        const std::array<double, 5> values{price, std::max(price, close) + draw(0, 1),
                                           std::min(price, close) * draw(0.98, 1), close, std::floor(draw(0, 5)) * 100};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            columns[i].push_back(values[i]);
        }
        complete_at.push_back(moment);
    }
};

/// Bars around the clock with holes now and then, some of them weeks long.
inline OwnedBars random_bars(Timeframe timeframe, std::chrono::days span, std::mt19937& random) {
    const auto below = [&](int bound) { return std::uniform_int_distribution(0, bound - 1)(random); };
    const Duration length = nominal_length(timeframe);
    OwnedBars bars;
    for (Instant moment = first_moment + length; moment < first_moment + span; moment += length) {
        if (below(300) == 0) {
            moment += std::chrono::days(7 + below(7)) / length * length;
        }
        if (below(10) != 0) {
            bars.add(moment, bars.size() == 0 ? 50.0 : bars.columns[3].back(), random);
        }
    }
    return bars;
}

inline std::vector<OwnedBars> random_streams(const Program& program, std::chrono::days span, std::mt19937& random) {
    std::vector<OwnedBars> streams;
    for (const Stream& stream : program.streams()) {
        streams.push_back(random_bars(stream.timeframe, span, random));
    }
    return streams;
}

inline std::vector<StreamBars> views_of(const std::vector<OwnedBars>& streams) {
    std::vector<StreamBars> views;
    for (const OwnedBars& stream : streams) {
        views.push_back(stream.first(stream.size()));
    }
    return views;
}

} // namespace tradesh::expression
