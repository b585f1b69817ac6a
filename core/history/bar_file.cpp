#include "core/history/bar_file.hpp"

#include "core/base/counted.hpp"
#include "core/history/row_number.hpp"
#include "core/market/instrument.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace tradesh::history {
namespace {

constexpr std::size_t sample_rows = 20'000; // enough to tell a timeframe, even of two rows of each symbol
constexpr std::size_t text_length_max = 160;

std::string shortened(std::string_view text) {
    return std::string(text.substr(0, text_length_max)) + (text.size() > text_length_max ? "..." : "");
}

std::unexpected<Error> bad(std::string reason) { return fail(ErrorKind::failed, "import.row", std::move(reason)); }

bool equal_but_for_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string joined(const std::vector<std::string>& names, std::string_view between) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : std::string(between)) + name;
    }
    return text;
}

/// Error where most rows are closer to their neighbour than the timeframe that was given: their bars would overlap.
Result<void> check_distances(std::span<const std::vector<RowTime>> symbols, Timeframe timeframe) {
    std::size_t neighbours = 0;
    std::size_t closer = 0;
    for (const std::vector<RowTime>& times : symbols) {
        for (std::size_t i = 1; i < times.size(); ++i) {
            const Duration distance = abs(times[i].written - times[i - 1].written);
            neighbours += distance != Duration(0) ? 1 : 0;
            closer += distance != Duration(0) && distance < nominal_length(timeframe) ? 1 : 0;
        }
    }
    if (closer * 2 <= neighbours || is_daily_or_longer(timeframe)) {
        return {};
    }
    const Result<GuessedTimeframe> guessed = guess_timeframe(symbols);
    const std::string given(name_of(timeframe));
    const std::string apart =
        guessed ? std::string(name_of(guessed->timeframe)) + " apart, not " + given : "less than " + given + " apart";
    return fail(Error(ErrorKind::failed, "import.timeframe", "the rows are mostly " + apart)
                    .advise("leave --timeframe away to have it told from the rows"));
}

} // namespace

Result<BarFile> BarFile::create(BarFileOptions options) {
    BarFile file(std::move(options));
    if (!file.options_.symbol.empty()) {
        const Result<std::size_t> added = file.add_symbol(file.options_.symbol);
        if (!added) {
            return fail(added.error());
        }
    }
    return file;
}

Result<void> BarFile::feed(std::string_view bytes) {
    Result<void> fed = reader_.feed(bytes, [this](const CsvRow& row) { return read_row(row); });
    if (!fed) {
        return fail(std::move(fed.error()).attempting("read bars").on(options_.file));
    }
    return fed;
}

std::vector<SymbolBars> BarFile::take() {
    std::vector<SymbolBars> taken;
    pending_ = 0;
    for (const std::size_t index : std::exchange(touched_, {})) {
        taken.push_back(SymbolBars{.index = index, .bars = symbols_[index].take(layout_.order)});
    }
    return taken;
}

Result<void> BarFile::read_row(const CsvRow& fields) {
    if (!columns_) {
        return read_header(fields);
    }
    ++report_.rows;
    if (fields.fields.size() != columns_->count) {
        refuse(fields.line, counted(fields.fields.size(), "field") + " instead of " + std::to_string(columns_->count),
               fields.text);
        return {};
    }
    const Result<std::size_t> symbol = columns_->symbol ? find_symbol(fields.fields[*columns_->symbol]) : 0;
    if (!symbol) {
        if (symbol.error().code != "import.row") {
            return fail(symbol.error());
        }
        refuse(fields.line, symbol.error().message, fields.text);
        return {};
    }
    if (*symbol == other_symbol) {
        ++report_.other_symbol;
        return {};
    }
    Result<Row> row = parse_row(fields, *symbol);
    const Result<void> added = !row ? fail(std::move(row.error())) : layout_known_ ? add(*row) : Result<void>();
    if (!added) {
        refuse(fields.line, added.error().message, fields.text);
        return {};
    }
    if (layout_known_) {
        return {};
    }
    row->text = shortened(fields.text);
    waiting_.push_back(std::move(*row));
    return waiting_.size() < sample_rows ? Result<void>() : settle_layout();
}

Result<void> BarFile::read_header(const CsvRow& fields) {
    Result<BarColumns> columns = read_bar_columns(fields.fields);
    if (columns && !columns->symbol && options_.symbol.empty()) {
        columns = fail(Error(ErrorKind::usage, "import.symbol_missing", "whose bars are these?")
                           .advise("name the instrument: --symbol GOOG; or the file has a column 'symbol'"));
    }
    if (!columns) {
        SourceSpan where{
            .file = options_.file, .line = static_cast<std::uint32_t>(fields.line), .text = shortened(fields.text)};
        return fail(std::move(columns.error()).at(std::move(where)).attempting("read bars").on(options_.file));
    }
    columns_ = std::move(*columns);
    report_.columns_used = columns_->used;
    report_.columns_ignored = columns_->ignored;
    report_.has_adjusted = columns_->adjusted_close.has_value();
    return {};
}

