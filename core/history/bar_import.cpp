#include "core/history/bar_import.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

namespace tradesh::history {

using runtime::Task;

namespace {

BarFileOptions file_options(const BarImportRequest& request, const Instrument& instrument, bool known) {
    BarFileOptions options{.file = request.file,
                           .timeframe = request.timeframe,
                           .zone = instrument.zone,
                           .zone_why = {},
                           .prices_above_zero = !std::holds_alternative<Future>(instrument.kind) &&
                                                !std::holds_alternative<Combo>(instrument.kind),
                           .skip_bad = request.skip_bad};
    if (request.instrument.zone) {
        options.zone = *request.instrument.zone;
        options.zone_why = "given with --tz";
    } else if (request.instrument.exchange) {
        options.zone_why = "the zone of " + instrument.exchange;
    } else if (known && !instrument.assumed.zone) {
        options.zone_why = "the zone of " + instrument.symbol + " in the store";
    } else {
        options.zone_why = "assumed: neither --tz nor --exchange was given";
    }
    return options;
}

Result<store::MergeCounts> merge_all(store::MarketFile& market, const store::SeriesKey& key, store::BarSpool& spool) {
    store::MergeCounts counts;
    const auto merge = [&](const Bars& bars) -> Result<void> {
        const Result<store::MergeCounts> part = market.bars.merge(key, bars);
        if (!part) {
            return fail(part.error());
        }
        counts += *part;
        return {};
    };
    if (Result<void> read = spool.read(merge); !read) {
        return fail(std::move(read.error()));
    }
    return counts;
}

} // namespace

Result<BarImport> BarImport::create(BarImportRequest request, const std::optional<Instrument>& known,
                                    const std::string& folder) {
    const Result<Instrument> instrument =
        known ? apply_statement(*known, request.instrument) : guess_instrument(request.instrument, std::nullopt);
    if (!instrument) {
        return fail(instrument.error());
    }
    Result<BarFile> file = BarFile::create(file_options(request, *instrument, known.has_value()));
    if (!file) {
        return fail(std::move(file.error()));
    }
    Result<store::BarSpool> raw = store::BarSpool::create(folder);
    if (!raw) {
        return fail(std::move(raw.error()));
    }
    Result<store::BarSpool> adjusted = store::BarSpool::create(folder);
    if (!adjusted) {
        return fail(std::move(adjusted.error()));
    }
    return BarImport(std::move(request), std::move(*file), std::move(*raw), std::move(*adjusted));
}

Result<void> BarImport::feed(std::string_view bytes) {
    if (Result<void> fed = file_.feed(bytes); !fed) {
        return fed;
    }
    return spool();
}

Result<void> BarImport::spool() {
    const ParsedBars bars = file_.take();
    Result<void> kept = raw_.append(bars.raw);
    if (kept && !bars.adjusted.empty()) {
        kept = adjusted_.append(bars.adjusted);
    }
    if (!kept) {
        return fail(std::move(kept.error()).attempting("import bars").on(request_.file));
    }
    return {};
}

/// The instrument as it is stored now: another import may have made it since this one began.
Result<void> BarImport::settle_instrument(store::MarketFile& market, BarImportReport& report) {
    const Result<std::string> symbol = parse_symbol(request_.instrument.symbol);
    if (!symbol) {
        return fail(symbol.error());
    }
    const Result<std::optional<Instrument>> known = market.instruments.find(*symbol);
    if (!known) {
        return fail(known.error());
    }
    Result<Instrument> instrument = *known ? apply_statement(**known, request_.instrument)
                                           : guess_instrument(request_.instrument, report.file.price_step);
    if (!instrument) {
        return fail(std::move(instrument.error()));
    }
    report.instrument_created = !*known;
    if (!*known) {
        instrument = market.instruments.add(std::move(*instrument));
        if (!instrument) {
            return fail(std::move(instrument.error()));
        }
    } else if (*instrument != **known) {
        if (Result<void> updated = market.instruments.update(*instrument); !updated) {
            return updated;
        }
    }
    report.instrument = std::move(*instrument);
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
    report.file = file_.report();
    if (Result<void> settled = settle_instrument(market, report); !settled) {
        return fail(std::move(settled.error()));
    }
    store::SeriesKey key{.instrument = report.instrument.id,
                         .timeframe = report.file.timeframe,
                         .source = BarSource::import,
                         .basis = PriceBasis::raw};
    const Result<store::MergeCounts> raw = merge_all(market, key, raw_);
    if (!raw) {
        return fail(raw.error());
    }
    key.basis = PriceBasis::adjusted;
    const Result<store::MergeCounts> adjusted = merge_all(market, key, adjusted_);
    if (!adjusted) {
        return fail(adjusted.error());
    }
    report.raw = *raw;
    report.adjusted = *adjusted;
    return report;
}

Task<Result<BarImportReport>> import_bars(store::MarketStore& market, runtime::Workers& workers,
                                          BarImportRequest request, BlockSource source) {
    const Result<std::string> symbol = parse_symbol(request.instrument.symbol);
    if (!symbol) {
        co_return fail(symbol.error());
    }
    auto find = [&symbol](store::MarketFile& file) { return file.instruments.find(*symbol); };
    const Result<std::optional<Instrument>> known = co_await market.read(find);
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
