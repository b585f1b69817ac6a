#include "core/market/moment_word.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;

namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }

/// Friday, 10:00 in New York.
const Instant friday_morning = at("2026-11-20T15:00:00Z");

Instrument stock_in(std::string exchange, std::string zone) {
    Instrument instrument;
    instrument.symbol = "GOOG";
    instrument.exchange = std::move(exchange);
    instrument.zone = std::move(zone);
    return instrument;
}

std::string moment(std::string_view text, Instant now = friday_morning,
                   const Instrument& instrument = stock_in("NASDAQ", "America/New_York")) {
    const Result<MomentWord> word = parse_moment(text);
    if (!word) {
        return word.error().code;
    }
    const Result<Instant> found = moment_of(*word, instrument, now);
    return found ? to_rfc3339(*found) : found.error().code;
}

std::string canonical(std::string_view text) {
    const Result<MomentWord> word = parse_moment(text);
    return word ? to_text(*word) : word.error().code;
}

} // namespace

TEST_CASE("a time of day is on the exchange's clock, on another one where that is named, and UTC where none is known") {
    CHECK(moment("15:55") == "2026-11-20T20:55:00Z");
    CHECK(moment("15:55:30") == "2026-11-20T20:55:30Z");
    CHECK(moment("15:55 Europe/Berlin") == "2026-11-20T14:55:00Z");
    CHECK(moment("15:55", friday_morning, stock_in("", "")) == "time.zone_missing");
    Instrument guessed = stock_in("", "UTC");
    guessed.assumed.zone = true;
    CHECK(moment("15:55", friday_morning, guessed) == "time.zone_missing");
    CHECK(moment("15:55 UTC", friday_morning, guessed) == "2026-11-20T15:55:00Z");
    CHECK(moment("09:00") == "2026-11-20T14:00:00Z"); // has passed: the caller judges
}

TEST_CASE("an edge of the session follows holidays, half days and daylight saving") {
    CHECK(moment("NYSE:close-5m") == "2026-11-20T20:55:00Z");
    CHECK(moment("nyse:open+1m") == "2026-11-20T14:31:00Z");
    CHECK(moment("close") == "2026-11-20T21:00:00Z");
    CHECK(moment("NYSE:close-5m", at("2026-11-27T15:00:00Z")) == "2026-11-27T17:55:00Z"); // the day after Thanksgiving
    CHECK(moment("NYSE:close-5m", at("2026-11-26T15:00:00Z")) == "2026-11-27T17:55:00Z"); // Thanksgiving itself
    CHECK(moment("NYSE:close-5m", at("2026-07-15T15:00:00Z")) == "2026-07-15T19:55:00Z");
    CHECK(moment("XETRA:close") == "2026-11-20T16:30:00Z");
    CHECK(moment("close", friday_morning, stock_in("", "")) == "calendar.unknown");
}

TEST_CASE("a moment has one spelling, which is read back") {
    for (const std::string_view text :
         {"15:55", "15:55:30", "09:05 Europe/Berlin", "NYSE:close-5m", "open+1h30m", "close", "2026-11-20T20:55:00Z"}) {
        CHECK(canonical(text) == text);
    }
    CHECK(canonical("nyse:CLOSE-300s") == "NYSE:close-5m");
    CHECK(canonical("2026-11-20T15:55:00-05:00") == "2026-11-20T20:55:00Z");
}

TEST_CASE("what could be read in two ways is no moment") {
    for (const std::string_view text : {"", "15", "25:00", "15:60", "3:55pm", "2026-11-20", "2026-11-20T15:55:00",
                                        "NYSE:lunch", "MOON:close", "NYSE:close5m", "close-", "15:55 Mars/Base"}) {
        CAPTURE(text);
        CHECK(canonical(text) == "time.moment");
    }
}

TEST_CASE("a session has the date of its exchange, or that of UTC around the clock") {
    const Instrument stock = stock_in("NYSE", "America/New_York");
    CHECK(session_date_of(stock, friday_morning) == "2026-11-20");
    CHECK(session_date_of(stock, at("2026-11-21T03:00:00Z")) == "2026-11-23"); // Friday evening in New York: Monday's
    Instrument coin = stock_in("", "");
    coin.kind = Crypto{};
    CHECK(session_date_of(coin, at("2026-11-21T03:00:00Z")) == "2026-11-21");
    CHECK(session_date_of(stock_in("", ""), at("2026-11-21T03:00:00Z")) == "2026-11-21");
    CHECK(date_in_zone("America/New_York", at("2026-11-21T03:00:00Z")) == "2026-11-20");
    CHECK(date_in_zone("Mars/Base", friday_morning).error().kind == ErrorKind::usage);
}
