#include "core/engine/history_desk.hpp"

#include "core/engine/side_by_side.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;

namespace {

/// Symbols that are loaded at once. The requests of all of them together keep the source's own limits.
constexpr std::size_t symbols_at_once_max = 10;

std::size_t lanes_of(const LoadWanted& wanted) { return wanted.one_by_one ? 1 : symbols_at_once_max; }

bool has_assumptions(const AssumedFields& assumed) { return assumed != AssumedFields{}; }

/// What nobody stated is what the source says.
Instrument fill_in(Instrument known, const Instrument& described) {
    AssumedFields& assumed = known.assumed;
    const auto take = [](auto& field, bool& is_assumed, const auto& theirs) {
        if (is_assumed) {
            field = theirs;
            is_assumed = false;
        }
    };
    const bool same_place = assumed.zone || known.zone == described.zone;
    if (!described.exchange.empty() && same_place) {
        take(known.exchange, assumed.exchange, described.exchange);
        take(known.zone, assumed.zone, described.zone);
    }
    take(known.kind, assumed.kind, described.kind);
    take(known.currency, assumed.currency, described.currency);
    take(known.tick, assumed.tick, described.tick);
    take(known.lot, assumed.lot, described.lot);
    take(known.multiplier, assumed.multiplier, described.multiplier);
    return known;
}

BatchProgress sum_of(const std::vector<history::LoadProgress>& parts, std::size_t symbols_done) {
    BatchProgress sum{.symbols_done = symbols_done, .symbols = parts.size()};
    for (const history::LoadProgress& part : parts) {
        sum.segments_done += part.segments_done;
        sum.segments += part.segments;
        sum.bars += part.bars;
        sum.remaining = std::max(sum.remaining, part.remaining);
    }
    return sum;
}

Error not_healable(const std::string& symbol, Timeframe timeframe, BarSource source) {
    return Error(ErrorKind::refused, "heal.other_source",
                 "these bars did not come from " + std::string(name_of(source)) +
                     ", and bars of different sources never mix")
        .attempting("heal")
        .on(symbol + " " + std::string(name_of(timeframe)))
        .advise("import a file that has the missing bars, or load a series of its own: data load " + symbol + " " +
                std::string(name_of(timeframe)) + " --mode full");
}

} // namespace

Result<void> HistoryDesk::check_source() const {
    if (parts_.loader != nullptr) {
        return {};
    }
    return fail(Error(ErrorKind::config, "history.none",
                      "the venue '" + parts_.venue + "' has no price history that could be loaded")
                    .attempting("load price history")
                    .advise("import files: data import FILE --symbol SYMBOL; to try loading with simulated prices: "
                            "tradesh --profile demo"));
}

Task<Result<Instrument>> HistoryDesk::describe_and_store(const std::string& symbol) {
    Result<Instrument> described = co_await parts_.loader->describe(symbol);
    if (!described) {
        co_return fail(std::move(described.error()).attempting("look up the instrument").on(symbol));
    }
    described->symbol = symbol;
    auto store = [&](store::MarketFile& file) -> Result<Instrument> {
        Result<std::optional<Instrument>> known = file.instruments.find(symbol);
        if (!known) {
            return fail(known.error());
        }
        if (!*known) {
            return file.instruments.add(*described);
        }
        Instrument filled = fill_in(std::move(**known), *described);
        if (Result<void> updated = file.instruments.update(filled); !updated) {
            return fail(std::move(updated.error()));
        }
        return filled;
    };
    Result<Instrument> stored = co_await parts_.store.write(store);
    parts_.instruments.forget(symbol);
    co_return stored;
}

Task<Result<Instrument>> HistoryDesk::resolve(const std::string& symbol, const std::string& exchange) {
    parts_.instruments.forget(symbol); // another profile may have changed it
    Result<Instrument> instrument = co_await parts_.instruments.find(symbol);
    const bool unknown = !instrument && instrument.error().kind == ErrorKind::not_found;
    if (unknown) {
        instrument = co_await describe_and_store(symbol);
    } else if (instrument && has_assumptions(instrument->assumed)) {
        Result<Instrument> described = co_await describe_and_store(symbol);
        if (described) { // where the source cannot say, what was assumed stays
            instrument = std::move(described);
        }
    }
    if (!instrument) {
        co_return instrument;
    }
    co_return on_exchange(std::move(*instrument), exchange);
}

