#include "core/history/symbol_rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::history {
namespace {

using namespace std::chrono;

std::unexpected<Error> bad(std::string reason) { return fail(ErrorKind::failed, "import.row", std::move(reason)); }

void reverse(Bars& bars) {
    std::ranges::reverse(bars.open_time);
    for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
        std::ranges::reverse((bars.*column).units);
    }
}

/// From the open of a bar to the time that is written for it.
Duration stamp_offset(const RowLayout& layout) {
    const bool at_end = layout.stamp == BarStamp::close && !is_daily_or_longer(layout.timeframe);
    return at_end ? nominal_length(layout.timeframe) : Duration(0);
}

} // namespace

std::string_view name_of(BarStamp stamp) { return stamp == BarStamp::open ? "open" : "close"; }

Result<BarStamp> parse_bar_stamp(std::string_view text) {
    for (const BarStamp stamp : {BarStamp::open, BarStamp::close}) {
        if (name_of(stamp) == text) {
            return stamp;
        }
    }
    return fail(Error(ErrorKind::usage, "import.stamp", "'" + std::string(text) + "' is neither open nor close")
                    .advise("open: a time is when its bar opens; close: when it ends"));
}

Result<SymbolRows> SymbolRows::create(std::string symbol, const SymbolOptions& options) {
    const Result<Zone> zone = Zone::find(options.zone);
    if (!zone) {
        return fail(zone.error());
    }
    SymbolRows rows(options, RowClock(*zone));
    rows.report_.symbol = std::move(symbol);
    rows.report_.zone = options.zone;
    rows.report_.zone_why = "not used: the rows carry their own";
    return rows;
}

/// The moment, or the session's date, that the row's time stands for.
Result<Instant> SymbolRows::written_instant(const RowLayout& layout, const RowTime& time) {
    if (!zone_used_ && (!time.instant || is_daily_or_longer(layout.timeframe))) {
        zone_used_ = true;
        report_.zone_why = options_.zone_why;
    }
    if (is_daily_or_longer(layout.timeframe)) {
        const LocalTime written = time.from_epoch ? clock_.zone().to_local(*time.instant) : time.written;
        return Instant(floor<days>(written).time_since_epoch());
    }
    if (time.date_only) {
        return bad("a date without a time of day is no time of a " + std::string(name_of(layout.timeframe)) + " bar");
    }
    if (time.instant) {
        return *time.instant;
    }
    const ZonedTime zoned = clock_.to_utc(time.written);
    if (zoned.kind == ZonedTime::Kind::nonexistent) {
        return bad("this time did not exist in " + options_.zone + ": clocks were put forward");
    }
    if (zoned.kind == ZonedTime::Kind::unique) {
        return zoned.earlier;
    }
    ++report_.ambiguous;
    if (!last_) {
        return layout.order == RowOrder::old_to_new ? zoned.earlier : zoned.later;
    }
    const Instant before = last_->open_time + stamp_offset(layout);
    if (layout.order == RowOrder::old_to_new) {
        return zoned.earlier > before ? zoned.earlier : zoned.later;
    }
    return zoned.later < before ? zoned.later : zoned.earlier;
}

Result<void> SymbolRows::add(const RowLayout& layout, const RowTime& time, Bar bar,
                             const std::optional<Decimal>& adjusted) {
    const Result<Instant> written = written_instant(layout, time);
    if (!written) {
        return fail(written.error());
    }
    bar.open_time = *written - stamp_offset(layout);
    if (bar.open_time > layout.latest) {
        return bad("its time is still to come");
    }
    Bar stored = bar;
    bool close = false;
    if (last_) {
        if (Result<void> ordered = check_order(*last_, bar, layout.order, layout.timeframe); !ordered) {
            return ordered;
        }
        const Duration length = nominal_length(layout.timeframe);
        close = !is_daily_or_longer(layout.timeframe) && abs(bar.open_time - last_->open_time) < length;
        if (close && layout.stamp == BarStamp::close) {
            if (layout.order == RowOrder::new_to_old) {
                return bad("less than " + std::string(name_of(layout.timeframe)) +
                           " before the row above it, so where that bar opened is not clear; sort the file");
            }
            stored.open_time = last_->open_time + length; // a short bar: it opens where the one before ended
        }
    }
    if (Result<void> pushed = push(stored, adjusted); !pushed) {
        return pushed;
    }
    report_.close_together += close ? 1 : 0;
    last_ = bar;
    return {};
}

Result<void> SymbolRows::push(const Bar& bar, const std::optional<Decimal>& adjusted) {
    if (adjusted) {
        const Result<Bar> scaled = adjust_bar(bar, *adjusted);
        if (!scaled) {
            return fail(scaled.error());
        }
        if (Result<void> pushed = bars_.adjusted.push_back(*scaled); !pushed) {
            return pushed;
        }
    }
    const Result<Decimal> step = common_step(report_.price_step, bar);
    Result<void> pushed = step ? bars_.raw.push_back(bar) : Result<void>(fail(step.error()));
    if (!pushed) {
        drop_last(bars_.adjusted, bars_.raw.size());
        return pushed;
    }
    report_.price_step = *step;
    report_.first = std::min(report_.first.value_or(bar.open_time), bar.open_time);
    report_.last = std::max(report_.last.value_or(bar.open_time), bar.open_time);
    ++report_.bars;
    return {};
}

ParsedBars SymbolRows::take(RowOrder order) {
    ParsedBars bars = std::exchange(bars_, ParsedBars{});
    if (order == RowOrder::new_to_old) {
        reverse(bars.raw);
        reverse(bars.adjusted);
    }
    return bars;
}

} // namespace tradesh::history
