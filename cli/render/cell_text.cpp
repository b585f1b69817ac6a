#include "cli/render/cell_text.hpp"

#include "core/base/overloaded.hpp"

#include <cmath>
#include <fmt/format.h>

namespace tradesh::cli {

namespace {

std::string text_of_real(Real real) {
    if (!std::isfinite(real.value)) {
        return {};
    }
    std::string text = fmt::format("{:.{}f}", real.value, real.decimals);
    const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
    return is_zero && text.front() == '-' ? text.substr(1) : text;
}

} // namespace

std::string CellText::of_time(Instant instant) const {
    if (!zone_) {
        return to_rfc3339(instant);
    }
    const LocalTime local = zone_->to_local(instant);
    std::string text = to_rfc3339(Instant(local.time_since_epoch()));
    const auto offset =
        std::chrono::duration_cast<std::chrono::minutes>(local.time_since_epoch() - instant.time_since_epoch());
    text.pop_back(); // the Z
    const auto minutes = std::abs(offset.count());
    return text + fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string CellText::operator()(const Cell& cell, bool is_date) const {
    return std::visit(
        Overloaded{
            [](std::monostate) { return std::string(); },
            [](const std::string& text) { return text; },
            [](std::int64_t number) { return std::to_string(number); },
            [](const Decimal& number) { return number.to_string(); },
            [](const Real& real) { return text_of_real(real); },
            [this](bool flag) {
                return std::string(reader_ == Reader::person ? (flag ? "yes" : "no") : (flag ? "true" : "false"));
            },
            [this, is_date](const Instant& instant) { return is_date ? to_date_text(instant) : of_time(instant); },
            [this](const Duration& span) { return reader_ == Reader::person ? to_human(span) : to_text(span); },
        },
        cell.value());
}

bool is_numeric(CellType type) {
    return type == CellType::integer || type == CellType::decimal || type == CellType::real ||
           type == CellType::duration;
}

bool is_numeric(const Cell& cell) {
    return std::holds_alternative<std::int64_t>(cell.value()) || std::holds_alternative<Decimal>(cell.value()) ||
           std::holds_alternative<Real>(cell.value());
}

} // namespace tradesh::cli
