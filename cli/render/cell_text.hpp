#pragma once

#include "cli/render/cell.hpp"
#include "core/market/zone.hpp"

#include <optional>
#include <string>

namespace tradesh::cli {

/// Whom the text is for: people get "3.2 ms", programs "3200us", exactly.
enum class Reader : std::uint8_t { person, program };

/// How cells become text; the same in every format.
class CellText {
public:
    CellText(Reader reader, std::optional<Zone> zone) : reader_(reader), zone_(zone) {}

    /// Empty for an empty cell and for a number that is none (NaN).
    std::string operator()(const Cell& cell, bool is_date) const;

private:
    std::string of_time(Instant instant) const;

    Reader reader_;
    std::optional<Zone> zone_;
};

/// With six significant digits, and never by a power of ten: 1.22904, 806.19, 0.0000806, 2175400. Without zeros at the
/// end, so a person sees no more than is known.
std::string significant_text(double value);

/// True for what is aligned to the right.
bool is_numeric(CellType type);
bool is_numeric(const Cell& cell);

} // namespace tradesh::cli
