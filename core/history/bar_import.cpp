#include "core/history/bar_import.hpp"

#include "core/history/time_shift.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace tradesh::history {

using runtime::Task;

namespace {

std::size_t raw_run(std::size_t index) { return 2 * index; }
std::size_t adjusted_run(std::size_t index) { return 2 * index + 1; }

SymbolOptions symbol_options(const InstrumentStatement& said, const Instrument& instrument, bool known) {
    SymbolOptions options{.zone = instrument.zone,
                          .zone_why = {},
                          .prices_above_zero = !std::holds_alternative<Future>(instrument.kind) &&
                                               !std::holds_alternative<Combo>(instrument.kind)};
    if (said.zone) {
        options.zone = *said.zone;
        options.zone_why = "given with --tz";
    } else if (said.exchange) {
        options.zone_why = "the zone of " + instrument.exchange;
    } else if (known && !instrument.assumed.zone) {
        options.zone_why = "the zone of " + instrument.symbol + " in the store";
    } else {
        options.zone_why = "assumed: neither --tz nor --exchange was given";
    }
    return options;
}

/// The instrument that a statement makes of what is stored.
Result<Instrument> instrument_of(const InstrumentStatement& said, const KnownInstrument* known,
                                 std::optional<Decimal> price_step) {
    return known != nullptr ? apply_statement(known->instrument, said, known->has_bars)
                            : guess_instrument(said, price_step);
}

Result<std::optional<KnownInstrument>> find_instrument(store::MarketFile& market, const std::string& symbol) {
    const Result<std::optional<Instrument>> found = market.instruments.find(symbol);
    if (!found || !*found) {
        return found ? Result<std::optional<KnownInstrument>>(std::nullopt) : fail(found.error());
    }
    const Result<std::vector<store::SeriesInfo>> series = market.bars.list((*found)->id);
    if (!series) {
        return fail(series.error());
    }
    return KnownInstrument{.instrument = **found, .has_bars = !series->empty()};
}

/// A file of other values is more often one that was misread than one that corrects.
Result<void> check_replaced(const store::MergeCounts& counts, const std::string& symbol, Timeframe timeframe) {
    if (counts.replaced <= counts.unchanged) {
        return {};
    }
    return fail(Error(ErrorKind::failed, "import.would_replace",
                      std::to_string(counts.replaced) + " of " + std::to_string(counts.replaced + counts.unchanged) +
                          " bars already stored would get other values (" + symbol + " " +
                          std::string(name_of(timeframe)) + ")")
                    .advise("nothing was imported; if the file corrects them say --replace; if not, read its times as "
                            "the first time (--tz, --stamp, --exchange)"));
}

/// How a symbol's rows are read, with what was stored of it when the import began.
class SymbolReader {
public:
    SymbolReader(InstrumentStatement said, std::span<const KnownInstrument> known) : said_(std::move(said)) {
        for (const KnownInstrument& one : known) {
            known_.emplace(one.instrument.symbol, one);
        }
    }
    Result<SymbolOptions> operator()(const std::string& symbol) const {
        InstrumentStatement said = said_;
        said.symbol = symbol;
        const auto found = known_.find(symbol);
        const KnownInstrument* known = found == known_.end() ? nullptr : &found->second;
        const Result<Instrument> instrument = instrument_of(said, known, std::nullopt);
        if (!instrument) {
            return fail(instrument.error());
        }
        return symbol_options(said, *instrument, known != nullptr);
    }

private:
    InstrumentStatement said_;
    std::map<std::string, KnownInstrument> known_;
};

} // namespace

Result<BarImport> BarImport::create(BarImportRequest request, std::span<const KnownInstrument> known,
                                    const std::string& folder) {
    BarFileOptions options{.file = request.file,
                           .symbol = {},
                           .timeframe = request.timeframe,
                           .stamp = request.stamp,
                           .skip_bad = request.skip_bad,
                           .latest = request.now ? *request.now + std::chrono::days(2) : Instant::max(),
                           .rows = {},
                           .of_symbol = SymbolReader(request.instrument, known)};
    if (!request.instrument.symbol.empty()) {
        Result<std::string> symbol = parse_symbol(request.instrument.symbol);
        if (!symbol) {
            return fail(std::move(symbol.error()));
        }
        options.symbol = std::move(*symbol);
    }
    Result<BarFile> file = BarFile::create(std::move(options));
    if (!file) {
        return fail(std::move(file.error()));
    }
    Result<store::BarSpool> bars = store::BarSpool::create(folder);
    if (!bars) {
        return fail(std::move(bars.error()));
    }
    return BarImport(std::move(request), std::move(*file), std::move(*bars));
}