/// The index of a symbol as it is written; `other_symbol` where it was not asked for. "import.row" refuses the row.
Result<std::size_t> BarFile::find_symbol(std::string_view text) {
    if (text == last_symbol_ && !text.empty()) {
        return last_index_;
    }
    if (!options_.symbol.empty()) {
        last_index_ = equal_but_for_case(text, options_.symbol) ? 0 : other_symbol;
        if (last_index_ == other_symbol) {
            note_other_symbol(text);
        }
    } else if (const auto known = index_of_.find(text); known != index_of_.end()) {
        last_index_ = known->second;
    } else {
        Result<std::string> symbol = parse_symbol(text);
        if (!symbol) {
            return bad(text.empty() ? "symbol is empty" : symbol.error().message);
        }
        const Result<std::size_t> added = add_symbol(std::move(*symbol));
        if (!added) {
            return added;
        }
        if (index_of_.size() < 2 * file_symbols_max) { // spellings of a symbol are many
            index_of_.emplace(text, *added);
        }
        last_index_ = *added;
    }
    last_symbol_ = text;
    return last_index_;
}

Result<std::size_t> BarFile::add_symbol(std::string symbol) {
    if (const auto known = index_of_.find(symbol); known != index_of_.end()) {
        return known->second;
    }
    if (symbols_.size() == file_symbols_max) {
        return fail(Error(ErrorKind::failed, "import.too_many_symbols",
                          "the file holds more than " + std::to_string(file_symbols_max) + " symbols")
                        .advise("split it, or import one with --symbol"));
    }
    Result<SymbolOptions> options = options_.of_symbol ? options_.of_symbol(symbol) : options_.rows;
    if (!options) {
        return fail(std::move(options.error()));
    }
    Result<SymbolRows> rows = SymbolRows::create(symbol, *options);
    if (!rows) {
        return fail(std::move(rows.error()));
    }
    symbols_.push_back(std::move(*rows));
    index_of_.emplace(std::move(symbol), symbols_.size() - 1);
    return symbols_.size() - 1;
}

void BarFile::note_other_symbol(std::string_view text) {
    constexpr std::size_t named_max = 5;
    if (others_.size() < named_max && std::ranges::find(others_, text) == others_.end()) {
        others_.push_back(shortened(text));
    }
}

bool BarFile::has_prices(const CsvRow& fields) const {
    return !fields.fields[columns_->open].empty() || !fields.fields[columns_->high].empty() ||
           !fields.fields[columns_->low].empty() || !fields.fields[columns_->close].empty();
}

Result<BarFile::Row> BarFile::parse_row(const CsvRow& fields, std::size_t symbol) {
    const std::string_view time_of_day =
        columns_->time_of_day ? fields.fields[*columns_->time_of_day] : std::string_view();
    const Result<RowTime> time = parse_row_time(fields.fields[*columns_->stamp], time_of_day);
    if (!time) {
        return fail(time.error());
    }
    Result<Row> row;
    row->line = fields.line;
    row->symbol = symbol;
    row->time = *time;
    row->has_bar = has_prices(fields);
    if (!row->has_bar) {
        ++report_.no_bar;
        return row;
    }
    if (Result<void> parsed = parse_prices(fields, *row); !parsed) {
        return fail(std::move(parsed.error()));
    }
    return row;
}

Result<void> BarFile::parse_prices(const CsvRow& fields, Row& row) {
    struct Part {
        std::size_t column;
        std::string_view name;
        Decimal Bar::* field;
    };
    const std::array<Part, 4> parts{{{columns_->open, "open", &Bar::open},
                                     {columns_->high, "high", &Bar::high},
                                     {columns_->low, "low", &Bar::low},
                                     {columns_->close, "close", &Bar::close}}};
    for (const Part& part : parts) {
        const Result<Decimal> price = parse_row_number(fields.fields[part.column], part.name);
        if (!price) {
            return fail(price.error());
        }
        row.bar.*part.field = *price;
    }
    const Result<Decimal> volume = parse_volume(fields);
    if (!volume) {
        return fail(volume.error());
    }
    row.bar.volume = *volume;
    if (columns_->adjusted_close) {
        const Result<Decimal> adjusted = parse_row_number(fields.fields[*columns_->adjusted_close], "adjusted close");
        if (!adjusted) {
            return fail(adjusted.error());
        }
        row.adjusted_close = *adjusted;
    }
    return check_bar(row.bar, symbols_[row.symbol].options().prices_above_zero);
}

Result<Decimal> BarFile::parse_volume(const CsvRow& fields) {
    if (!columns_->volume) {
        return Decimal(0);
    }
    const std::string_view text = fields.fields[*columns_->volume];
    if (text.empty()) {
        ++no_volume_;
        return Decimal(0);
    }
    const Result<Decimal> volume = parse_row_number(text, "volume");
    if (volume && *volume == Decimal(-1)) { // how some sources say that they do not know it
        ++volume_unknown_;
        return Decimal(0);
    }
    return volume;
}

