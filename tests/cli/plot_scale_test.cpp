#include "cli/plot/axis_scale.hpp"
#include "cli/plot/time_axis.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <random>

using namespace tradesh;
using namespace tradesh::cli;

namespace {

std::vector<std::string> labels(const std::vector<AxisTick>& ticks) {
    std::vector<std::string> texts;
    for (const AxisTick& tick : ticks) {
        texts.push_back(tick.label);
    }
    return texts;
}

std::vector<std::string> labels(const std::vector<TimeTick>& ticks) {
    std::vector<std::string> texts;
    for (const TimeTick& tick : ticks) {
        texts.push_back(std::to_string(tick.bar) + " " + tick.label);
    }
    return texts;
}

AxisScale scale(double low, double high, bool logarithmic = false) {
    return AxisScale({.low = low, .high = high, .known = true}, logarithmic);
}

std::vector<Instant> every(Duration step, std::size_t count, std::string_view first) {
    std::vector<Instant> times{*parse_instant(first)};
    while (times.size() < count) {
        times.push_back(times.back() + step);
    }
    return times;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("ticks are round, and written with the decimals that tell them apart") {
    CHECK(labels(scale(637, 812).ticks(5)) == Texts{"650", "700", "750", "800"});
    CHECK(labels(scale(1.0712, 1.0768).ticks(4)) == Texts{"1.072", "1.074", "1.076"});
    CHECK(labels(scale(-13, 9).ticks(6)) == Texts{"-10", "-5", "0", "5"});
    CHECK(labels(scale(0, 13'400'000).ticks(4)) == Texts{"0", "5M", "10M"});
    CHECK(labels(scale(0, 2.5e12).ticks(6)) == Texts{"0", "0.5T", "1.0T", "1.5T", "2.0T", "2.5T"});
    CHECK(scale(637, 812).text_of(784.9612) == "784.96");
    CHECK(scale(0, 13'400'000).text_of(2'175'400) == "2.175M");
    CHECK(scale(0, 1).text_of(std::nan("")) == "-");
}

TEST_CASE("a logarithmic axis has powers when it is long and even steps when it is short") {
    CHECK(labels(scale(3, 700, true).ticks(9)) == Texts{"5", "10", "20", "50", "100", "200", "500"});
    CHECK(labels(scale(3, 700, true).ticks(3)) == Texts{"10", "100"});
    CHECK(labels(scale(480, 810, true).ticks(4)) == Texts{"500", "600", "700", "800"});
    CHECK(scale(1, 100, true).position(10) == Approx(0.5));
    CHECK_FALSE(scale(1, 100, true).shows(0));
    CHECK_FALSE(scale(-1, 100, true).is_logarithmic());
}

TEST_CASE("a flat range is widened around its value, and one without values has no ticks") {
    const AxisScale flat = scale(50, 50);
    CHECK(flat.position(50) == Approx(0.5));
    CHECK(labels(flat.ticks(3)) == Texts{"49.5", "50.0", "50.5"});
    CHECK(scale(0, 0).position(0) == Approx(0.5));
    CHECK(AxisScale(ValueRange()).ticks(5).empty());
}

TEST_CASE("every range gives a position within the axis and few ascending ticks") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> exponent(-300, 300);
    for (int i = 0; i < 2'000; ++i) {
        const double a = std::pow(10.0, exponent(random)) * (random() % 2 == 0 ? 1 : -1);
        const double b = random() % 4 == 0 ? a * (1 + 1e-13) : std::pow(10.0, exponent(random));
        const AxisScale axis = scale(std::min(a, b), std::max(a, b), random() % 2 == 0);
        INFO(a << " to " << b);
        for (const double value : {a, b, 0.0, 1e300, -1e300}) {
            if (axis.shows(value)) {
                REQUIRE(axis.position(value) >= 0);
                REQUIRE(axis.position(value) <= 1);
            }
        }
        const std::vector<AxisTick> ticks = axis.ticks(7);
        REQUIRE(ticks.size() <= 7);
        for (std::size_t k = 1; k < ticks.size(); ++k) {
            REQUIRE(ticks[k].value > ticks[k - 1].value);
        }
    }
}

TEST_CASE("the time axis marks years, months and days where they begin") {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    CHECK(labels(time_ticks(every(days(1), 60, "2012-12-10"), true, 1, 70)) ==
          Texts{"6 16", "22 2013", "37 16", "53 Feb"});
    CHECK(labels(time_ticks(every(days(7), 60, "2012-12-10"), true, 1, 70)) ==
          Texts{"4 2013", "16 Apr", "29 Jul", "43 Oct", "56 2014"});
    CHECK(labels(time_ticks(every(hours(1), 60, "2012-12-31"), false, 1, 70)) ==
          Texts{"12 12:00", "24 2013", "36 12:00", "48 Jan 2"});
    CHECK(labels(time_ticks(every(minutes(5), 40, "2012-12-31 09:30"), false, 1, 50)) ==
          Texts{"6 10:00", "18 11:00", "30 12:00"});
    CHECK(labels(time_ticks(every(days(30), 1'000, "1950-01-01"), true, 0.1, 100)) ==
          Texts{"122 1960", "244 1970", "366 1980", "487 1990", "609 2000", "731 2010", "853 2020", "974 2030"});
}

TEST_CASE("one bar has its whole date, and labels never overlap") {
    CHECK(labels(time_ticks(every(std::chrono::days(1), 1, "2013-02-27"), true, 1, 12)) == Texts{"0 2013-02-27"});
    CHECK(labels(time_ticks(every(std::chrono::hours(1), 1, "2013-02-27 09:30"), false, 1, 20)) ==
          Texts{"0 2013-02-27 09:30"});
    CHECK(time_ticks({}, true, 1, 20).empty());
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 300; ++i) {
        const std::vector<Instant> times =
            every(std::chrono::minutes(1 + random() % 100'000), 1 + random() % 200, "2012-05-01");
        const std::size_t columns = times.size() + random() % 10;
        std::size_t end = 0;
        for (const TimeTick& tick : time_ticks(times, random() % 2 == 0, 1, columns)) {
            const std::size_t first = label_column(tick, 1, columns);
            REQUIRE((end == 0 || first > end));
            end = first + tick.label.size();
            REQUIRE(end <= columns);
        }
    }
}
