#include "cli/render/cell_text.hpp"

#include "core/base/overloaded.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tradesh::cli {

namespace {

constexpr int significant_digits = 6;
/// A double has no more digits than these after the point that a person could want to read.
constexpr int decimals_max = 15;

std::string without_minus_of_zero(std::string text) {
    const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
    return is_zero && text.front() == '-' ? text.substr(1) : text;
}

std::string text_of_real(Real real, Reader reader) {
    if (!std::isfinite(real.value)) {
        return {};
    }
    if (real.decimals) {
        return without_minus_of_zero(fmt::format("{:.{}f}", real.value, *real.decimals));
    }
    return reader == Reader::person ? significant_text(real.value)
                                    : without_minus_of_zero(fmt::format("{}", real.value));
}

} // namespace

std::string significant_text(double value) {
    const int before_point = value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
    const int decimals = std::clamp(significant_digits - before_point, 0, decimals_max);
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (decimals > 0) {
        text.erase(text.find_last_not_of('0') + 1);
        text.erase(text.find_last_not_of('.') + 1);
    }
    return without_minus_of_zero(std::move(text));
}

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
            [this](const Real& real) { return text_of_real(real, reader_); },
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
