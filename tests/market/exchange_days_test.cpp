#include "tests/market/calendar_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace calendar_facts;

namespace {

void check_closed(const SessionCalendar& exchange, const std::vector<std::string_view>& dates) {
    for (const std::string_view on : dates) {
        INFO(exchange.name() << " on " << on);
        CHECK(day(exchange, on, Hours::all) == "closed");
    }
}

void check_regular(const SessionCalendar& exchange, const std::vector<std::string_view>& dates,
                   const std::string& hours) {
    for (const std::string_view on : dates) {
        INFO(exchange.name() << " on " << on);
        CHECK(day(exchange, on) == hours);
    }
}

} // namespace

TEST_CASE("New York: the hours around the regular ones follow an early close") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(day(nyse, "2024-07-02", Hours::all) == "pre 04:00-09:30, regular 09:30-16:00, post 16:00-20:00");
    CHECK(day(nyse, "2024-07-03", Hours::all) == "pre 04:00-09:30, regular 09:30-13:00, post 13:00-17:00");
    CHECK(day(nyse, "2024-07-04", Hours::all) == "closed");
}

TEST_CASE("London: bank holidays, what is given back for them, and half days") {
    const SessionCalendar london = calendar("LSE");
    check_closed(london, {"2022-01-03", "2023-01-02", "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06",
                          "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26", "2020-12-28", "2021-12-27",
                          "2021-12-28", "2022-12-26", "2022-12-27", "2016-12-26", "2016-12-27"});
    check_closed(london, {"1995-05-08", "1999-12-31", "2002-06-03", "2002-06-04", "2011-04-29", "2012-06-04",
                          "2012-06-05", "2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"});
    check_regular(london,
                  {"2020-05-04", "2002-05-27", "2012-05-28", "2022-05-30", "2024-01-02", "2021-12-29", "2024-12-27",
                   "2024-12-23", "2005-07-08"},
                  "regular 08:00-16:30");
    check_regular(london,
                  {"2010-12-24", "2010-12-31", "2011-12-23", "2011-12-30", "2012-12-24", "2012-12-31", "2016-12-23",
                   "2017-12-22", "2017-12-29", "2023-12-22", "2024-12-24"},
                  "regular 08:00-12:30");
    CHECK(day(london, "1998-07-17") == "regular 08:30-16:30");
    CHECK(day(london, "1999-09-17") == "regular 09:00-16:30");
}

TEST_CASE("Xetra: holidays through their changes, the last day of a year") {
    const SessionCalendar xetra = calendar("XETRA");
    check_closed(xetra,
                 {"2012-04-06", "2012-04-09", "2012-05-01", "2012-12-24", "2012-12-25", "2012-12-26", "2012-12-31",
                  "2007-05-28", "2015-05-25", "2016-05-16", "2021-05-24", "2014-10-03", "2017-10-31"});
    check_regular(xetra,
                  {"2006-06-05", "2008-05-12", "2022-06-06", "2013-10-03", "2022-10-03", "2016-10-31", "2018-10-31",
                   "2012-12-27", "2012-01-02"},
                  "regular 09:00-17:30");
    check_regular(xetra, {"2011-12-30", "2012-12-28", "2024-12-30"}, "regular 09:00-14:00");
    CHECK(day(xetra, "2003-10-31") == "regular 09:00-20:00");
    CHECK(day(xetra, "2003-11-03") == "regular 09:00-17:30");
}

TEST_CASE("Eurex: three sessions, and fewer holidays than Xetra") {
    const SessionCalendar eurex = calendar("EUREX");
    check_closed(eurex, {"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-24", "2026-12-25",
                         "2026-12-31", "2028-12-26"});
    CHECK(day(eurex, "2021-05-24", Hours::all) == "pre 08:00-09:00, regular 09:00-17:30, post 17:30-22:00");
    CHECK(day(eurex, "2024-12-30") == "regular 09:00-17:30");
}

TEST_CASE("Tokyo: lunch, the later closes, and the half days that were") {
    const SessionCalendar tokyo = calendar("TSE");
    CHECK(day(tokyo, "2024-11-01") == "regular 09:00-11:30, regular 12:30-15:00");
    CHECK(day(tokyo, "2024-11-05") == "regular 09:00-11:30, regular 12:30-15:30");
    CHECK(day(tokyo, "2011-11-18") == "regular 09:00-11:00, regular 12:30-15:00");
    CHECK(day(tokyo, "2011-11-21") == "regular 09:00-11:30, regular 12:30-15:00");
    check_regular(tokyo, {"2001-12-28", "2008-01-04", "2008-12-30", "2009-01-05"}, "regular 09:00-11:00");
    check_regular(tokyo, {"2009-12-30", "2010-01-04", "2008-12-29", "2006-01-17"},
                  "regular 09:00-11:00, regular 12:30-15:00");
    CHECK(day(tokyo, "2006-01-18") == "regular 09:00-11:00, regular 12:30-14:40");
    CHECK(day(tokyo, "2006-01-19") == "regular 09:00-11:00, regular 13:00-15:00");
    CHECK(day(tokyo, "2005-11-01") == "regular 13:30-15:00");
}