Task<Result<HistoryDesk::Prepared>> HistoryDesk::prepare_load(const std::string& symbol, const LoadWanted& wanted) {
    Result<Instrument> instrument = co_await resolve(symbol, wanted.exchange);
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    const bool has_actions = wanted.timeframe == Timeframe::d1 && std::holds_alternative<Stock>(instrument->kind);
    history::LoadRequest request{.instrument = std::move(*instrument),
                                 .timeframe = wanted.timeframe,
                                 .basis = wanted.basis,
                                 .hours = wanted.hours.value_or(Hours::regular),
                                 .mode = wanted.mode,
                                 .from = wanted.from,
                                 .to = wanted.to,
                                 .actions = has_actions,
                                 .recheck = wanted.recheck,
                                 .one_by_one = wanted.one_by_one,
                                 .correlation = wanted.correlation};
    co_return Prepared{.request = std::move(request)};
}

/// The venue's own stored series.
Task<Result<SeriesExamination>> HistoryDesk::examine_own(const std::string& symbol, const LoadWanted& wanted) {
    const BarSource source = parts_.loader->limits().source;
    BarsWanted series{.symbol = symbol,
                      .timeframe = wanted.timeframe,
                      .basis = wanted.basis,
                      .source = source,
                      .from = wanted.from,
                      .to = wanted.to,
                      .hours = wanted.hours,
                      .exchange = wanted.exchange};
    BarsWanted of_others = series;
    of_others.source.reset();
    Result<std::vector<SeriesExamination>> found = co_await parts_.data.examine(std::move(series), false);
    if (found) {
        co_return std::move(found->front());
    }
    if (found.error().code == "bars.none") {
        const Result<std::vector<SeriesExamination>> others = co_await parts_.data.examine(std::move(of_others), false);
        if (others) {
            co_return fail(not_healable(symbol, wanted.timeframe, source));
        }
    }
    co_return fail(std::move(found.error()).attempting("heal"));
}

Task<Result<HistoryDesk::Prepared>> HistoryDesk::prepare_heal(const std::string& symbol, const LoadWanted& wanted) {
    Result<SeriesExamination> found = co_await examine_own(symbol, wanted);
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    LoadWanted inside = wanted;
    inside.hours = found->hours;
    inside.mode = history::LoadMode::full;
    inside.from = found->from;
    inside.to = found->to;
    Result<Prepared> prepared = co_await prepare_load(symbol, inside);
    if (prepared) {
        prepared->missing = found->quality.missing;
    }
    co_return prepared;
}

Task<LoadOutcome> HistoryDesk::load_one(const std::string& symbol, const LoadWanted& wanted,
                                        history::OnProgress on_progress) {
    Result<Prepared> prepared = co_await prepare_load(symbol, wanted);
    if (!prepared) {
        co_return LoadOutcome{.symbol = symbol, .report = fail(std::move(prepared.error()))};
    }
    const bool adjusted_before = co_await has_adjusted_bars(prepared->request.instrument.id);
    Result<history::LoadReport> report =
        co_await parts_.loader->load(std::move(prepared->request), std::move(on_progress));
    LoadOutcome outcome{.symbol = symbol, .report = std::move(report)};
    outcome.adjusted_outdated = adjusted_before && outcome.report && outcome.report->actions > 0;
    co_return outcome;
}

Task<bool> HistoryDesk::has_adjusted_bars(InstrumentId instrument) {
    const store::SeriesKey adjusted{.instrument = instrument,
                                    .timeframe = Timeframe::d1,
                                    .source = parts_.loader->limits().source,
                                    .basis = PriceBasis::adjusted};
    auto find = [&](store::MarketFile& file) { return file.bars.find(adjusted); };
    const Result<std::optional<store::SeriesInfo>> stored = co_await parts_.store.read(find);
    co_return stored && stored->has_value();
}

Task<LoadOutcome> HistoryDesk::heal_one(const std::string& symbol, const LoadWanted& wanted,
                                        history::OnProgress on_progress) {
    Result<Prepared> prepared = co_await prepare_heal(symbol, wanted);
    if (!prepared) {
        co_return LoadOutcome{.symbol = symbol, .report = fail(std::move(prepared.error()))};
    }
    Result<history::LoadReport> report =
        co_await parts_.loader->load(std::move(prepared->request), std::move(on_progress));
    LoadOutcome outcome{.symbol = symbol, .report = std::move(report), .missing_before = prepared->missing};
    const Result<SeriesExamination> after = co_await examine_own(symbol, wanted);
    outcome.missing_after = after ? after->quality.missing : prepared->missing;
    co_return outcome;
}

