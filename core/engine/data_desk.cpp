#include "core/engine/data_desk.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using store::SeriesInfo;

SourceFacts DataDesk::facts() const {
    SourceFacts facts;
    facts.now = parts_.clock.now();
    if (parts_.source != nullptr) {
        facts.source = parts_.source->limits().source;
        facts.publish_delay = parts_.source->limits().publish_delay;
    }
    return facts;
}

Task<Result<InstrumentSeries>> DataDesk::find(std::string symbol, std::string exchange) {
    Result<Instrument> found = co_await parts_.instruments.find(symbol);
    if (!found) {
        Error error = std::move(found.error());
        if (error.kind == ErrorKind::not_found && parts_.source != nullptr) {
            error.hint = "ask the venue for it: data load " + symbol + "; " + error.hint;
        }
        co_return fail(std::move(error));
    }
    Result<Instrument> instrument = on_exchange(std::move(*found), exchange);
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    auto read = [&instrument](store::MarketFile& file) { return file.bars.list(instrument->id); };
    Result<std::vector<SeriesInfo>> series = co_await parts_.store.read(read);
    if (!series) {
        co_return fail(std::move(series.error()));
    }
    co_return InstrumentSeries{.instrument = std::move(*instrument), .series = std::move(*series)};
}

Task<Result<BarsFound>> DataDesk::show(BarsWanted wanted) {
    const Result<InstrumentSeries> known = co_await find(wanted.symbol, wanted.exchange);
    if (!known) {
        Error error = known.error();
        co_return fail(std::move(error).attempting("show bars"));
    }
    const std::optional<BarsRecipe> recipe = find_recipe(known->series, wanted);
    if (!recipe) {
        co_return fail(no_bars(wanted, known->series, parts_.source != nullptr).attempting("show bars"));
    }
    const SourceFacts source = facts();
    for (unsigned doubled = 0;; ++doubled) {
        auto read = [&](store::MarketFile& file) { return read_for(file, *recipe, wanted, doubled, source); };
        Result<BarsRead> bars = co_await parts_.store.read(read);
        if (!bars) {
            co_return fail(std::move(bars.error()).attempting("show bars"));
        }
        auto make = [&] { return make_bars(known->instrument, *recipe, wanted, std::move(*bars)); };
        Result<std::optional<BarsFound>> found = co_await parts_.workers.run(make);
        if (!found) {
            co_return fail(std::move(found.error()).attempting("show bars"));
        }
        if (*found) {
            co_return std::move(**found);
        }
    }
}

Task<Result<std::vector<InstrumentSeries>>> DataDesk::list() {
    auto read = [](store::MarketFile& file) -> Result<std::vector<InstrumentSeries>> {
        Result<std::vector<Instrument>> instruments = file.instruments.list();
        if (!instruments) {
            return fail(std::move(instruments.error()));
        }
        const Result<std::vector<SeriesInfo>> series = file.bars.list();
        if (!series) {
            return fail(series.error());
        }
        std::vector<InstrumentSeries> all;
        for (Instrument& instrument : *instruments) {
            InstrumentSeries& entry = all.emplace_back();
            std::ranges::copy_if(*series, std::back_inserter(entry.series),
                                 [&](const SeriesInfo& info) { return info.key.instrument == instrument.id; });
            entry.instrument = std::move(instrument);
        }
        return all;
    };
    Result<std::vector<InstrumentSeries>> all = co_await parts_.store.read(read);
    co_return all;
}

Task<Result<InstrumentSeries>> DataDesk::info(std::string symbol) {
    parts_.instruments.forget(symbol); // another profile may have changed it
    Result<InstrumentSeries> known = co_await find(std::move(symbol), {});
    co_return known;
}