TEST_CASE("Tokyo: holidays by rule, moved, given back, and between two others") {
    const SessionCalendar tokyo = calendar("TSE");
    check_closed(tokyo,
                 {"2012-01-02", "2012-01-03", "2012-01-09", "2012-03-20", "2012-04-30", "2012-05-03", "2012-05-04",
                  "2012-07-16", "2012-09-17", "2012-10-08", "2012-11-23", "2012-12-24", "2012-12-31"});
    check_closed(tokyo, {"2020-01-13", "2020-02-11", "2020-02-24", "2020-03-20", "2020-04-29", "2020-05-04",
                         "2020-05-05", "2020-05-06", "2020-07-23", "2020-07-24", "2020-08-10", "2020-09-21",
                         "2020-09-22", "2020-10-01", "2020-11-03", "2020-11-23"});
    check_closed(tokyo, {"2021-07-22", "2021-07-23", "2021-08-09", "2021-09-20", "2021-09-23", "2022-03-21",
                         "2022-08-11", "2022-10-10", "2024-02-12", "2024-05-06", "2024-08-12", "2024-09-23",
                         "2024-11-04", "2025-02-24", "2025-05-06", "2025-11-24", "2026-09-22"});
    check_closed(tokyo, {"1993-06-09", "1996-05-06", "1999-01-15", "1999-10-11", "1998-05-04", "2000-01-10",
                         "2008-05-06", "2009-05-06", "2009-09-22", "2015-09-22", "2019-04-30", "2019-05-01",
                         "2019-05-02", "2019-05-06", "2019-10-22", "2002-07-20", "1998-07-20", "2003-07-21"});
    check_regular(tokyo,
                  {"2015-08-11", "2019-12-23", "2020-07-20", "2020-10-12", "2021-07-19", "2021-10-11", "2021-08-11",
                   "2021-08-10", "2018-05-07", "2019-05-07"},
                  "regular 09:00-11:30, regular 12:30-15:00");
}

TEST_CASE("Hong Kong: nights lead into the next trading day, across holidays") {
    const SessionCalendar hong_kong = calendar("HKFE");
    CHECK(day(hong_kong, "2024-07-03", Hours::all) ==
          "night 07-02 17:15-03:00, regular 09:15-12:00, regular 13:00-16:30");
    CHECK(day(hong_kong, "2024-07-08", Hours::all) ==
          "night 07-05 17:15-07-06 03:00, regular 09:15-12:00, regular 13:00-16:30");
    // Good Friday and Easter Monday lie between.
    CHECK(day(hong_kong, "2024-04-02", Hours::all) ==
          "night 03-28 17:15-03-29 03:00, regular 09:15-12:00, regular 13:00-16:30");
    // Nothing follows a half day.
    CHECK(day(hong_kong, "2024-02-09", Hours::all) == "night 02-08 17:15-03:00, regular 09:15-12:30");
    CHECK(day(hong_kong, "2024-02-14", Hours::all) == "regular 09:15-12:00, regular 13:00-16:30");
    check_regular(hong_kong, {"2024-12-24", "2024-12-31", "2026-02-16"}, "regular 09:15-12:30");
    check_closed(hong_kong, {"2017-01-30", "2017-10-05", "2021-10-13", "2022-09-12", "2024-09-06", "2026-04-07",
                             "2026-10-19", "2027-02-09", "2012-10-02"});
}

TEST_CASE("Hong Kong: hours grew") {
    const SessionCalendar hong_kong = calendar("HKFE");
    CHECK(day(hong_kong, "2013-04-08", Hours::all) == "regular 09:15-12:00, regular 13:00-16:15");
    CHECK(day(hong_kong, "2013-04-09", Hours::all) ==
          "night 04-08 17:00-04-08 23:00, regular 09:15-12:00, regular 13:00-16:15");
    CHECK(day(hong_kong, "2014-11-04", Hours::all).substr(0, 30) == "night 11-03 17:00-11-03 23:45,");
    CHECK(day(hong_kong, "2016-07-25", Hours::all) ==
          "night 07-22 17:00-07-22 23:45, regular 09:15-12:00, regular 13:00-16:30");
    CHECK(day(hong_kong, "2016-07-26", Hours::all).substr(0, 30) == "night 07-25 17:15-07-25 23:45,");
    CHECK(day(hong_kong, "2017-11-07", Hours::all).substr(0, 24) == "night 11-06 17:15-01:00,");
    CHECK(day(hong_kong, "2019-06-18", Hours::all).substr(0, 24) == "night 06-17 17:15-03:00,");
}

TEST_CASE("Globex: nights from the evening before, pauses and closes of each era") {
    const SessionCalendar globex = calendar("GLOBEX");
    CHECK(day(globex, "2024-07-02", Hours::all) == "night 07-01 17:00-08:30, regular 08:30-15:15, post 15:15-16:00");
    CHECK(day(globex, "2024-07-08", Hours::all) ==
          "night 07-07 17:00-08:30, regular 08:30-15:15, post 15:15-16:00"); // from Sunday
    CHECK(day(globex, "2021-06-25", Hours::extended) == "regular 08:30-15:15, post 15:30-16:00");
    CHECK(day(globex, "2021-06-28", Hours::extended) == "regular 08:30-15:15, post 15:15-16:00");
    CHECK(day(globex, "2015-09-18", Hours::extended) == "regular 08:30-15:15, post 15:30-16:15");
    CHECK(calendar("CME").sessions(trading_date("2024-07-01"), trading_date("2024-08-01"), Hours::all).value() ==
          globex.sessions(trading_date("2024-07-01"), trading_date("2024-08-01"), Hours::all).value());
}