Task<Result<LoadBatch>> HistoryDesk::run(const LoadWanted& wanted, LoadOne load, OnBatchProgress on_progress) {
    if (Result<void> able = check_source(); !able) {
        co_return fail(std::move(able.error()));
    }
    const std::size_t count = wanted.symbols.size();
    std::vector<std::optional<LoadOutcome>> outcomes(count);
    std::vector<history::LoadProgress> parts(count);
    std::size_t done = 0;
    const SideBody body = [&](std::size_t index, TaskInfo& task) -> Task<void> {
        const std::string& symbol = wanted.symbols[index];
        task.awaits = "price history of " + symbol;
        history::OnProgress progressed = [&, index](const history::LoadProgress& part) {
            parts[index] = part;
            if (on_progress) {
                on_progress(sum_of(parts, done));
            }
        };
        LoadOutcome outcome = co_await (this->*load)(symbol, wanted, std::move(progressed));
        outcomes[index].emplace(std::move(outcome));
        ++done;
    };
    const std::size_t begun = co_await run_side_by_side(parts_.loop, "load lane", count, lanes_of(wanted), body);
    LoadBatch batch{.outcomes = {}, .not_reached = count - begun};
    for (std::size_t i = 0; i < begun; ++i) {
        batch.outcomes.push_back(std::move(*outcomes[i]));
    }
    co_return batch;
}

Task<Result<LoadBatch>> HistoryDesk::load(LoadWanted wanted, OnBatchProgress on_progress) {
    Result<LoadBatch> batch = co_await run(wanted, &HistoryDesk::load_one, std::move(on_progress));
    co_return batch;
}

Task<Result<LoadBatch>> HistoryDesk::heal(LoadWanted wanted, OnBatchProgress on_progress) {
    Result<LoadBatch> batch = co_await run(wanted, &HistoryDesk::heal_one, std::move(on_progress));
    co_return batch;
}

Task<Result<PlanBatch>> HistoryDesk::make_plans(const LoadWanted& wanted, Prepare prepare) {
    if (Result<void> able = check_source(); !able) {
        co_return fail(std::move(able.error()));
    }
    const std::size_t count = wanted.symbols.size();
    std::vector<std::optional<PlannedSymbol>> planned(count);
    const SideBody body = [&](std::size_t index, TaskInfo& task) -> Task<void> {
        const std::string& symbol = wanted.symbols[index];
        task.awaits = "the plan of " + symbol;
        Result<Prepared> prepared = co_await (this->*prepare)(symbol, wanted);
        if (!prepared) {
            planned[index].emplace(PlannedSymbol{symbol, fail(std::move(prepared.error()))});
            co_return;
        }
        Result<history::LoadPlan> plan = co_await parts_.loader->plan(std::move(prepared->request));
        planned[index].emplace(PlannedSymbol{symbol, std::move(plan)});
    };
    const std::size_t begun = co_await run_side_by_side(parts_.loop, "plan lane", count, lanes_of(wanted), body);
    PlanBatch batch;
    std::vector<history::Segment> segments;
    for (std::size_t i = 0; i < begun; ++i) {
        const Result<history::LoadPlan>& plan = planned[i]->plan;
        if (plan) {
            std::ranges::copy(plan->segments, std::back_inserter(segments));
        }
        batch.symbols.push_back(std::move(*planned[i]));
    }
    if (begun < count) {
        co_return fail(ErrorKind::cancelled, "load.cancelled", "stopped planning");
    }
    const Result<history::PlanCost> total = co_await parts_.loader->price(std::move(segments), wanted.one_by_one);
    if (!total) {
        co_return fail(total.error());
    }
    batch.total = *total;
    co_return batch;
}

Task<Result<PlanBatch>> HistoryDesk::plan(LoadWanted wanted) {
    Result<PlanBatch> batch = co_await make_plans(wanted, &HistoryDesk::prepare_load);
    co_return batch;
}

Task<Result<PlanBatch>> HistoryDesk::plan_healing(LoadWanted wanted) {
    Result<PlanBatch> batch = co_await make_plans(wanted, &HistoryDesk::prepare_heal);
    co_return batch;
}

} // namespace tradesh::engine
