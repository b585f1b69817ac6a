#include "core/history/row_number.hpp"
#include "core/history/row_time.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <string>

using namespace tradesh;
using namespace tradesh::history;

TEST_CASE("numbers of cells are what Decimal reads, without trailing zeros") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    constexpr std::string_view alphabet = "0012345678999..-+e_";
    for (int round = 0; round < 50'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 24; i > 0; --i) {
            text += alphabet[random() % alphabet.size()];
        }
        INFO(text);
        const Result<Decimal> expected = Decimal::parse(text);
        const Result<Decimal> number = parse_row_number(text, "open");
        REQUIRE(number.has_value() == expected.has_value());
        if (number) {
            REQUIRE(*number == *expected);
            REQUIRE(number->scale() == expected->normalized().scale());
        }
    }
    CHECK(parse_row_number("", "open").error().message == "open is empty");
}

TEST_CASE("times of rows are what parse_instant reads, whichever way they are written") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto digits = [&](unsigned below, std::size_t width) {
        std::string text = std::to_string(random() % below);
        return std::string(width - std::min(width, text.size()), '0') + text;
    };
    for (int round = 0; round < 50'000; ++round) {
        const std::string date = digits(2400, 4) + "-" + digits(14, 2) + "-" + digits(33, 2);
        const std::string time = digits(25, 2) + ":" + digits(61, 2) + (random() % 2 == 0 ? ":" + digits(61, 2) : "");
        const std::string end = random() % 3 == 0 ? "Z" : "";
        const std::string text = date + (random() % 2 == 0 ? " " : "T") + time + end;
        INFO(text);
        bool offset = false;
        const Result<Instant> expected = parse_instant(text, &offset);
        const Result<RowTime> whole = parse_row_time(text, "");
        REQUIRE(whole.has_value() == expected.has_value());
        if (whole) {
            REQUIRE(Instant(whole->written.time_since_epoch()) == *expected);
            REQUIRE(whole->instant.has_value() == offset);
            REQUIRE_FALSE(whole->date_only);
        }
        const Result<RowTime> apart = parse_row_time(date, time);
        REQUIRE(apart.has_value() == expected.has_value());
        const Result<RowTime> day = parse_row_time(date, "");
        REQUIRE(day.has_value() == parse_instant(date).has_value());
        REQUIRE((!day || day->date_only));
    }
}
