#include "core/history/bar_file.hpp"

#include "core/history/bar_checks.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::history {
namespace {

using namespace std::chrono;

constexpr std::size_t bad_rows_max = 1'000;
constexpr std::size_t sample_rows = 1'000; // enough to tell a timeframe
constexpr std::size_t text_length_max = 160;

std::string text_of(const CsvRow& row) {
    std::string text;
    for (const std::string_view field : row.fields) {
        text += text.empty() && field.data() == row.fields.front().data() ? "" : ",";
        text += field;
        if (text.size() > text_length_max) {
            return text.substr(0, text_length_max) + "...";
        }
    }
    return text;
}

std::unexpected<Error> bad(std::string reason) { return fail(ErrorKind::failed, "import.row", std::move(reason)); }

Result<Decimal> parse_number(std::string_view text, std::string_view column) {
    Result<Decimal> number = Decimal::parse(text);
    if (number) {
        return number;
    }
    const std::string name(column);
    if (text.empty()) {
        return bad(name + " is empty");
    }
    const bool comma = text.contains(',');
    return bad(name + ": " + number.error().message +
               (comma ? "; write decimals with a point, without separators" : ""));
}

std::string plural(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

} // namespace

Result<BarFile> BarFile::create(BarFileOptions options) {
    const Result<Zone> zone = Zone::find(options.zone);
    if (!zone) {
        return fail(zone.error());
    }
    return BarFile(std::move(options), *zone);
}

Result<void> BarFile::feed(std::string_view bytes) {
    Result<void> fed = reader_.feed(bytes, [this](const CsvRow& row) { return read_row(row); });
    if (!fed) {
        return fail(std::move(fed.error()).attempting("read bars").on(options_.file));
    }
    return fed;
}

ParsedBars BarFile::take() { return std::exchange(bars_, ParsedBars{}); }

Error BarFile::located(Error error, std::uint64_t line, std::string text) const {
    SourceSpan where{.file = options_.file, .line = static_cast<std::uint32_t>(line), .text = std::move(text)};
    return std::move(error).at(std::move(where)).attempting("read bars").on(options_.file);
}

Result<void> BarFile::read_row(const CsvRow& fields) {
    if (!columns_) {
        return read_header(fields);
    }
    ++report_.rows;
    Result<Row> row = parse_row(fields);
    if (!row) {
        refuse(fields.line, std::move(row.error().message), text_of(fields));
        return {};
    }
    if (timeframe_known_) {
        if (Result<void> added = add(*row); !added) {
            refuse(fields.line, std::move(added.error().message), text_of(fields));
        }
        return {};
    }
    row->text = text_of(fields);
    waiting_.push_back(std::move(*row));
    return waiting_.size() < sample_rows ? Result<void>() : settle_timeframe();
}

Result<void> BarFile::read_header(const CsvRow& fields) {
    Result<BarColumns> columns = read_bar_columns(fields.fields);
    if (!columns) {
        return fail(located(std::move(columns.error()), fields.line, text_of(fields)));
    }
    columns_ = std::move(*columns);
    report_.columns_used = columns_->used;
    report_.columns_ignored = columns_->ignored;
    report_.has_adjusted = columns_->adjusted_close.has_value();
    return {};
}

Result<BarFile::Row> BarFile::parse_row(const CsvRow& fields) {
    if (fields.fields.size() != columns_->count) {
        return bad(plural(fields.fields.size(), "field") + " instead of " + std::to_string(columns_->count));
    }
    const std::string_view time_of_day =
        columns_->time_of_day ? fields.fields[*columns_->time_of_day] : std::string_view();
    Result<RowTime> time = parse_row_time(fields.fields[*columns_->stamp], time_of_day);
    if (!time) {
        return fail(std::move(time.error()));
    }
    Result<Bar> bar = parse_prices(fields);
    if (!bar) {
        return fail(std::move(bar.error()));
    }
    Row row{.line = fields.line, .time = *time, .bar = *bar, .adjusted_close = std::nullopt, .text = {}};
    if (columns_->adjusted_close) {
        const Result<Decimal> adjusted = parse_number(fields.fields[*columns_->adjusted_close], "adjusted close");
        if (!adjusted) {
            return fail(adjusted.error());
        }
        row.adjusted_close = *adjusted;
    }
    return row;
}

Result<Bar> BarFile::parse_prices(const CsvRow& fields) {
    struct Part {
        std::size_t column;
        std::string_view name;
        Decimal Bar::* field;
    };
    const std::array<Part, 4> parts{{{columns_->open, "open", &Bar::open},
                                     {columns_->high, "high", &Bar::high},
                                     {columns_->low, "low", &Bar::low},
                                     {columns_->close, "close", &Bar::close}}};
    Bar bar;
    for (const Part& part : parts) {
        const Result<Decimal> price = parse_number(fields.fields[part.column], part.name);
        if (!price) {
            return fail(price.error());
        }
        bar.*part.field = *price;
    }
    const Result<Decimal> volume = parse_volume(fields);
    if (!volume) {
        return fail(volume.error());
    }
    bar.volume = *volume;
    if (Result<void> sound = check_bar(bar, options_.prices_above_zero); !sound) {
        return fail(std::move(sound.error()));
    }
    return bar;
}

Result<Decimal> BarFile::parse_volume(const CsvRow& fields) {
    if (!columns_->volume) {
        return Decimal(0);
    }
    const std::string_view text = fields.fields[*columns_->volume];
    if (text.empty()) {
        ++counts_.no_volume;
        return Decimal(0);
    }
    const Result<Decimal> volume = parse_number(text, "volume");
    if (volume && *volume == Decimal(-1)) { // how some sources say that they do not know it
        ++counts_.volume_unknown;
        return Decimal(0);
    }
    return volume;
}

Result<void> BarFile::settle_timeframe() {
    report_.zone = options_.zone;
    report_.zone_why = options_.zone_why;
    if (options_.timeframe) {
        report_.timeframe = *options_.timeframe;
        report_.timeframe_why = "given";
    } else {
        std::vector<RowTime> times;
        std::ranges::transform(waiting_, std::back_inserter(times), &Row::time);
        Result<GuessedTimeframe> guessed = guess_timeframe(times);
        if (!guessed) {
            return fail(std::move(guessed.error()));
        }
        report_.timeframe = guessed->timeframe;
        report_.timeframe_why = std::move(guessed->why);
    }
    if (is_daily_or_longer(report_.timeframe)) {
        report_.zone_why = "bars of " + std::string(name_of(report_.timeframe)) + " carry the date of their session";
    }
    timeframe_known_ = true;
    for (const Row& row : std::exchange(waiting_, {})) {
        if (Result<void> added = add(row); !added) {
            refuse(row.line, std::move(added.error().message), row.text);
        }
    }
    return {};
}

Result<Instant> BarFile::open_time_of(const RowTime& time) {
    if (is_daily_or_longer(report_.timeframe)) {
        const LocalTime written = time.from_epoch ? zone_.to_local(*time.instant) : time.written;
        return Instant(floor<days>(written).time_since_epoch());
    }
    if (time.date_only) {
        return bad("a date without a time of day is no time of a " + std::string(name_of(report_.timeframe)) + " bar");
    }
    if (time.instant) {
        return *time.instant;
    }
    const ZonedTime zoned = zone_.to_utc(time.written);
    if (zoned.kind == ZonedTime::Kind::nonexistent) {
        return bad("this time did not exist in " + options_.zone + ": clocks were put forward");
    }
    if (zoned.kind == ZonedTime::Kind::ambiguous) {
        ++counts_.ambiguous;
        return last_ && zoned.earlier <= last_->open_time ? zoned.later : zoned.earlier;
    }
    return zoned.earlier;
}

Result<void> BarFile::add(const Row& row) {
    const Result<Instant> open_time = open_time_of(row.time);
    if (!open_time) {
        return fail(open_time.error());
    }
    Bar bar = row.bar;
    bar.open_time = *open_time;
    if (last_) {
        if (Result<void> after = check_order(*last_, bar); !after) {
            return after;
        }
        const bool intraday = !is_daily_or_longer(report_.timeframe);
        counts_.close_together +=
            intraday && bar.open_time - last_->open_time < nominal_length(report_.timeframe) ? 1 : 0;
    }
    if (row.adjusted_close) {
        const Result<Bar> adjusted = adjust_bar(bar, *row.adjusted_close);
        if (!adjusted) {
            return fail(adjusted.error());
        }
        if (Result<void> pushed = bars_.adjusted.push_back(*adjusted); !pushed) {
            return pushed;
        }
    }
    const Result<Decimal> step = common_step(report_.price_step, bar);
    const Result<void> pushed = step ? bars_.raw.push_back(bar) : Result<void>(fail(step.error()));
    if (!pushed) {
        drop_last(bars_.adjusted, bars_.raw.size());
        return pushed;
    }
    report_.price_step = *step;
    report_.first = report_.first.value_or(bar.open_time);
    report_.last = bar.open_time;
    last_ = bar;
    return {};
}

void BarFile::refuse(std::uint64_t line, std::string reason, std::string text) {
    ++report_.bad;
    if (report_.bad_rows.size() < bad_rows_max) {
        report_.bad_rows.push_back(BadRow{.line = line, .reason = std::move(reason), .text = std::move(text)});
    }
}

void BarFile::note_counts() {
    const auto note = [this](std::uint64_t count, const std::string& text) {
        if (count > 0) {
            report_.notes.push_back(text);
        }
    };
    note(columns_->volume ? 0 : 1, "there is no column of volumes: all volumes are 0");
    note(counts_.no_volume, plural(counts_.no_volume, "row") + " without a volume: taken as 0");
    note(counts_.volume_unknown, plural(counts_.volume_unknown, "row") + " with the volume -1: taken as 0");
    note(counts_.ambiguous, plural(counts_.ambiguous, "time") + " that occurred twice when clocks were put back: " +
                                "taken as the first that comes after the row before");
    note(counts_.close_together, plural(counts_.close_together, "row") + " less than " +
                                     std::string(name_of(report_.timeframe)) + " after the row before");
    note(report_.has_adjusted ? 1 : 0, "the adjusted series has the volumes of the file, which are not adjusted");
}

Result<void> BarFile::finish() {
    Result<void> ended = reader_.finish([this](const CsvRow& row) { return read_row(row); });
    if (ended && columns_ && !timeframe_known_ && (!waiting_.empty() || options_.timeframe)) {
        ended = settle_timeframe();
    }
    if (!ended) {
        return fail(std::move(ended.error()).attempting("read bars").on(options_.file));
    }
    if (report_.bad > 0 && !options_.skip_bad) {
        return fail(refusal(report_, options_.file));
    }
    if (!last_) {
        return fail(Error(ErrorKind::failed, "import.empty", "the file holds no bars")
                        .attempting("read bars")
                        .on(options_.file));
    }
    note_counts();
    return {};
}

} // namespace tradesh::history
