#include "tests/market/calendar_facts.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <map>
#include <string>

using namespace tradesh;
using namespace calendar_facts;
using namespace std::chrono_literals;

namespace {

/// What the list says of a date: "closed", or when it closed.
std::map<TradingDate, std::string> listed_closings() {
    std::ifstream file(TEST_DATA_DIR "/nyse_closings.csv");
    REQUIRE(file.is_open());
    std::map<TradingDate, std::string> closings;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') {
            REQUIRE(closings.emplace(trading_date(line.substr(0, 10)), line.substr(11)).second);
        }
    }
    return closings;
}

bool is_weekend(TradingDate date) { return std::chrono::weekday(date).iso_encoding() > 5; }

} // namespace

TEST_CASE("NYSE, NASDAQ, ARCA and AMEX keep every holiday and half day of the published list, and no other") {
    const std::map<TradingDate, std::string> closings = listed_closings();
    REQUIRE(closings.size() > 500);
    const std::string exchange = GENERATE(as<std::string>(), "NYSE", "NASDAQ", "ARCA", "AMEX");
    const SessionCalendar new_york = calendar(exchange);
    CHECK(new_york.first_date() == 1990y / 1 / 1);
    CHECK(new_york.last_date() == 2035y / 12 / 31);

    for (TradingDate on = new_york.first_date(); on <= new_york.last_date(); on += std::chrono::days(1)) {
        const std::string text = minute(on).substr(0, 10);
        const auto listed = closings.find(on);
        const bool closed = is_weekend(on) || (listed != closings.end() && listed->second == "closed");
        const std::string close = listed == closings.end() ? "16:00" : listed->second;
        const std::string open = text == "1996-01-08" ? "11:00" : text == "2002-09-11" ? "12:00" : "09:30";
        INFO(exchange << " on " << text);
        REQUIRE(day(new_york, text) == (closed ? "closed" : "regular " + open + "-" + close));
    }
}
