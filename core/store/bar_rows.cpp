#include "core/store/bar_rows.hpp"

#include <algorithm>

namespace tradesh::store {
namespace {

Result<void> append_column(ScaledColumn& into, const ScaledColumn& from, std::size_t begin, std::size_t end) {
    if (into.units.empty()) {
        into.scale = from.scale;
    }
    if (into.scale == from.scale) {
        const auto first = from.units.begin();
        into.units.insert(into.units.end(), first + static_cast<std::ptrdiff_t>(begin),
                          first + static_cast<std::ptrdiff_t>(end));
        return {};
    }
    for (std::size_t i = begin; i < end; ++i) {
        if (Result<void> pushed = into.push_back(from.at(i)); !pushed) {
            return pushed;
        }
    }
    return {};
}

} // namespace

Result<void> append_rows(Bars& into, const Bars& from, std::size_t begin, std::size_t end) {
    for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
        if (Result<void> appended = append_column(into.*column, from.*column, begin, end); !appended) {
            return appended;
        }
    }
    const auto first = from.open_time.begin();
    into.open_time.insert(into.open_time.end(), first + static_cast<std::ptrdiff_t>(begin),
                          first + static_cast<std::ptrdiff_t>(end));
    return {};
}

std::size_t first_row_from(const Bars& bars, Instant time) {
    return static_cast<std::size_t>(std::ranges::lower_bound(bars.open_time, time) - bars.open_time.begin());
}

} // namespace tradesh::store