Result<void> BarFile::settle_layout() {
    std::vector<std::vector<RowTime>> times(symbols_.size());
    std::vector<std::vector<RowTime>> times_of_bars(symbols_.size());
    for (const Row& row : waiting_) {
        times[row.symbol].push_back(row.time);
        if (row.has_bar) {
            times_of_bars[row.symbol].push_back(row.time);
        }
    }
    layout_.stamp = options_.stamp;
    layout_.latest = options_.latest;
    layout_.order = runs_backward(times) ? RowOrder::new_to_old : RowOrder::old_to_new;
    if (options_.timeframe) {
        if (Result<void> apart = check_distances(times_of_bars, *options_.timeframe); !apart) {
            return apart;
        }
        layout_.timeframe = *options_.timeframe;
        report_.timeframe_why = "given";
    } else {
        Result<GuessedTimeframe> guessed = guess_timeframe(times);
        if (!guessed) {
            return fail(std::move(guessed.error()));
        }
        layout_.timeframe = guessed->timeframe;
        report_.timeframe_why = std::move(guessed->why);
    }
    report_.timeframe = layout_.timeframe;
    layout_known_ = true;
    for (const Row& row : std::exchange(waiting_, {})) {
        if (Result<void> added = add(row); !added) {
            refuse(row.line, std::move(added.error().message), row.text);
        }
    }
    return {};
}

Result<void> BarFile::add(const Row& row) {
    if (!row.has_bar) {
        return {};
    }
    SymbolRows& rows = symbols_[row.symbol];
    const bool first = !rows.has_bars();
    Result<void> added = rows.add(layout_, row.time, row.bar, row.adjusted_close);
    if (!added) {
        return added;
    }
    ++pending_;
    if (first) {
        touched_.push_back(row.symbol);
    }
    return {};
}

void BarFile::refuse(std::uint64_t line, std::string reason, std::string_view text) {
    report_.add_bad(BadRow{.line = line, .reason = std::move(reason), .text = shortened(text)});
}

Error BarFile::nothing_left() const {
    Error error(ErrorKind::failed, "import.empty", "the file holds no bars");
    if (report_.other_symbol > 0 && report_.other_symbol == report_.rows) {
        error =
            Error(ErrorKind::failed, "import.symbol_absent", "no row of the file is of " + options_.symbol)
                .advise("it has rows of " + joined(others_, ", ") + (others_.size() > 1 ? " and perhaps more" : ""));
    }
    return std::move(error).attempting("read bars").on(options_.file);
}

void BarFile::note_counts() {
    std::uint64_t ambiguous = 0;
    std::uint64_t close_together = 0;
    for (const SymbolRows& rows : symbols_) {
        ambiguous += rows.report().ambiguous;
        close_together += rows.report().close_together;
        report_.symbols.push_back(rows.report());
    }
    const std::string timeframe(name_of(layout_.timeframe));
    const bool daily = is_daily_or_longer(layout_.timeframe);
    const bool closes = layout_.stamp == BarStamp::close;
    const auto note = [this](bool wanted, const std::string& text) {
        if (wanted) {
            report_.notes.push_back(text);
        }
    };
    note(layout_.order == RowOrder::new_to_old, "the file runs from new to old");
    note(closes && !daily, "times are those of closes: every bar opens " + timeframe + " before what is written");
    note(closes && daily, "bars of " + timeframe +
                              " keep the date that is written: --stamp close moves only bars of "
                              "a time of day");
    note(report_.no_bar > 0, counted(report_.no_bar, "row") + " without prices: slots that have no bar");
    note(report_.other_symbol > 0, counted(report_.other_symbol, "row") + " of other symbols left out");
    note(!columns_->volume, "there is no column of volumes: all volumes are 0");
    note(no_volume_ > 0, counted(no_volume_, "row") + " without a volume: taken as 0");
    note(volume_unknown_ > 0, counted(volume_unknown_, "row") + " with the volume -1: taken as 0");
    note(ambiguous > 0, counted(ambiguous, "time") + " that occurred twice when clocks were put back: " +
                            "taken as the first that comes after the row before");
    note(close_together > 0, counted(close_together, "row") + " less than " + timeframe + " after the row before" +
                                 (closes ? ": short bars, each opening where the one before closed" : ""));
    note(report_.has_adjusted, "the adjusted series has the volumes of the file, which are not adjusted");
    note(!columns_->actions.empty(), "not read: " + joined(columns_->actions, ", ") +
                                         "; prices of a file with such columns are often adjusted already");
}

Result<void> BarFile::finish() {
    Result<void> ended = reader_.finish([this](const CsvRow& row) { return read_row(row); });
    if (ended && columns_ && !layout_known_ && !waiting_.empty()) {
        ended = settle_layout();
    }
    if (report_.bad > 0 && !options_.skip_bad && (ended || ended.error().code == "import.timeframe")) {
        return fail(refusal(report_, options_.file)); // bad rows may be why no timeframe was found
    }
    if (!ended) {
        return fail(std::move(ended.error()).attempting("read bars").on(options_.file));
    }
    const auto has_bars = [](const SymbolRows& rows) { return rows.report().bars > 0; };
    if (std::ranges::none_of(symbols_, has_bars)) {
        return fail(nothing_left());
    }
    note_counts();
    return {};
}

} // namespace tradesh::history
