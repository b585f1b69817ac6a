#include "core/base/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace tradesh {

namespace {

constexpr std::size_t typed_max = 40; ///< the distance is quadratic; longer words are no typing mistakes

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        before.swap(previous);
        previous.swap(current);
    }
    return previous[b.size()];
}

} // namespace

std::string_view closest(std::string_view typed, std::span<const std::string_view> candidates) {
    if (typed.empty() || typed.size() > typed_max) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t apart = distance(typed, candidate);
        const bool begins_it = typed.size() >= 2 && candidate.starts_with(typed);
        const std::size_t cost = begins_it ? std::min<std::size_t>(apart, 1) : apart;
        if (cost < best_distance && cost < candidate.size()) {
            best_distance = cost;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates) {
    const std::string_view best = closest(typed, candidates);
    return best.empty() ? std::string() : "did you mean '" + std::string(best) + "'?";
}

} // namespace tradesh
