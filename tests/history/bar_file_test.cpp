#include "core/history/bar_file.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

using namespace tradesh;
using namespace tradesh::history;

namespace {

struct Parsed {
    Result<void> outcome;
    ParsedBars bars; ///< of the first symbol
    std::vector<SymbolBars> all;
    BarFileReport report;
};

BarFileOptions options_with(std::string zone = "UTC") {
    BarFileOptions options;
    options.file = "my.csv";
    options.symbol = "TEST";
    options.rows.zone = std::move(zone);
    return options;
}

Parsed parse(std::string_view text, BarFileOptions options = options_with()) {
    BarFile file = BarFile::create(std::move(options)).value();
    Result<void> outcome = file.feed(text);
    if (outcome) {
        outcome = file.finish();
    }
    std::vector<SymbolBars> all = file.take();
    ParsedBars first = all.empty() ? ParsedBars() : all.front().bars;
    return {.outcome = std::move(outcome), .bars = std::move(first), .all = std::move(all), .report = file.report()};
}

std::string content_of(const std::string& name) {
    std::ifstream in(std::string(TEST_DATA_DIR) + "/" + name);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

std::string time_of(const Bars& bars, std::size_t i) { return to_rfc3339(bars.open_time[i]); }

/// A file of one day in five-minute bars at these local times.
std::string five_minute_file(std::string_view date, std::initializer_list<const char*> times) {
    std::string text = "Date,Time,Open,High,Low,Close\n";
    for (const char* time : times) {
        text += std::string(date) + "," + time + ",1,2,1,2\n";
    }
    return text;
}

} // namespace

TEST_CASE("a daily file with an unnamed first column") {
    const Parsed parsed = parse(content_of("GOOG_1d.csv"), options_with("America/New_York"));
    REQUIRE(parsed.outcome);
    CHECK(parsed.report.rows == 260);
    CHECK(parsed.bars.raw.size() == 260);
    CHECK(parsed.bars.adjusted.empty());
    CHECK(parsed.report.timeframe == Timeframe::d1);
    CHECK(parsed.report.timeframe_why == "dates without times of day");
    CHECK(parsed.report.symbols.at(0).price_step == Decimal::of(1, 2));
    CHECK(parsed.report.symbols.at(0).bars == 260);
    CHECK(to_rfc3339(parsed.report.symbols.at(0).last.value()) == "2013-03-01T00:00:00Z");
    const Bar last = parsed.bars.raw.at(259);
    CHECK(last.open.to_string() == "797.80");
    CHECK(last.close == Decimal::of(80619, 2));
    CHECK(last.volume == Decimal(2'175'400));
}

TEST_CASE("an hourly file is converted from its zone") {
    const Parsed utc = parse(content_of("EURUSD_1h.csv"));
    REQUIRE(utc.outcome);
    CHECK(utc.report.timeframe == Timeframe::h1);
    CHECK(utc.report.timeframe_why == "the most common distance between rows");
    CHECK(utc.report.symbols.at(0).price_step == Decimal::of(1, 5));
    CHECK(time_of(utc.bars.raw, utc.bars.raw.size() - 1) == "2018-02-07T15:00:00Z");
    const Parsed berlin = parse(content_of("EURUSD_1h.csv"), options_with("Europe/Berlin"));
    CHECK(time_of(berlin.bars.raw, berlin.bars.raw.size() - 1) == "2018-02-07T14:00:00Z");
}

TEST_CASE("a five-minute file with Date and Time apart; columns that mean nothing are named") {
    const Parsed parsed = parse(content_of("STOXX50_5m.csv"), options_with("Europe/Berlin"));
    REQUIRE(parsed.outcome);
    CHECK(parsed.report.timeframe == Timeframe::m5);
    CHECK(parsed.report.columns_ignored == std::vector<std::string>{"OpenInterest"});
    CHECK(time_of(parsed.bars.raw, 0) == "2006-01-02T08:05:00Z");
}

TEST_CASE("adjusted closes make a second series with scaled prices") {
    const Parsed parsed = parse(content_of("KO_1d.csv"));
    REQUIRE(parsed.outcome);
    REQUIRE(parsed.bars.adjusted.size() == parsed.bars.raw.size());
    CHECK(parsed.report.has_adjusted);
    const Bar raw = parsed.bars.raw.at(0);
    const Bar adjusted = parsed.bars.adjusted.at(0);
    CHECK(raw.close == Decimal::of(51875, 3));
    CHECK(adjusted.close.to_string() == "16.206907");
    CHECK(adjusted.open == Decimal::of(16402171, 6)); // 52.5 * 16.206907 / 51.875
    CHECK(adjusted.volume == raw.volume);
    CHECK(parsed.report.symbols.at(0).price_step == Decimal::of(125, 3)); // eighths of a dollar
}

TEST_CASE("headers in other words, orders and letter cases") {
    for (const std::string text : {"timestamp,OPEN,high,Low,close,vol\n2024-01-02,1,3,1,2,9\n",
                                   "VOLUME;Close;Low;High;Open;Date\n9;2;1;3;1;2024-01-02\n",
                                   "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\n2024.01.02\t1\t3\t1\t2\t9\n",
                                   "Open Time,o,h,l,c,v\n20240102,1,3,1,2,9\n",
                                   " date , open , high , low , close , volume \n2024/01/02,1,3,1,2,9"}) {
        INFO(text);
        const Parsed parsed = parse(text);
        REQUIRE(parsed.outcome);
        CHECK(time_of(parsed.bars.raw, 0) == "2024-01-02T00:00:00Z");
        CHECK(parsed.bars.raw.at(0).high == Decimal(3));
        CHECK(parsed.bars.raw.at(0).volume == Decimal(9));
    }
}

TEST_CASE("headers that do not do are refused with what is missing") {
    const auto refused = [](std::string_view text) {
        const Parsed parsed = parse(text);
        REQUIRE_FALSE(parsed.outcome);
        CHECK(parsed.outcome.error().where.value().file == "my.csv");
        return parsed.outcome.error();
    };
    CHECK(refused("2024-01-02,1,3,1,2,9\n").code == "import.no_header");
    CHECK(refused("Date,Open,High,Low\n").message == "there is no column Close");
    CHECK(refused("Open,High,Low,Close\n").message == "there is no column with the time of the bars");
    CHECK(refused("Date,Open,High,Low,Close,close\n").code == "import.column_twice");
    CHECK(refused("Date,Datetime,Open,High,Low,Close\n").code == "import.column_twice");
    CHECK(parse("").outcome.error().code == "import.empty");
    CHECK(parse("Date,Open,High,Low,Close\n").outcome.error().code == "import.empty");
}

TEST_CASE("every kind of row that cannot be trusted is refused with its line and reason") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"2024-01-03,1,3,1", "4 fields instead of 6"},
        {"2024-01-03,1,3,1,2,9,9", "7 fields instead of 6"},
        {"2024-01-03,x,3,1,2,9", "open: 'x' is not a number"},
        {"2024-01-03,1,NaN,1,2,9", "high: 'NaN' is not a number"},
        {"2024-01-03,1,3,,2,9", "low is empty"},
        {"2024-01-03,1,3,1,null,9", "close: 'null' is not a number"},
        {"2024-01-03,1,3,1,\"2,5\",9", "close: '2,5' is not a number; write decimals with a point"},
        {"2024-01-03,1,3,1,2,-9", "volume -9 is negative"},
        {"2024-01-03,3,2,3,3,9", "high 2 is below low 3"},
        {"2024-01-03,4,3,1,2,9", "open 4 is outside low 1 to high 3"},
        {"2024-01-03,1,3,1,0.5,9", "close 0.5 is outside low 1 to high 3"},
        {"2024-01-03,1,3,0,2,9", "low 0 is not above zero"},
        {"2024-01-03,1,3,-1,2,9", "low -1 is not above zero"},
        {"2024-01-03,1,100000000000000000000000,1,2,9", "too_large"},
        {"03.01.2024,1,3,1,2,9", "'03.01.2024' is not a time"},
        {"2024-02-30,1,3,1,2,9", "'2024-02-30' is not a time"},
        {"2024-01-01,1,3,1,2,9", "out of order: 2024-01-01 comes after 2024-01-02"},
        {"2024-01-02,1,3,1,2,9", "the bar of 2024-01-02 stands twice, with the same values"},
        {"2024-01-02,1,3,1,2,8", "stands twice, with different values"},
        {"2024-01-03,1,3,1,2,9e18", "does not fit"},
    };
    for (const auto& [row, reason] : rows) {
        INFO(row);
        const std::string text =
            "Date,Open,High,Low,Close,Volume\n2023-12-29,1,3,1,2,9\n2024-01-02,1,3,1,2,9\n" + row + "\n";
        BarFileOptions options = options_with();
        options.timeframe = Timeframe::d1;
        const Parsed parsed = parse(text, options);
        if (row.ends_with("9e18")) { // large, but exact
            CHECK(parsed.outcome);
            continue;
        }
        REQUIRE_FALSE(parsed.outcome);
        const Error& error = parsed.outcome.error();
        CHECK(error.code == "import.bad_rows");
        CHECK(error.subject == "my.csv");
        CHECK(error.where.value().line == 4);
        CHECK(error.where.value().text == row); // as written
        CHECK_THAT(error.message, Contains("1 of 3 rows cannot be trusted: line 4: "));
        if (reason != "too_large") {
            CHECK_THAT(error.message, Contains(reason));
        }
        options.skip_bad = true;
        const Parsed skipped = parse(text, options);
        REQUIRE(skipped.outcome);
        CHECK(skipped.bars.raw.size() == 2);
        REQUIRE(skipped.report.bad_rows.size() == 1);
        CHECK(skipped.report.bad_rows[0].line == 4);
        CHECK(skipped.report.bad_rows[0].text == row);
    }
}

