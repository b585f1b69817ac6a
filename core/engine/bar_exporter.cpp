#include "core/engine/bar_exporter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradesh::engine {

using runtime::Task;

namespace {

/// Bars that one piece spans at most: a megabyte of text.
constexpr std::int64_t piece_bars_max = 16'000;

} // namespace

BarExporter::BarExporter(Parts parts)
    : parts_(std::move(parts)),
      csv_(parts_.instrument.symbol, parts_.recipe.base.key.timeframe, {.state = parts_.options.state}),
      range_(range_of(parts_.wanted, parts_.recipe.base, parts_.facts.now)),
      cursor_(range_.from) {}

/// Adjusted prices are made of all of the series: every later action changes them.
Result<SeriesReading> BarExporter::read(store::MarketFile& file, SeriesRange stretch) const {
    Result<SeriesReading> reading =
        read_series(file, parts_.instrument, parts_.recipe.base, stretch, parts_.wanted.hours, parts_.facts);
    if (!reading || !parts_.recipe.adjust) {
        return reading;
    }
    BarsWanted bars_wanted = parts_.wanted;
    bars_wanted.hours.reset();
    Result<BarsRead> all = read_for(file, parts_.recipe, bars_wanted, 0, parts_.facts);
    if (!all) {
        return fail(std::move(all.error()));
    }
    Result<std::optional<BarsFound>> made = make_bars(parts_.instrument, parts_.recipe, bars_wanted, std::move(*all));
    if (!made) {
        return fail(std::move(made.error()));
    }
    reading->bars = std::move((*made)->bars);
    return reading;
}

Result<BarExporter::Piece> BarExporter::make_piece(SeriesReading reading) const {
    Piece piece;
    piece.bars = static_cast<std::int64_t>(reading.bars.size());
    if (parts_.options.bars_only) {
        csv_.append(piece.text, reading.bars);
        return piece;
    }
    Result<std::optional<Comparison>> compared = compare_with_calendar(reading);
    if (!compared) {
        return fail(std::move(compared.error()));
    }
    if (!*compared) {
        piece.notes.push_back("nobody said where " + parts_.instrument.symbol +
                              " trades: only its bars are written; --exchange NAME adds the slots without one");
        csv_.append(piece.text, reading.bars);
        return piece;
    }
    const Comparison& comparison = **compared;
    piece.notes = comparison.notes;
    csv_.append(piece.text, reading.bars, comparison.slots, comparison.coverage.runs);
    for (const history::SlotState state :
         {history::SlotState::no_trades, history::SlotState::missing, history::SlotState::delayed}) {
        piece.empty_slots += static_cast<std::int64_t>(comparison.coverage.count(state));
    }
    return piece;
}

void BarExporter::note(const std::string& text) {
    if (std::ranges::find(notes_, text) == notes_.end()) {
        notes_.push_back(text);
    }
}

Task<Result<std::string>> BarExporter::next() {
    const Duration length = nominal_length(parts_.recipe.base.key.timeframe) * piece_bars_max;
    while (cursor_ < range_.to) {
        const bool whole = parts_.recipe.adjust || range_.to - cursor_ <= length;
        const SeriesRange stretch{.from = cursor_, .to = whole ? range_.to : cursor_ + length};
        auto read_stretch = [this, stretch](store::MarketFile& file) { return read(file, stretch); };
        Result<SeriesReading> reading = co_await parts_.store.read(read_stretch);
        if (!reading) {
            co_return fail(std::move(reading.error()));
        }
        auto make = [this, &reading] { return make_piece(std::move(*reading)); };
        Result<Piece> piece = co_await parts_.workers.run(make);
        if (!piece) {
            co_return fail(std::move(piece.error()));
        }
        cursor_ = stretch.to;
        bars_ += piece->bars;
        empty_slots_ += piece->empty_slots;
        for (const std::string& text : piece->notes) {
            note(text);
        }
        if (!piece->text.empty()) {
            co_return std::move(piece->text);
        }
    }
    co_return std::string();
}

} // namespace tradesh::engine
