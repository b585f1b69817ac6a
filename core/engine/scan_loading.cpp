#include "core/engine/scan_loading.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace tradesh::engine {

using std::chrono::days;

namespace {

/// Of a stream whose every bar is wanted, so many are loaded: forty years of days, forty days of minutes.
constexpr std::size_t loaded_of_every = 10'000;

days days_of(Timeframe timeframe, std::int64_t count) {
    constexpr Duration trading_day = std::chrono::hours(6);
    constexpr days holidays(10);
    switch (timeframe) {
    case Timeframe::mo1: return days(31) * (count + 1);
    case Timeframe::w1: return days(7) * (count + 1);
    case Timeframe::d1: return days(count * 3 / 2) + holidays;
    default: {
        const std::int64_t bars_a_day = std::max<std::int64_t>(1, trading_day / nominal_length(timeframe));
        return days((count / bars_a_day + 1) * 3 / 2) + holidays;
    }
    }
}

} // namespace

Duration reach_of(Timeframe timeframe, std::size_t bars) {
    constexpr days a_century(36'525); // no history is longer, and nanoseconds count three of them
    const std::size_t count = bars == expression::every_bar ? loaded_of_every : bars;
    return std::min(days_of(timeframe, static_cast<std::int64_t>(count)), a_century);
}

LoadWanted load_for(const expression::Stream& stream, const scan::ScanTimes& times, Instant now) {
    const Instant looked_at = times.range ? times.range->from : times.as_of.value_or(now);
    LoadWanted load{.timeframe = stream.timeframe,
                    .mode = history::LoadMode::tail,
                    .from = std::min(looked_at, now) - reach_of(stream.timeframe, stream.bars_wanted)};
    const std::optional<Instant> end = times.range ? std::optional(times.range->to) : times.as_of;
    if (end && *end < now) { // a bar that opens later is not complete by then
        load.to = *end;
    }
    return load;
}

runtime::Task<Result<void>> ScanLoader::load(LoadWanted wanted) {
    wanted.one_by_one = parts_.one_by_one;
    wanted.correlation = parts_.correlation;
    Result<LoadBatch> batch = co_await parts_.history.load(std::move(wanted), {});
    if (!batch) {
        co_return fail(std::move(batch.error()));
    }
    const auto cancelled = [] { return fail(ErrorKind::cancelled, "load.cancelled", "stopped while it was loaded"); };
    if (batch->outcomes.empty()) {
        co_return cancelled();
    }
    Result<history::LoadReport>& report = batch->outcomes.front().report;
    if (!report) {
        co_return fail(std::move(report.error()));
    }
    if (!report->failed.empty()) {
        co_return fail(std::move(report->failed.front().error).attempting("load price history"));
    }
    if (report->abandoned > 0) {
        co_return cancelled();
    }
    const store::MergeCounts& bars = report->bars;
    const bool nothing = bars.inserted + bars.replaced + bars.unchanged == 0 && report->no_trades == 0;
    asked_in_vain_ = asked_in_vain_ || (report->planned > 0 && nothing);
    co_return Result<void>();
}

runtime::Task<Result<void>> ScanLoader::load_streams(std::string of_program, std::string symbol) {
    for (const expression::Stream& stream : parts_.program.streams()) {
        if (stream.symbol != of_program) {
            continue;
        }
        LoadWanted wanted = load_for(stream, parts_.times, parts_.clock.now());
        wanted.symbols = {symbol};
        const bool adjusted = parts_.basis == PriceBasis::adjusted && !is_daily_or_longer(stream.timeframe);
        wanted.basis = adjusted ? PriceBasis::adjusted : PriceBasis::raw;
        Result<void> loaded = co_await load(std::move(wanted));
        if (!loaded) {
            co_return fail(std::move(loaded.error()).on(symbol));
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> ScanLoader::load_symbol(std::string symbol) { return load_streams("", std::move(symbol)); }

Duration ScanLoader::publish_delay() const {
    const history::BarLoader* loader = parts_.history.loader();
    return loader == nullptr ? Duration(0) : loader->limits().publish_delay;
}

runtime::Task<Result<void>> ScanLoader::load_others() {
    const Result<LoadBatch> able =
        co_await parts_.history.load(LoadWanted{}, {}); // says so where there is nothing to load from
    if (!able) {
        co_return fail(able.error());
    }
    std::set<std::string> others;
    for (const expression::Stream& stream : parts_.program.streams()) {
        if (!stream.symbol.empty() && others.insert(stream.symbol).second) {
            Result<void> loaded = co_await load_streams(stream.symbol, stream.symbol);
            if (!loaded) {
                co_return loaded;
            }
        }
    }
    co_return Result<void>();
}

} // namespace tradesh::engine