Result<void> BarImport::feed(std::string_view bytes) {
    if (Result<void> fed = file_.feed(bytes); !fed) {
        return fed;
    }
    constexpr std::size_t batch_bars = 64 << 10; // a few of each symbol at a time, where they are many
    return file_.pending() < batch_bars ? Result<void>() : spool();
}

Result<void> BarImport::spool() {
    const bool forward = file_.order() == RowOrder::old_to_new;
    const auto keep = [&](std::size_t run, const Bars& bars) {
        return forward ? bars_.append(run, bars) : bars_.prepend(run, bars);
    };
    for (const auto& [index, bars] : file_.take()) {
        Result<void> kept = keep(raw_run(index), bars.raw);
        if (kept && !bars.adjusted.empty()) {
            kept = keep(adjusted_run(index), bars.adjusted);
        }
        if (!kept) {
            return fail(std::move(kept.error()).attempting("import bars").on(request_.file));
        }
    }
    return {};
}

Result<BarImportReport> BarImport::finish(store::MarketFile& market) {
    if (Result<void> ended = file_.finish(); !ended) {
        return fail(std::move(ended.error()));
    }
    if (Result<void> kept = spool(); !kept) {
        return fail(std::move(kept.error()));
    }
    BarImportReport report;
    for (std::size_t index = 0; index < file_.report().symbols.size(); ++index) {
        if (file_.report().symbols[index].bars == 0) {
            continue;
        }
        Result<ImportedSymbol> stored = store_symbol(market, index);
        if (!stored) {
            return fail(std::move(stored.error()).attempting("import bars").on(request_.file));
        }
        report.symbols.push_back(std::move(*stored));
    }
    report.file = file_.report();
    report.file.notes.insert(report.file.notes.end(), kind_notes_.begin(), kind_notes_.end());
    return report;
}

Result<ImportedSymbol> BarImport::store_symbol(store::MarketFile& market, std::size_t index) {
    ImportedSymbol symbol;
    symbol.rows = file_.report().symbols[index];
    if (Result<void> settled = settle_instrument(market, symbol); !settled) {
        return fail(std::move(settled.error()));
    }
    store::SeriesKey key{.instrument = symbol.instrument.id,
                         .timeframe = file_.report().timeframe,
                         .source = BarSource::import,
                         .basis = PriceBasis::raw};
    if (Result<void> fits = check_times(market, key, index); !fits) {
        return fail(std::move(fits.error()));
    }
    const Result<store::MergeCounts> raw = merge(market, key, raw_run(index));
    if (!raw) {
        return fail(raw.error());
    }
    if (Result<void> kept = check_replaced(*raw, symbol.instrument.symbol, key.timeframe); !kept && !request_.replace) {
        return fail(std::move(kept.error()));
    }
    key.basis = PriceBasis::adjusted;
    const Result<store::MergeCounts> adjusted = merge(market, key, adjusted_run(index));
    if (!adjusted) {
        return fail(adjusted.error());
    }
    symbol.raw = *raw;
    symbol.adjusted = *adjusted;
    return symbol;
}

/// The instrument as it is stored now: another import may have made it since this one began.
Result<void> BarImport::settle_instrument(store::MarketFile& market, ImportedSymbol& symbol) {
    InstrumentStatement said = request_.instrument;
    said.symbol = symbol.rows.symbol;
    const Result<std::optional<KnownInstrument>> known = find_instrument(market, said.symbol);
    if (!known) {
        return fail(known.error());
    }
    Result<Instrument> instrument = instrument_of(said, *known ? &**known : nullptr, symbol.rows.price_step);
    if (!instrument) {
        return fail(std::move(instrument.error()));
    }
    symbol.instrument_created = !*known;
    if (!*known) {
        instrument = market.instruments.add(std::move(*instrument));
        if (!instrument) {
            return fail(std::move(instrument.error()));
        }
    } else if (*instrument != (*known)->instrument) {
        const InstrumentKind& before = (*known)->instrument.kind;
        if (before.index() != instrument->kind.index()) {
            kind_notes_.push_back(said.symbol + " was stored as " + std::string(name_of(before)) + "; it is " +
                                  std::string(name_of(instrument->kind)) + " from now on");
        }
        if (Result<void> updated = market.instruments.update(*instrument); !updated) {
            return updated;
        }
    }
    symbol.instrument = std::move(*instrument);
    return {};
}

