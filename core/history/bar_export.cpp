#include "core/history/bar_export.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace tradesh::history {
namespace {

using namespace std::chrono;

/// Room for a row: 32 letters of a symbol, a time with nanoseconds, five numbers of 21 characters, a state.
constexpr std::size_t row_bytes_typical = 80;

void append_two_digits(std::string& text, std::int64_t number) {
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
}

/// Writes the times of rows that come in order: the date is made once a day.
class TimeWriter {
public:
    explicit TimeWriter(bool dates_only) : dates_only_(dates_only) {}

    void append(std::string& text, Instant time) {
        const sys_days day = floor<days>(time);
        if (day != day_ || date_.empty()) {
            day_ = day;
            date_ = to_rfc3339(day);
            date_.resize(date_.find('T'));
        }
        const Duration since_midnight = time - day;
        if (!dates_only_ && since_midnight % seconds(1) != Duration(0)) {
            text += to_rfc3339(time);
            return;
        }
        text += date_;
        if (dates_only_) {
            return;
        }
        const std::int64_t second = duration_cast<seconds>(since_midnight).count();
        text += 'T';
        append_two_digits(text, second / 3600);
        text += ':';
        append_two_digits(text, second / 60 % 60);
        text += ':';
        append_two_digits(text, second % 60);
        text += 'Z';
    }

private:
    bool dates_only_;
    sys_days day_{};
    std::string date_;
};

/// units * 10^-scale without trailing zeros: "189.5", "-0.01", "100".
void append_number(std::string& text, std::int64_t units, int scale) {
    for (; scale > 0 && units % 10 == 0; --scale) {
        units /= 10;
    }
    std::array<char, 24> digits{};
    const std::uint64_t magnitude =
        units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
    const std::string_view number(digits.data(), end);
    const auto decimals = static_cast<std::size_t>(scale);
    text += units < 0 ? "-" : "";
    if (decimals == 0) {
        text += number;
    } else if (number.size() > decimals) {
        text += number.substr(0, number.size() - decimals);
        text += '.';
        text += number.substr(number.size() - decimals);
    } else {
        text += "0.";
        text.append(decimals - number.size(), '0');
        text += number;
    }
}

/// Writes the rows of one series.
class RowWriter {
public:
    RowWriter(std::string& text, std::string_view symbol, Timeframe timeframe, bool state)
        : text_(text),
          symbol_(symbol),
          times_(is_daily_or_longer(timeframe)),
          state_(state) {}

    void bar(const Bars& bars, std::size_t i) {
        begin(bars.open_time[i]);
        for (const ScaledColumn Bars::* const column :
             {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
            text_ += ',';
            append_number(text_, (bars.*column).units[i], (bars.*column).scale);
        }
        end(SlotState::ok);
    }
    void slot(Instant time, SlotState state) {
        begin(time);
        text_ += ",,,,,";
        end(state);
    }

private:
    void begin(Instant time) {
        text_ += symbol_;
        text_ += ',';
        times_.append(text_, time);
    }
    void end(SlotState state) {
        if (state_) {
            text_ += ',';
            text_ += name_of(state);
        }
        text_ += '\n';
    }

    std::string& text_;
    std::string_view symbol_;
    TimeWriter times_;
    bool state_;
};

} // namespace

std::string LongCsv::header(Options options) {
    return std::string("symbol,time,open,high,low,close,volume") + (options.state ? ",state\n" : "\n");
}

void LongCsv::append(std::string& text, const Bars& bars) const {
    append(text, bars, std::span<const Slot>(), std::span<const SlotRun>());
}

void LongCsv::append(std::string& text, const Bars& bars, std::span<const Slot> slots,
                     std::span<const SlotRun> runs) const {
    text.reserve(text.size() + (bars.size() + slots.size()) * row_bytes_typical);
    RowWriter rows(text, symbol_, timeframe_, options_.state);
    std::size_t next = 0;
    auto run = runs.begin();
    for (const Slot& slot : slots) {
        for (; next < bars.size() && bars.open_time[next] < slot.open_time; ++next) {
            rows.bar(bars, next);
        }
        while (run != runs.end() && run->to <= slot.open_time) {
            ++run;
        }
        const bool has_bar = next < bars.size() && bars.open_time[next] == slot.open_time;
        const bool known = run != runs.end() && run->from <= slot.open_time;
        if (!has_bar && known && run->state != SlotState::ok) {
            rows.slot(slot.open_time, run->state);
        }
    }
    for (; next < bars.size(); ++next) {
        rows.bar(bars, next);
    }
}

} // namespace tradesh::history
