#include "cli/commands/data_plot_bars.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// The bars to show, and before them as many as the indicators need where there are so many, but at least one: what
/// changed since then is told.
Task<Result<PlotBars>> read_bars(engine::DataDesk& data, engine::BarsWanted wanted, std::size_t bars_before) {
    std::size_t shown = *wanted.last_count;
    if (wanted.from) { // how many bars that is, only the bars tell
        const Result<engine::BarsFound> range = co_await data.show(wanted);
        if (!range) {
            co_return fail(range.error());
        }
        shown = range->bars.size();
        wanted.from.reset();
        wanted.to = engine::just_after(range->bars.open_time.back());
    }
    wanted.last_count = shown + bars_before;
    Result<engine::BarsFound> found = co_await data.show(std::move(wanted));
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    const std::size_t first = found->bars.size() > shown ? found->bars.size() - shown : 0;
    co_return PlotBars{.charted = {.instrument = found->instrument,
                                   .timeframe = found->timeframe,
                                   .basis = found->basis,
                                   .source = found->series.key.source,
                                   .bars = std::move(found->bars),
                                   .first = first},
                       .currency = std::string(found->instrument.currency.code()),
                       .notes = std::move(found->notes)};
}

/// What a stream of the program reads beside the chart: as far back as the chart's own bars go, and before them as many
/// as it needs.
Task<Result<OtherBars>> read_other(engine::DataDesk& data, engine::BarsWanted wanted, expression::Stream stream,
                                   const ChartedBars& charted) {
    wanted.symbol = stream.symbol.empty() ? wanted.symbol : stream.symbol;
    wanted.exchange = stream.symbol.empty() ? wanted.exchange : std::string();
    wanted.timeframe = stream.timeframe;
    wanted.from = charted.bars.open_time.front();
    wanted.to = engine::just_after(charted.bars.open_time.back() + nominal_length(charted.timeframe));
    wanted.last_count = static_cast<std::size_t>(plot_bars_max);
    const Result<engine::BarsFound> beside = co_await data.show(wanted);
    if (!beside && beside.error().code != "bars.none_in_range") {
        co_return fail(beside.error());
    }
    wanted.from.reset();
    wanted.last_count = (beside ? beside->bars.size() : 0) + stream.bars_wanted;
    Result<engine::BarsFound> found = co_await data.show(std::move(wanted));
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    co_return OtherBars{
        .instrument = std::move(found->instrument), .timeframe = found->timeframe, .bars = std::move(found->bars)};
}

} // namespace

Task<Result<PlotBars>> read_plot_bars(engine::DataDesk& data, engine::BarsWanted wanted, expression::Program program) {
    const std::size_t bars_before = std::max<std::size_t>(1, program.bars_wanted() - 1);
    Result<PlotBars> read = co_await read_bars(data, wanted, bars_before);
    if (!read) {
        co_return fail(std::move(read.error()));
    }
    const std::span<const expression::Stream> others = program.streams().subspan(1);
    if (!others.empty() && read->charted.timeframe != program.timeframe()) {
        co_return fail(Error(ErrorKind::usage, "plot.timeframe", "it is not clear which bars the expressions mean")
                           .advise("say it: -t " + std::string(name_of(read->charted.timeframe))));
    }
    for (const expression::Stream& stream : others) {
        Result<OtherBars> other = co_await read_other(data, wanted, stream, read->charted);
        if (!other) {
            co_return fail(std::move(other.error()));
        }
        read->charted.others.push_back(std::move(*other));
    }
    co_return std::move(*read);
}

} // namespace tradesh::cli
