#pragma once

#include "core/history/bar_file.hpp"
#include "core/market/bars.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <initializer_list>
#include <span>
#include <sstream>
#include <string>

namespace tradesh::test {

inline Instant at(std::string_view text) { return parse_instant(text).value(); }
inline Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

/// A bar as it is written: "2024-01-02 14:30", then open, high, low, close and volume.
inline Bar bar(std::string_view time, std::string_view values) {
    std::istringstream in{std::string(values)};
    const auto next = [&in] {
        std::string text;
        in >> text;
        return number(text);
    };
    Bar result{.open_time = at(time), .open = {}, .high = {}, .low = {}, .close = {}, .volume = {}};
    for (Decimal Bar::* const field : {&Bar::open, &Bar::high, &Bar::low, &Bar::close, &Bar::volume}) {
        result.*field = next();
    }
    return result;
}

inline Bars bars_of(std::initializer_list<Bar> list) {
    Bars bars;
    for (const Bar& one : list) {
        bars.push_back(one).value();
    }
    return bars;
}

/// Bars of one price and volume 1 at these times.
inline Bars bars_at(std::span<const Instant> times, std::string_view price = "10") {
    Bars bars;
    for (const Instant time : times) {
        const Decimal value = number(price);
        bars.push_back({.open_time = time, .open = value, .high = value, .low = value, .close = value, .volume = 1})
            .value();
    }
    return bars;
}

/// Bars one after the other with these closes; each opens at the close before.
inline Bars walk(Instant start, Duration step, std::span<const Decimal> closes) {
    Bars bars;
    for (std::size_t i = 0; i < closes.size(); ++i) {
        const Decimal open = closes[i == 0 ? 0 : i - 1];
        bars.push_back({.open_time = start + step * static_cast<std::int64_t>(i),
                        .open = open,
                        .high = std::max(open, closes[i]),
                        .low = std::min(open, closes[i]),
                        .close = closes[i],
                        .volume = static_cast<std::int64_t>(100 + i)})
            .value();
    }
    return bars;
}

/// The bars of a file of one symbol.
inline history::ParsedBars read_bars(const std::string& path, const std::string& zone,
                                     history::BarStamp stamp = history::BarStamp::open) {
    std::ifstream in(path);
    std::stringstream all;
    all << in.rdbuf();
    history::BarFileOptions options;
    options.file = path;
    options.symbol = "ANY";
    options.stamp = stamp;
    options.rows.zone = zone;
    history::BarFile file = history::BarFile::create(std::move(options)).value();
    file.feed(all.str()).value();
    file.finish().value();
    return std::move(file.take().front().bars);
}

inline std::string data_file(const std::string& name) { return std::string(TEST_DATA_DIR) + "/" + name; }

} // namespace tradesh::test
