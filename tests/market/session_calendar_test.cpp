#include "tests/market/calendar_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace calendar_facts;

namespace {

Instrument instrument(InstrumentKind kind, std::string exchange) {
    return Instrument{.id = {}, .symbol = "TEST", .kind = std::move(kind), .exchange = std::move(exchange)};
}

} // namespace

TEST_CASE("a calendar is found by the name of its exchange") {
    const SessionCalendar tokyo = calendar("TSE");
    CHECK(tokyo.name() == "TSE");
    CHECK(tokyo.zone().name() == "Asia/Tokyo");
    for (const char* name : {"", "nyse", "CBOE", "MOON"}) {
        INFO(name);
        const Error error = SessionCalendar::find(name).error();
        CHECK(error.kind == ErrorKind::not_found);
        CHECK(error.code == "calendar.unknown");
        CHECK_THAT(error.hint, Contains("--exchange NYSE") && Contains("HKFE"));
    }
}

TEST_CASE("an instrument trades where somebody said it does") {
    CHECK(SessionCalendar::of(instrument(Stock{}, "LSE")).value().name() == "LSE");
    CHECK(SessionCalendar::of(instrument(Future{}, "GLOBEX")).value().name() == "GLOBEX");
    CHECK(SessionCalendar::of(instrument(Forex{}, "")).value().name() == "FOREX");
    CHECK(SessionCalendar::of(instrument(Forex{}, "IDEALPRO")).value().name() == "FOREX");
    CHECK(SessionCalendar::of(instrument(Crypto{}, "")).value().name() == "CRYPTO");
    for (const InstrumentKind& kind : {InstrumentKind(Stock{}), InstrumentKind(Index{}), InstrumentKind(Future{}),
                                       InstrumentKind(Option{}), InstrumentKind(Combo{})}) {
        INFO(name_of(kind));
        const Error error = SessionCalendar::of(instrument(kind, "")).error();
        CHECK(error.code == "calendar.unknown");
        CHECK(error.subject == "TEST");
        CHECK_THAT(error.hint, Contains("--exchange NYSE"));
    }
}

TEST_CASE("an assumed exchange is no exchange") {
    Instrument stock = instrument(Stock{}, "NYSE");
    stock.assumed.exchange = true;
    CHECK(SessionCalendar::of(stock).error().code == "calendar.unknown");
    Instrument coin = instrument(Crypto{}, "NYSE");
    coin.assumed.exchange = true;
    CHECK(SessionCalendar::of(coin).value().name() == "CRYPTO");
    CHECK_THAT(SessionCalendar::of(instrument(Option{}, "CBOE")).error().message, Contains("'CBOE'"));
}

TEST_CASE("a moment belongs to the session it lies in, or to the next") {
    const auto on = [](std::string_view exchange, std::string_view moment) {
        return minute(calendar(exchange).trading_date(utc(moment)).value()).substr(0, 10);
    };
    CHECK(on("NYSE", "2024-07-02T15:00Z") == "2024-07-02");
    CHECK(on("NYSE", "2024-07-02T23:59Z") == "2024-07-02"); // 19:59 in New York
    CHECK(on("NYSE", "2024-07-03T00:00Z") == "2024-07-03"); // the close is outside
    CHECK(on("NYSE", "2024-07-03T21:00Z") == "2024-07-05"); // 17:00 of a half day before a holiday
    CHECK(on("FOREX", "2024-07-05T20:59Z") == "2024-07-05");
    CHECK(on("FOREX", "2024-07-05T21:00Z") == "2024-07-08");
    CHECK(on("FOREX", "2024-07-07T21:00Z") == "2024-07-08");
    CHECK(on("TSE", "2024-07-02T03:00Z") == "2024-07-02"); // lunch
    CHECK(on("HKFE", "2024-03-28T10:00Z") == "2024-04-02");
    CHECK(on("GLOBEX", "2024-07-07T22:00Z") == "2024-07-08");
    CHECK(on("CRYPTO", "2024-07-07T23:59:59Z") == "2024-07-07");
}

TEST_CASE("outside of its dates a calendar knows nothing, and says so") {
    const SessionCalendar nyse = calendar("NYSE");
    const Instant inside = utc("2024-01-02");
    const Instant first = nyse.first_date();
    const Instant end = nyse.last_date() + std::chrono::days(1);
    const Timeframe timeframe = GENERATE(Timeframe::m1, Timeframe::h4, Timeframe::d1, Timeframe::w1, Timeframe::mo1);
    const auto code = [&](Instant from, Instant to) {
        return nyse.slots(timeframe, from, to, Hours::all).error().code;
    };
    CHECK(code(Instant::min(), Instant::max()) == "calendar.out_of_range");
    CHECK(code(Instant::min(), inside) == "calendar.out_of_range");
    CHECK(code(inside, Instant::max()) == "calendar.out_of_range");
    CHECK(code(Instant::max(), Instant::min()) == "calendar.out_of_range");
    CHECK(code(first - Duration(1), inside) == "calendar.out_of_range");
    CHECK(code(inside, end + Duration(1)) == "calendar.out_of_range");
    CHECK(nyse.slots(timeframe, first, first + std::chrono::days(40), Hours::all).has_value());
    CHECK(nyse.slots(timeframe, end - std::chrono::days(40), end, Hours::all).has_value() ==
          (timeframe != Timeframe::w1));
    CHECK(nyse.slots(timeframe, end, end, Hours::all).value().empty());
}

TEST_CASE("sessions and trading dates keep to the dates as well") {
    const SessionCalendar nyse = calendar("NYSE");
    const Error error = nyse.sessions(trading_date("1989-12-29"), trading_date("1990-01-05"), Hours::regular).error();
    CHECK(error.kind == ErrorKind::not_found);
    CHECK(error.message == "the sessions of NYSE are known from 1990-01-01 through 2035-12-31 only");
    CHECK(nyse.sessions(trading_date("2035-12-31"), trading_date("2036-01-01"), Hours::regular).value().size() == 1);
    CHECK_FALSE(nyse.sessions(trading_date("2035-12-31"), trading_date("2036-01-02"), Hours::regular).has_value());
    CHECK_FALSE(nyse.sessions(TradingDate::min(), TradingDate::max(), Hours::all).has_value());
    CHECK(nyse.sessions(trading_date("2024-01-02"), trading_date("2024-01-02"), Hours::all).value().empty());
    for (const Instant moment : {Instant::min(), Instant::max(), utc("1989-12-31T23:59Z"), utc("2036-01-02")}) {
        CHECK(nyse.trading_date(moment).error().code == "calendar.out_of_range");
    }
}

TEST_CASE("kinds of hours have names") {
    for (const Hours hours : {Hours::regular, Hours::extended, Hours::all}) {
        CHECK(parse_hours(name_of(hours)).value() == hours);
    }
    CHECK(parse_hours("always").error().code == "hours.unknown");
    CHECK(name_of(SessionKind::night) == "night");
}