Task<Result<CalendarFacts>> DataDesk::calendar(Instrument instrument) {
    const Instant now = parts_.clock.now();
    auto look_up = [&instrument, now]() -> Result<CalendarFacts> {
        const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
        if (!calendar) {
            return CalendarFacts{.name = {}};
        }
        const Result<TradingDate> day = calendar->trading_date(now);
        if (!day) {
            return fail(day.error());
        }
        Result<std::vector<Session>> sessions = calendar->sessions(*day, *day + std::chrono::days(1), Hours::all);
        if (!sessions) {
            return fail(std::move(sessions.error()));
        }
        return CalendarFacts{
            .name = std::string(calendar->name()), .today = std::move(*sessions), .zone = calendar->zone()};
    };
    Result<CalendarFacts> found = co_await parts_.workers.run(look_up);
    co_return found;
}

Task<Result<SeriesExamination>> DataDesk::examine_one(Instrument instrument, SeriesInfo series, BarsWanted wanted,
                                                      bool judge_bars) {
    const SourceFacts source = facts();
    const SeriesRange range = range_of(wanted, series, source.now);
    if (range.from >= range.to) {
        co_return fail(none_in_range(wanted, series));
    }
    std::vector<CorporateAction> actions;
    auto read = [&](store::MarketFile& file) -> Result<SeriesReading> {
        Result<std::vector<CorporateAction>> known = known_actions(file, instrument.id, series.key.source);
        if (!known) {
            return fail(std::move(known.error()));
        }
        actions = std::move(*known);
        return read_series(file, instrument, series, range, wanted.hours, source);
    };
    const Result<SeriesReading> reading = co_await parts_.store.read(read);
    if (!reading) {
        co_return fail(reading.error());
    }
    auto judge = [&] { return engine::examine(*reading, actions, judge_bars); };
    Result<SeriesExamination> examination = co_await parts_.workers.run(judge);
    co_return examination;
}

Task<Result<std::vector<SeriesExamination>>> DataDesk::examine(BarsWanted wanted, bool judge_bars) {
    const Result<InstrumentSeries> known = co_await find(wanted.symbol, wanted.exchange);
    if (!known) {
        co_return fail(known.error());
    }
    const std::vector<SeriesInfo> series = fitting(known->series, wanted);
    if (series.empty()) {
        co_return fail(no_bars(wanted, known->series, parts_.source != nullptr));
    }
    std::vector<SeriesExamination> all;
    for (const SeriesInfo& one : series) {
        Result<SeriesExamination> examination = co_await examine_one(known->instrument, one, wanted, judge_bars);
        if (!examination) {
            co_return fail(std::move(examination.error()).on(describe(wanted)));
        }
        all.push_back(std::move(*examination));
    }
    co_return all;
}

Task<Result<BarExporter>> DataDesk::start_export(BarsWanted wanted, ExportOptions options) {
    const Result<InstrumentSeries> known = co_await find(wanted.symbol, wanted.exchange);
    if (!known) {
        co_return fail(known.error());
    }
    const std::optional<BarsRecipe> recipe = find_recipe(known->series, wanted);
    if (!recipe || recipe->resample_to) {
        co_return fail(no_bars(wanted, known->series, parts_.source != nullptr).attempting("export bars"));
    }
    const SourceFacts source = facts();
    const SeriesRange range = range_of(wanted, recipe->base, source.now);
    auto read = [&](store::MarketFile& file) { return file.coverage.list(recipe->base.key, range.from, range.to); };
    const Result<std::vector<store::AnsweredRange>> answered = co_await parts_.store.read(read);
    if (!answered) {
        co_return fail(answered.error());
    }
    wanted.hours = hours_of(wanted, *answered);
    co_return BarExporter({.store = parts_.store,
                           .workers = parts_.workers,
                           .instrument = known->instrument,
                           .recipe = *recipe,
                           .wanted = std::move(wanted),
                           .facts = source,
                           .options = options});
}

Task<Result<history::BarImportReport>> DataDesk::import(history::BarImportRequest request,
                                                        history::BlockSource source) {
    request.now = parts_.clock.now();
    Result<history::BarImportReport> report =
        co_await history::import_bars(parts_.store, parts_.workers, std::move(request), std::move(source));
    if (report) {
        for (const history::ImportedSymbol& imported : report->symbols) {
            parts_.instruments.forget(imported.instrument.symbol);
        }
    }
    co_return report;
}

} // namespace tradesh::engine