TEST_CASE("Globex: halts on holidays, and the mornings of reports") {
    const SessionCalendar globex = calendar("GLOBEX");
    check_closed(globex, {"2024-01-01", "2024-12-25", "2023-01-02", "2021-12-24", "2022-04-15", "2024-03-29"});
    check_regular(globex,
                  {"2024-01-15", "2024-02-19", "2024-05-27", "2024-06-19", "2024-07-04", "2024-09-02", "2024-11-28",
                   "2020-07-03"},
                  "regular 08:30-12:00");
    check_regular(globex, {"2014-01-20", "2013-11-28"}, "regular 08:30-10:30");
    check_regular(globex, {"2024-07-03", "2024-11-29", "2024-12-24"}, "regular 08:30-12:15");
    CHECK(day(globex, "2023-04-07", Hours::all) == "night 04-06 17:00-08:15");
    CHECK(day(globex, "2025-01-09", Hours::all) == "night 01-08 17:00-08:30");
    CHECK(day(globex, "2024-07-04", Hours::all) == "night 07-03 17:00-08:30, regular 08:30-12:00");
}

TEST_CASE("Forex: from Sunday 17:00 to Friday 17:00 in New York") {
    const SessionCalendar forex = calendar("FOREX");
    CHECK(day(forex, "2024-07-08") == "regular 07-07 17:00-17:00");
    CHECK(day(forex, "2024-07-05") == "regular 07-04 17:00-17:00");
    check_closed(forex, {"2024-07-06", "2024-07-07"});
    check_closed(forex, {"2017-12-25", "2018-01-01"});
    CHECK(day(forex, "2017-12-26") == "regular 12-25 17:00-17:00");
    CHECK(day(forex, "2024-12-24") == "regular 12-23 17:00-17:00");
    const auto week = [&](std::string_view monday) {
        const auto sessions =
            forex.sessions(trading_date(monday), trading_date(monday) + std::chrono::days(7), Hours::regular).value();
        return minute(sessions.front().open) + " " + minute(sessions.back().close);
    };
    CHECK(week("2024-01-08") == "2024-01-07T22:00 2024-01-12T22:00");
    CHECK(week("2024-07-08") == "2024-07-07T21:00 2024-07-12T21:00");
    CHECK(week("2024-03-11") == "2024-03-10T21:00 2024-03-15T21:00"); // clocks went forward on that Sunday
    CHECK(week("2024-03-04") == "2024-03-03T22:00 2024-03-08T22:00");
    CHECK(week("2024-11-04") == "2024-11-03T22:00 2024-11-08T22:00"); // and back
}

TEST_CASE("Crypto: every day of UTC") {
    const SessionCalendar crypto = calendar("CRYPTO");
    CHECK(day(crypto, "2024-12-25") == "regular 00:00-12-26 00:00");
    CHECK(crypto.sessions(trading_date("2024-01-01"), trading_date("2025-01-01"), Hours::regular).value().size() ==
          366);
}

TEST_CASE("opens in UTC move with each zone's clocks, on both sides") {
    const auto open = [](std::string_view exchange, std::string_view on) {
        const SessionCalendar its = calendar(exchange);
        const auto sessions =
            its.sessions(trading_date(on), trading_date(on) + std::chrono::days(1), Hours::regular).value();
        return minute(sessions.front().open).substr(11);
    };
    CHECK(open("NYSE", "2024-03-08") == "14:30");
    CHECK(open("NYSE", "2024-03-11") == "13:30");
    CHECK(open("NYSE", "2024-11-01") == "13:30");
    CHECK(open("NYSE", "2024-11-04") == "14:30");
    CHECK(open("NYSE", "2006-04-03") == "13:30"); // the older rule: April to October
    CHECK(open("NYSE", "2006-03-31") == "14:30");
    CHECK(open("LSE", "2024-03-28") == "08:00");
    CHECK(open("LSE", "2024-04-02") == "07:00");
    CHECK(open("LSE", "2024-10-25") == "07:00");
    CHECK(open("LSE", "2024-10-28") == "08:00");
    CHECK(open("XETRA", "2024-03-28") == "08:00");
    CHECK(open("XETRA", "2024-04-02") == "07:00");
    CHECK(open("XETRA", "2024-10-28") == "08:00");
    CHECK(open("TSE", "2024-03-11") == "00:00");
    CHECK(open("TSE", "2024-07-11") == "00:00");
    CHECK(open("GLOBEX", "2024-03-08") == "14:30");
    CHECK(open("GLOBEX", "2024-03-11") == "13:30");
    CHECK(open("GLOBEX", "2024-11-04") == "14:30");
}