TEST_CASE("skipped rows are listed up to a thousand and counted after") {
    std::string text = "Date,Open,High,Low,Close\n2024-01-02,1,3,1,2\n";
    for (int i = 0; i < 2'500; ++i) {
        text += "bad,1,3,1,2\n";
    }
    BarFileOptions options = options_with();
    options.skip_bad = true;
    const Parsed parsed = parse(text, options);
    REQUIRE(parsed.outcome);
    CHECK(parsed.report.bad == 2'500);
    CHECK(parsed.report.bad_rows.size() == 1'000);
    CHECK(parsed.report.bad_rows.back().line == 1'002);
}

TEST_CASE("a bad adjusted close refuses the row") {
    const Parsed parsed = parse("Date,Open,High,Low,Close,Adj Close\n2024-01-02,1,3,1,2,\n2024-01-03,1,3,1,2,-1\n"
                                "2024-01-04,1,3,1,2,1\n");
    REQUIRE_FALSE(parsed.outcome);
    CHECK_THAT(parsed.outcome.error().message, Contains("line 2: adjusted close is empty"));
    CHECK_THAT(parsed.outcome.error().message, Contains("line 3: adjusted close -1 does not fit close 2"));
}

TEST_CASE("missing volumes are zeros, and said so") {
    const Parsed none = parse("Date,Open,High,Low,Close\n2024-01-02,1,3,1,2\n");
    REQUIRE(none.outcome);
    CHECK(none.bars.raw.at(0).volume.is_zero());
    CHECK(none.report.notes == std::vector<std::string>{"there is no column of volumes: all volumes are 0"});
    const Parsed some = parse("Date,Open,High,Low,Close,Volume\n2024-01-02,1,3,1,2,\n2024-01-03,1,3,1,2,-1\n");
    REQUIRE(some.outcome);
    CHECK(some.report.notes ==
          std::vector<std::string>{"1 row without a volume: taken as 0", "1 row with the volume -1: taken as 0"});
}

TEST_CASE("prices below zero are fine where the kind allows them") {
    BarFileOptions options = options_with();
    options.rows.prices_above_zero = false;
    const Parsed parsed = parse("Date,Open,High,Low,Close,Volume\n2020-04-20,17.73,17.85,-40.32,-37.63,9\n", options);
    REQUIRE(parsed.outcome);
    CHECK(parsed.bars.raw.at(0).close == Decimal::of(-3763, 2));
}

TEST_CASE("offsets in the text and seconds since 1970 win over the zone") {
    const std::string offsets = "Datetime,Open,High,Low,Close\n2024-01-02 09:30:00-05:00,1,3,1,2\n"
                                "2024-01-02 09:35:00-05:00,1,3,1,2\n";
    CHECK(time_of(parse(offsets, options_with("Asia/Tokyo")).bars.raw, 0) == "2024-01-02T14:30:00Z");
    const std::string seconds = "time,open,high,low,close\n1704205800,1,3,1,2\n1704206100,1,3,1,2\n";
    CHECK(time_of(parse(seconds, options_with("Asia/Tokyo")).bars.raw, 1) == "2024-01-02T14:35:00Z");
    const std::string milliseconds = "time,open,high,low,close\n1704205800000,1,3,1,2\n1704205860000,1,3,1,2\n";
    const Parsed minute = parse(milliseconds);
    CHECK(minute.report.timeframe == Timeframe::m1);
    CHECK(time_of(minute.bars.raw, 1) == "2024-01-02T14:31:00Z");
}

TEST_CASE("daily bars keep the date of their session whatever the offset") {
    const std::string text =
        "Date,Open,High,Low,Close\n2024-01-02 00:00:00-05:00,1,3,1,2\n2024-01-03 00:00:00-05:00,1,3,1,2\n";
    const Parsed parsed = parse(text, options_with("Asia/Tokyo"));
    REQUIRE(parsed.outcome);
    CHECK(parsed.report.timeframe == Timeframe::d1);
    CHECK(time_of(parsed.bars.raw, 0) == "2024-01-02T00:00:00Z");
    BarFileOptions epoch = options_with("America/New_York"); // midnight in New York
    epoch.timeframe = Timeframe::d1;
    CHECK(time_of(parse("time,open,high,low,close\n1704171600,1,3,1,2\n", epoch).bars.raw, 0) ==
          "2024-01-02T00:00:00Z");
}

TEST_CASE("clock changes: skipped times are refused, repeated ones go by their order") {
    const BarFileOptions berlin = options_with("Europe/Berlin");
    const Parsed spring = parse(five_minute_file("2024-03-31", {"01:50", "01:55", "02:00", "03:00"}), berlin);
    REQUIRE_FALSE(spring.outcome);
    CHECK_THAT(spring.outcome.error().message,
               Contains("line 4: this time did not exist in Europe/Berlin: clocks were put forward"));

    const Parsed autumn =
        parse(five_minute_file("2024-10-27", {"01:55", "02:00", "02:05", "02:55", "02:00", "02:05", "02:55", "03:00"}),
              berlin);
    REQUIRE(autumn.outcome);
    CHECK(time_of(autumn.bars.raw, 1) == "2024-10-27T00:00:00Z");
    CHECK(time_of(autumn.bars.raw, 3) == "2024-10-27T00:55:00Z");
    CHECK(time_of(autumn.bars.raw, 4) == "2024-10-27T01:00:00Z");
    CHECK(time_of(autumn.bars.raw, 7) == "2024-10-27T02:00:00Z");
    CHECK_THAT(autumn.report.notes.back(), Contains("6 times that occurred twice"));

    const Parsed thrice = parse(five_minute_file("2024-10-27", {"01:55", "02:00", "02:00", "02:00", "02:05"}), berlin);
    REQUIRE_FALSE(thrice.outcome);
    CHECK_THAT(thrice.outcome.error().message, Contains("line 5: the bar of 2024-10-27T01:00:00Z stands twice"));
}

TEST_CASE("the timeframe comes from the usual distance, or is asked for") {
    const auto timeframe_of = [](std::initializer_list<const char*> dates) {
        std::string text = "Date,Open,High,Low,Close\n";
        for (const char* date : dates) {
            text += std::string(date) + ",1,3,1,2\n";
        }
        return parse(text);
    };
    CHECK(timeframe_of({"2024-01-01", "2024-01-08", "2024-01-15"}).report.timeframe == Timeframe::w1);
    CHECK(timeframe_of({"2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"}).report.timeframe == Timeframe::mo1);
    CHECK(timeframe_of({"2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10"}).report.timeframe == Timeframe::d1);
    CHECK(timeframe_of({"2024-01-05 10:00", "2024-01-05 10:15", "2024-01-05 10:30"}).report.timeframe ==
          Timeframe::m15);
    const Parsed odd = timeframe_of({"2024-01-05 10:00", "2024-01-05 10:07", "2024-01-05 10:14"});
    REQUIRE_FALSE(odd.outcome);
    CHECK(odd.outcome.error().code == "import.timeframe");
    CHECK_THAT(odd.outcome.error().message, Contains("7m apart"));
    CHECK_FALSE(timeframe_of({"2024-01-05 10:00"}).outcome);

    BarFileOptions five = options_with();
    five.timeframe = Timeframe::m5;
    const Parsed dates = parse("Date,Open,High,Low,Close\n2024-01-05,1,3,1,2\n", five);
    REQUIRE_FALSE(dates.outcome);
    CHECK_THAT(dates.outcome.error().message, Contains("a date without a time of day"));
}

TEST_CASE("a file read byte by byte gives the same bars") {
    const std::string text = content_of("STOXX50_5m.csv");
    BarFile file = BarFile::create(options_with()).value();
    for (const char c : text) {
        REQUIRE(file.feed(std::string_view(&c, 1)));
    }
    REQUIRE(file.finish());
    CHECK(file.take().at(0).bars.raw == parse(text).bars.raw);
}

namespace {

std::vector<std::string> times_of(const Bars& bars) {
    std::vector<std::string> times;
    for (const Instant time : bars.open_time) {
        times.push_back(to_rfc3339(time));
    }
    return times;
}

BarFileOptions closing(std::string zone, std::optional<Timeframe> timeframe = std::nullopt) {
    BarFileOptions options = options_with(std::move(zone));
    options.stamp = BarStamp::close;
    options.timeframe = timeframe;
    return options;
}

BarFileOptions all_symbols() {
    BarFileOptions options = options_with();
    options.symbol.clear();
    return options;
}

/// The lines of a file after its first, in the opposite order.
std::string turned_around(const std::string& text) {
    std::istringstream lines(text);
    std::string header;
    std::getline(lines, header);
    std::string turned;
    for (std::string line; std::getline(lines, line);) {
        turned = line + "\n" + turned;
    }
    return header + "\n" + turned;
}

} // namespace

TEST_CASE("times of closes: a bar opens one timeframe earlier, across clock changes too") {
    const Parsed stoxx = parse(content_of("STOXX50_5m.csv"), closing("Europe/Berlin"));
    REQUIRE(stoxx.outcome);
    CHECK(time_of(stoxx.bars.raw, 0) == "2006-01-02T08:00:00Z"); // 09:05 in Berlin
    CHECK_THAT(stoxx.report.notes.front(), Contains("every bar opens 5m before what is written"));

    const Parsed spring =
        parse(five_minute_file("2024-03-31", {"01:50", "01:55", "03:00", "03:05"}), closing("Europe/Berlin"));
    REQUIRE(spring.outcome);
    CHECK(times_of(spring.bars.raw) == std::vector<std::string>{"2024-03-31T00:45:00Z", "2024-03-31T00:50:00Z",
                                                                "2024-03-31T00:55:00Z", "2024-03-31T01:00:00Z"});
    const Parsed autumn = parse(five_minute_file("2024-10-27", {"02:55", "02:00", "02:05", "02:10"}),
                                closing("Europe/Berlin", Timeframe::m5));
    REQUIRE(autumn.outcome);
    CHECK(times_of(autumn.bars.raw) == std::vector<std::string>{"2024-10-27T00:50:00Z", "2024-10-27T00:55:00Z",
                                                                "2024-10-27T01:00:00Z", "2024-10-27T01:05:00Z"});
}

TEST_CASE("times of closes: a short last bar opens where the one before closed; dates stay") {
    const std::string hours = "time,open,high,low,close\n2024-01-02 14:30:00,1,3,1,2\n2024-01-02 15:30:00,1,3,1,2\n"
                              "2024-01-02 16:00:00,1,3,1,2\n2024-01-03 10:30:00,1,3,1,2\n";
    const Parsed intraday = parse(hours, closing("America/New_York", Timeframe::h1));
    REQUIRE(intraday.outcome);
    CHECK(times_of(intraday.bars.raw) == std::vector<std::string>{"2024-01-02T18:30:00Z", "2024-01-02T19:30:00Z",
                                                                  "2024-01-02T20:30:00Z", "2024-01-03T14:30:00Z"});
    CHECK_THAT(intraday.report.notes.back(), Contains("1 row less than 1h after the row before: short bars"));
    const Parsed daily = parse(content_of("GOOG_1d.csv"), closing("America/New_York"));
    REQUIRE(daily.outcome);
    CHECK(daily.bars.raw == parse(content_of("GOOG_1d.csv")).bars.raw);
    CHECK_THAT(daily.report.notes.front(), Contains("keep the date that is written"));
}

TEST_CASE("a file from new to old gives the same bars") {
    for (const char* name : {"GOOG_1d.csv", "KO_1d.csv", "EURUSD_1h.csv", "STOXX50_5m.csv"}) {
        INFO(name);
        const std::string text = content_of(name);
        const Parsed forward = parse(text, options_with("Europe/Berlin"));
        const Parsed backward = parse(turned_around(text), options_with("Europe/Berlin"));
        REQUIRE(backward.outcome);
        CHECK(backward.bars.raw == forward.bars.raw);
        CHECK(backward.bars.adjusted == forward.bars.adjusted);
        CHECK(backward.report.notes.at(0) == "the file runs from new to old");
        CHECK(backward.report.symbols.at(0).first == forward.report.symbols.at(0).first);
        CHECK(backward.report.symbols.at(0).last == forward.report.symbols.at(0).last);
    }
    const std::string autumn =
        five_minute_file("2024-10-27", {"01:55", "02:00", "02:05", "02:55", "02:00", "02:05", "02:55", "03:00"});
    BarFileOptions berlin = options_with("Europe/Berlin");
    berlin.timeframe = Timeframe::m5;
    const Parsed backward = parse(turned_around(autumn), berlin);
    REQUIRE(backward.outcome);
    CHECK(backward.bars.raw == parse(autumn, berlin).bars.raw);
}

TEST_CASE("one row out of order in a file from new to old is refused at its line") {
    const Parsed parsed = parse("Date,Open,High,Low,Close\n2024-01-09,1,3,1,2\n2024-01-08,1,3,1,2\n"
                                "2024-01-05,1,3,1,2\n2024-01-06,1,3,1,2\n2024-01-04,1,3,1,2\n");
    REQUIRE_FALSE(parsed.outcome);
    CHECK_THAT(parsed.outcome.error().message,
               Contains("1 of 5 rows cannot be trusted: line 5: out of order: 2024-01-06 comes after 2024-01-05 in a "
                        "file that runs from new to old"));
}

TEST_CASE("rows without prices are slots that have no bar") {
    const Parsed parsed = parse("time,open,high,low,close,volume\n2024-01-02T14:30:00Z,,,,,\n"
                                "2024-01-02T14:35:00Z,1,3,1,2,9\n2024-01-02T14:40:00Z,,,,,\n");
    REQUIRE(parsed.outcome);
    CHECK(parsed.bars.raw.size() == 1);
    CHECK(parsed.report.bad == 0);
    CHECK(parsed.report.timeframe == Timeframe::m5); // they still tell how far rows are apart
    CHECK(parsed.report.notes == std::vector<std::string>{"2 rows without prices: slots that have no bar"});
    CHECK(parse("time,open,high,low,close\n2024-01-02,,,,\n").outcome.error().code == "import.empty");
    CHECK_FALSE(parse("time,open,high,low,close\nnever,,,,\n2024-01-02,1,3,1,2\n").outcome);
}

TEST_CASE("a column of symbols: all of them, or the one that is asked for") {
    const std::string text = "symbol,time,open,high,low,close\nGOOG,2024-01-02,1,3,1,2\nmsft,2024-01-02,5,7,5,6\n"
                             "goog,2024-01-03,2,3,1,2\nMSFT,2024-01-03,6,7,5,6\nGOOG,2024-01-04,3,3,1,2\n";
    const Parsed all = parse(text, all_symbols());
    REQUIRE(all.outcome);
    REQUIRE(all.all.size() == 2);
    CHECK(all.report.symbols.at(0).symbol == "GOOG");
    CHECK(all.all.at(0).bars.raw.size() == 3);
    CHECK(all.report.symbols.at(1).symbol == "MSFT");
    CHECK(all.all.at(1).bars.raw.at(1).open == Decimal(6));

    BarFileOptions one = options_with();
    one.symbol = "MSFT";
    const Parsed some = parse(text, one);
    REQUIRE(some.outcome);
    CHECK(some.bars.raw == all.all.at(1).bars.raw);
    CHECK(some.report.other_symbol == 3);
    CHECK_THAT(some.report.notes.at(0), Contains("3 rows of other symbols left out"));

    one.symbol = "KO";
    const Parsed none = parse(text, one);
    REQUIRE_FALSE(none.outcome);
    CHECK(none.outcome.error().code == "import.symbol_absent");
    CHECK_THAT(none.outcome.error().hint, Contains("GOOG, msft"));
    CHECK(parse("time,open,high,low,close\n", all_symbols()).outcome.error().code == "import.symbol_missing");
}

TEST_CASE("each symbol's rows ascend; an empty or odd symbol refuses its row") {
    const Parsed parsed =
        parse("symbol,time,open,high,low,close\nA,2024-01-02,1,3,1,2\nB,2024-01-03,1,3,1,2\n"
              "B,2024-01-04,1,3,1,2\nA,2024-01-02,1,3,1,2\n,2024-01-05,1,3,1,2\nA B,2024-01-05,1,3,1,2\n",
              all_symbols());
    REQUIRE_FALSE(parsed.outcome);
    CHECK_THAT(parsed.outcome.error().message, Contains("3 of 6 rows cannot be trusted: line 5: the bar of 2024-01-02 "
                                                        "stands twice, with the same values; line 6: symbol is empty; "
                                                        "line 7: 'A B' is not a symbol"));
}

TEST_CASE("a file of more symbols than can be held is refused") {
    std::string text = "symbol,time,open,high,low,close\n";
    for (std::size_t i = 0; i <= file_symbols_max; ++i) {
        text += "S" + std::to_string(i) + ",2024-01-02,1,3,1,2\n";
    }
    CHECK(parse(text, all_symbols()).outcome.error().code == "import.too_many_symbols");
    const Parsed most = parse(text.substr(0, text.rfind('S')), all_symbols());
    REQUIRE(most.outcome);
    CHECK(most.report.timeframe == Timeframe::d1);
    CHECK(most.report.symbols.size() == file_symbols_max);
}

TEST_CASE("columns of dividends and splits are not read, and said so") {
    const Parsed parsed =
        parse("Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2024-01-02,1,3,1,2,9,0.0,0.0\n");
    REQUIRE(parsed.outcome);
    CHECK(parsed.report.notes ==
          std::vector<std::string>{"not read: Dividends, Stock Splits; prices of a file with such columns are often "
                                   "adjusted already"});
}

TEST_CASE("bad rows are told before a timeframe that cannot be") {
    const Parsed parsed = parse("time,open,high,low,close\n2024-01-02 10:00,1,3,1,x\n2024-01-02 10:05,1,3,1,2\n");
    REQUIRE_FALSE(parsed.outcome);
    CHECK(parsed.outcome.error().code == "import.bad_rows");
    CHECK_THAT(parsed.outcome.error().message, Contains("1 of 2 rows cannot be trusted: line 2: close: 'x'"));
    const Parsed quoted = parse("time,open,high,low,close\n\"2024-01-02\",1,\"2,5\",1,2\n");
    CHECK(quoted.report.bad_rows.at(0).text == "\"2024-01-02\",1,\"2,5\",1,2");
}

TEST_CASE("bad rows are listed by line, whenever they were told") {
    const Parsed parsed = parse("Date,Open,High,Low,Close\n2024-01-02,1,3,1,2\n2024-01-02,1,3,1,2\nx,1,3,1,2\n"
                                "2024-01-03,1,3,1,2\n");
    REQUIRE(parsed.report.bad_rows.size() == 2);
    CHECK(parsed.report.bad_rows[0].line == 3);
    CHECK(parsed.report.bad_rows[1].line == 4);
}

TEST_CASE("an unknown zone is refused") {
    CHECK(BarFile::create(options_with("Mars/Olympus")).error().code == "zone.unknown");
}

TEST_CASE("a given timeframe that most rows are closer than is refused") {
    BarFileOptions options = options_with();
    options.timeframe = Timeframe::h4;
    const Parsed hourly = parse(content_of("EURUSD_1h.csv"), options);
    REQUIRE_FALSE(hourly.outcome);
    CHECK(hourly.outcome.error().code == "import.timeframe");
    CHECK(hourly.outcome.error().message == "the rows are mostly 1h apart, not 4h");
    options.timeframe = Timeframe::m30; // sparse bars overlap nowhere
    CHECK(parse(content_of("EURUSD_1h.csv"), options).outcome);
}

TEST_CASE("a zone is not used where the rows carry their own") {
    BarFileOptions options = options_with();
    options.rows.zone_why = "assumed";
    const std::string header = "time,open,high,low,close\n";
    const std::string own = "2024-01-02T10:00:00+01:00,1,2,1,2\n2024-01-02T11:00:00+01:00,1,2,1,2\n";
    const auto why = [&](const std::string& rows) {
        return parse(header + rows, options).report.symbols.at(0).zone_why;
    };
    CHECK(why(own) == "not used: the rows carry their own");
    CHECK(why(own + "2024-01-02T11:00:00,1,2,1,2\n") == "assumed");
}
