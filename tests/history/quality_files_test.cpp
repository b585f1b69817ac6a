#include "core/history/coverage.hpp"
#include "core/history/quality.hpp"
#include "tests/history/sample_bars.hpp"

#include <cstdlib>
#include <filesystem>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

namespace {

/// A file judged by a calendar; its findings as "kind time", without those of holes.
struct Judged {
    QualityReport report;
    std::vector<std::string> findings;
};

Judged judged(const std::string& path, const std::string& zone, Timeframe timeframe, std::string_view exchange,
              BarStamp stamp = BarStamp::open) {
    const Bars bars = read_bars(path, zone, stamp).raw;
    const SessionCalendar calendar = SessionCalendar::find(exchange).value();
    const Instant from = bars.open_time.front();
    const Instant to = bars.open_time.back() + Duration(1);
    const std::vector<Slot> slots = calendar.slots(timeframe, from, to, Hours::regular).value();
    const SeriesKnowledge knowledge{.answered = {}, .head = std::nullopt, .now = at("2030-01-01")};
    const Coverage coverage = compare(slots, bars.open_time, knowledge, Hours::regular);
    Judged result{.report = judge(bars, timeframe, &coverage, slots, {}), .findings = {}};
    for (const Finding& finding : result.report.findings) {
        if (finding.kind > FindingKind::delayed) {
            result.findings.push_back(std::string(name_of(finding.kind)) + " " + to_rfc3339(finding.from));
        }
    }
    return result;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("real files give true findings and no noise") {
    CHECK(judged(data_file("GOOG_1d.csv"), "UTC", Timeframe::d1, "NASDAQ").findings.empty());
    CHECK(judged(data_file("KO_1d.csv"), "UTC", Timeframe::d1, "NYSE").findings.empty());
    CHECK(judged(data_file("EURUSD_1h.csv"), "UTC", Timeframe::h1, "FOREX").findings.empty());
}

TEST_CASE("a daily file without a hole is healthy") {
    const Judged google = judged(data_file("GOOG_1d.csv"), "UTC", Timeframe::d1, "NASDAQ");
    CHECK(google.report.healthy());
    CHECK(google.report.slots == 260);
    CHECK(google.report.ok == 260);
}

TEST_CASE("years of bars judged, where they are at hand") {
    const char* folder = std::getenv("TRADESH_DATA");
    if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / "GOOG_1d.csv")) {
        WARN("left out: TRADESH_DATA does not name a folder with the whole files");
        return;
    }
    const std::string path = std::string(folder) + "/";
    CHECK(judged(path + "GOOG_1d.csv", "UTC", Timeframe::d1, "NASDAQ").findings.empty());
    CHECK(judged(path + "KO_1d.csv", "UTC", Timeframe::d1, "NYSE").findings.empty());
    CHECK(judged(path + "PEP_1d.csv", "UTC", Timeframe::d1, "NYSE").findings.empty());

    // An afternoon of the Federal Reserve, and two stray bars after the week had ended.
    const Judged euro = judged(path + "EURUSD_1h.csv", "UTC", Timeframe::h1, "FOREX");
    CHECK(euro.findings ==
          Texts{"jump 2017-09-20T18:00:00Z", "off-calendar 2017-10-06T21:00:00Z", "off-calendar 2017-10-20T21:00:00Z"});

    const Judged ends = judged(path + "STOXX50_5m.csv", "Europe/Berlin", Timeframe::m5, "EUREX");
    CHECK(ends.findings == Texts{"stamped-at-end 2006-01-02T08:05:00Z"});
    CHECK_FALSE(ends.report.healthy());
    const Judged starts = judged(path + "STOXX50_5m.csv", "Europe/Berlin", Timeframe::m5, "EUREX", BarStamp::close);
    CHECK(starts.findings.empty());
    CHECK(starts.report.healthy());
}
