#include "core/history/resample.hpp"
#include "tests/history/sample_bars.hpp"

#include <cstdlib>
#include <filesystem>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

// What real files come to was computed apart from this program, from the rules of the three markets alone: trading
// weeks and months; forex days from 17:00 in New York; Eurex hours from 09:00 in Berlin.

namespace {

struct File {
    std::string name;
    std::string zone;
    BarStamp stamp;
    Timeframe timeframe;
    std::string exchange;
};

const File google{.name = "GOOG_1d.csv",
                  .zone = "America/New_York",
                  .stamp = BarStamp::open,
                  .timeframe = Timeframe::d1,
                  .exchange = "NASDAQ"};
const File euro{
    .name = "EURUSD_1h.csv", .zone = "UTC", .stamp = BarStamp::open, .timeframe = Timeframe::h1, .exchange = "FOREX"};
const File stoxx{.name = "STOXX50_5m.csv",
                 .zone = "Europe/Berlin",
                 .stamp = BarStamp::close,
                 .timeframe = Timeframe::m5,
                 .exchange = "EUREX"};

Resampled made_of(const std::string& folder, const File& file, Timeframe timeframe) {
    const ParsedBars bars = read_bars(folder + "/" + file.name, file.zone, file.stamp);
    const SessionCalendar calendar = SessionCalendar::find(file.exchange).value();
    return resample(bars.raw, file.timeframe, timeframe, &calendar, Hours::regular).value();
}

/// The sums of all opens, highs, lows, closes and volumes, which no wrong bar leaves alone.
std::string sums_of(const Bars& bars) {
    std::string text;
    for (const ScaledColumn* column : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume}) {
        Decimal sum;
        for (std::size_t i = 0; i < column->units.size(); ++i) {
            sum += column->at(i);
        }
        text += (text.empty() ? "" : " ") + sum.normalized().to_string();
    }
    return text;
}

} // namespace

TEST_CASE("weeks and months of Google") {
    const Resampled weeks = made_of(TEST_DATA_DIR, google, Timeframe::w1);
    REQUIRE(weeks.bars.size() == 55);
    CHECK(weeks.outside == 0);
    CHECK(weeks.bars.at(0) == bar("2012-02-13", "602.82 608.81 597.73 604.64 4980000"));
    CHECK(weeks.absent[0] == 3); // the file begins on a Thursday
    CHECK(weeks.bars.at(1) == bar("2012-02-20", "603.87 617.88 600.35 609.9 8438400"));
    CHECK(weeks.absent[1] == 0); // four days, for Monday is Washington's birthday
    CHECK(weeks.bars.at(54) == bar("2013-02-25", "802.3 808.41 784.4 806.19 10973700"));
    CHECK(sums_of(weeks.bars) == "36389.2 37321.62 35747.55 36642.8 652224200");
    const Resampled months = made_of(TEST_DATA_DIR, google, Timeframe::mo1);
    REQUIRE(months.bars.size() == 14);
    CHECK(months.bars.at(7) == bar("2012-09-01", "684.55 764.89 673.5 754.5 60177600"));
    CHECK(months.bars.at(13) == bar("2013-03-01", "797.8 807.14 796.15 806.19 2175400"));
    CHECK(sums_of(months.bars) == "9361.31 9839.31 9014.09 9546.96 652224200");
}

TEST_CASE("four hours and days of the euro") {
    const Resampled four = made_of(TEST_DATA_DIR, euro, Timeframe::h4);
    REQUIRE(four.bars.size() == 31);
    CHECK(four.outside == 0);
    CHECK(four.bars.at(0) == bar("2018-01-31 14:00", "1.2457 1.24634 1.24068 1.2415 9177"));
    CHECK(four.absent[0] == 2); // the file begins at 16:00
    CHECK(four.bars.at(15) == bar("2018-02-05 02:00", "1.24547 1.24665 1.2444 1.24605 6337"));
    CHECK(sums_of(four.bars) == "38.51835 38.57619 38.44086 38.5037 500161");
    const Resampled days = made_of(TEST_DATA_DIR, euro, Timeframe::d1);
    REQUIRE(days.bars.size() == 6);
    CHECK(days.bars.at(3) == bar("2018-02-05", "1.24359 1.2475 1.23625 1.23671 101428")); // from Sunday evening on
    CHECK(days.bars.at(5) == bar("2018-02-07", "1.23763 1.24064 1.22904 1.22904 48987"));
    CHECK(sums_of(days.bars) == "7.45596 7.48211 7.41478 7.44128 500161");
}

TEST_CASE("half hours and hours of the Euro Stoxx 50") {
    const Resampled halves = made_of(TEST_DATA_DIR, stoxx, Timeframe::m30);
    REQUIRE(halves.bars.size() == 20);
    CHECK(halves.outside == 0);
    CHECK(halves.bars.at(0) == bar("2006-01-02 08:00", "3578.73 3591.86 3578.73 3590.65 0"));
    CHECK(halves.bars.at(10) == bar("2006-01-02 13:00", "3594.88 3595.51 3593.58 3595.51 0"));
    CHECK(sums_of(halves.bars) == "72010.9 72097.78 71983.25 72065.76 0");
    const Resampled hours = made_of(TEST_DATA_DIR, stoxx, Timeframe::h1);
    REQUIRE(hours.bars.size() == 11);
    CHECK(hours.bars.at(0) == bar("2006-01-02 08:00", "3578.73 3605.49 3578.73 3600.4 0"));
    CHECK(hours.bars.at(9) == bar("2006-01-03 08:00", "3604.08 3631.61 3604.08 3630.97 0"));
    CHECK(sums_of(hours.bars) == "39606.9 39684.67 39584.81 39662.88 0");
}

TEST_CASE("years of bars, where they are at hand") {
    const char* folder = std::getenv("TRADESH_DATA");
    if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / google.name)) {
        WARN("left out: TRADESH_DATA does not name a folder with the whole files");
        return;
    }
    struct Whole {
        const File* file;
        Timeframe timeframe;
        std::size_t size;
        std::size_t outside; ///< two stray bars of the euro, when the week had ended
        std::string sums;
    };
    const Whole whole =
        GENERATE(Whole{&google, Timeframe::w1, 446, 0, "211726.3 218128.04 205821.17 212379.69 11856390000"},
                 Whole{&google, Timeframe::mo1, 104, 0, "49319.43 52907.04 46284.4 49971.15 11856390000"},
                 Whole{&euro, Timeframe::h4, 1250, 2, "1456.78548 1458.78436 1454.99769 1456.93164 8734407"},
                 Whole{&euro, Timeframe::d1, 209, 2, "243.48205 244.42106 242.72809 243.62914 8734407"},
                 Whole{&stoxx, Timeframe::m30, 357, 0, "1293088.06 1294366.16 1291883.42 1293198.98 0"},
                 Whole{&stoxx, Timeframe::h1, 189, 0, "684545.03 685541.33 683611.26 684642.5 0"});
    INFO(whole.file->name << " to " << name_of(whole.timeframe));
    const Resampled result = made_of(folder, *whole.file, whole.timeframe);
    CHECK(result.outside == whole.outside);
    CHECK(result.bars.size() == whole.size);
    CHECK(sums_of(result.bars) == whole.sums);
}