/// Compares a sample of every piece with the bars that are stored around it.
Result<void> BarImport::check_times(store::MarketFile& market, const store::SeriesKey& key, std::size_t index) {
    const Result<std::optional<store::SeriesInfo>> stored = market.bars.find(key);
    if (!stored || !*stored) {
        return stored ? Result<void>() : fail(stored.error());
    }
    constexpr int samples_max = 100; // a file of other prices makes each of them dear
    int samples = 0;
    const Duration reach = time_shift_max(key.timeframe);
    const auto compare = [&](const Bars& piece) -> Result<void> {
        const Bars sample = time_shift_sample(piece, (*stored)->first, (*stored)->last, key.timeframe);
        if (sample.empty() || ++samples > samples_max) {
            return {};
        }
        const Result<Bars> around =
            market.bars.range(key, sample.open_time.front() - reach, sample.open_time.back() + reach + Duration(1));
        if (!around) {
            return fail(around.error());
        }
        const std::optional<Duration> shift = find_time_shift(*around, sample, key.timeframe);
        if (shift) {
            return fail(shifted_times(*shift, file_.report().symbols[index].symbol, key.timeframe));
        }
        return {};
    };
    return bars_.read(raw_run(index), compare);
}

Result<store::MergeCounts> BarImport::merge(store::MarketFile& market, const store::SeriesKey& key, std::size_t run) {
    store::MergeCounts counts;
    const auto merge_piece = [&](const Bars& bars) -> Result<void> {
        const Result<store::MergeCounts> part = market.bars.merge(key, bars);
        if (!part) {
            return fail(part.error());
        }
        counts += *part;
        return {};
    };
    if (Result<void> read = bars_.read(run, merge_piece); !read) {
        return fail(std::move(read.error()));
    }
    return counts;
}

namespace {

Result<std::vector<KnownInstrument>> known_instruments(store::MarketFile& market, const std::string& symbol) {
    std::vector<KnownInstrument> all;
    if (!symbol.empty()) {
        const Result<std::optional<KnownInstrument>> known = find_instrument(market, symbol);
        if (!known) {
            return fail(known.error());
        }
        return *known ? std::vector{**known} : all;
    }
    Result<std::vector<Instrument>> instruments = market.instruments.list();
    const Result<std::vector<store::SeriesInfo>> series = market.bars.list();
    if (!instruments || !series) {
        return fail(instruments ? series.error() : instruments.error());
    }
    std::set<InstrumentId> with_bars;
    for (const store::SeriesInfo& one : *series) {
        with_bars.insert(one.key.instrument);
    }
    for (Instrument& instrument : *instruments) {
        const bool has_bars = with_bars.contains(instrument.id);
        all.push_back({.instrument = std::move(instrument), .has_bars = has_bars});
    }
    return all;
}

} // namespace

Task<Result<BarImportReport>> import_bars(store::MarketStore& market, runtime::Workers& workers,
                                          BarImportRequest request, BlockSource source) {
    std::string& symbol = request.instrument.symbol;
    if (!symbol.empty()) {
        Result<std::string> parsed = parse_symbol(symbol);
        if (!parsed) {
            co_return fail(std::move(parsed.error()));
        }
        symbol = std::move(*parsed);
    }
    auto find = [&symbol](store::MarketFile& file) { return known_instruments(file, symbol); };
    const Result<std::vector<KnownInstrument>> known = co_await market.read(find);
    if (!known) {
        co_return fail(known.error());
    }
    const std::string folder = std::filesystem::path(market.path()).parent_path().string();
    auto create = [&] { return BarImport::create(std::move(request), *known, folder.empty() ? "." : folder); };
    Result<BarImport> import = co_await workers.run(create);
    if (!import) {
        co_return fail(std::move(import.error()));
    }
    for (;;) {
        const Result<std::string> block = co_await source();
        if (!block) {
            co_return fail(block.error());
        }
        if (block->empty()) {
            break;
        }
        auto feed = [&import, &block] { return import->feed(*block); };
        Result<void> fed = co_await workers.run(feed);
        if (!fed) {
            co_return fail(std::move(fed.error()));
        }
    }
    auto finish = [&import](store::MarketFile& file) { return import->finish(file); };
    Result<BarImportReport> report = co_await market.write(finish);
    co_return report;
}

} // namespace tradesh::history
