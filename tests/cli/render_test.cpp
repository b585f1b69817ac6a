#include "cli/render/display_width.hpp"
#include "cli/render/error_text.hpp"
#include "cli/render/renderer.hpp"
#include "cli/render/report_writer.hpp"
#include "cli/render/table_renderer.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/cli/fake_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

using namespace tradesh;
using namespace tradesh::cli;
using nlohmann::json;

namespace {

const Instant noon = parse_instant("2026-11-20T17:00:00Z").value();

std::string table_text(RenderOptions options) {
    const std::unique_ptr<Renderer> renderer = make_renderer(std::move(options));
    std::string out;
    renderer->begin_table(out, {{"symbol"}, {"time", CellType::time}, {"price", CellType::decimal, "USD"}, {"words"}},
                          "");
    renderer->row(out, {"GOOG", noon, Decimal::of(15'050, 2), "a,\"b\"\tc\nd\\"});
    renderer->row(out, {"\u6771\u4EAC", Cell(), Decimal::of(-5, 1), std::string(30, 'x')});
    renderer->end(out, {}, nullptr);
    return out;
}

RenderOptions with(Format format) {
    RenderOptions options;
    options.format = format;
    return options;
}

/// A report writer on a client in memory and virtual time. Standard output takes the failure; the result has a place of
/// its own, as with -o.
struct Writing {
    explicit Writing(RenderOptions options) {
        plan.render = std::move(options);
        plan.show_progress = true;
    }

    void run(const std::function<runtime::Task<void>(ReportWriter&)>& steps) {
        const auto body = [&](runtime::TaskInfo&) -> runtime::Task<void> {
            ReportWriter report(plan, result, failure, client, time.clock);
            time.clock.advance(std::chrono::seconds(1)); // progress is shown only when a command takes its time
            co_await steps(report);
        };
        scope.spawn("report", body);
        time.run_until_idle();
    }

    struct Kept final : Output {
        std::string bytes;
        runtime::Task<Result<void>> write(std::string more) override {
            bytes += more;
            co_return Result<void>();
        }
    };

    ReportPlan plan;
    test::VirtualLoop time;
    test::FakeClient client;
    Kept result;
    StandardOutput failure{client};
    runtime::TaskScope scope{time.loop};
};

} // namespace

TEST_CASE("a table aligns numbers to the right and knows wide characters") {
    CHECK(table_text(with(Format::wide)) == "symbol  time                  price (USD)  words\n"
                                            "GOOG    2026-11-20T17:00:00Z       150.50  a,\"b\" c d\\\n"
                                            "\u6771\u4EAC                                 -0.5  " +
                                                std::string(30, 'x') + "\n");
}

TEST_CASE("a narrow terminal costs text first, then the rows stand one below the other") {
    RenderOptions options = with(Format::table);
    options.columns = 55;
    const std::string cut = table_text(options);
    CHECK_THAT(cut, Contains("-0.5  xxxxxxxxxxx\u2026\n"));
    options.columns = 30;
    CHECK_THAT(table_text(options), Contains("-- 1 --\nsymbol       GOOG\ntime         2026-11-20T17:00:00Z\n"
                                             "price (USD)  150.50\n"));
    CHECK_THAT(table_text(with(Format::vertical)), Contains("-- 2 --\n"));
}

TEST_CASE("a price is shown whole or in a record, never cut") {
    RenderOptions options = with(Format::table);
    options.columns = 30;
    const auto shown = [&options](const std::string& words) {
        TableRenderer renderer(options);
        std::string out;
        renderer.begin_table(out, {{"symbol"}, {"type"}, {"reason"}}, "");
        renderer.row(out, {"GOOG", words, "none of them"});
        renderer.end(out, {}, nullptr);
        return out;
    };
    CHECK_THAT(shown("limit 780.05"), Contains("limit 780.05  none of") && Contains("\u2026"));
    CHECK_THAT(shown("stop 780.05 limit 779.95"), Contains("type    stop 780.05 limit 779.95\n"));
}

TEST_CASE("where a table is too wide, columns that say nothing are the first to go") {
    const auto shown = [](std::size_t columns, std::int64_t failed) {
        RenderOptions options = with(Format::table);
        options.columns = columns;
        TableRenderer renderer(options);
        std::string out;
        renderer.begin_table(out, {{"symbol"}, {"failed", CellType::integer}, {"requests", CellType::integer}}, "");
        renderer.row(out, {"AAPL", failed, 5});
        renderer.end(out, {}, nullptr);
        return out;
    };
    CHECK(shown(40, 0) == "symbol  failed  requests\n"
                          "AAPL         0         5\n");
    CHECK(shown(20, 0) == "symbol  requests\n"
                          "AAPL           5\n");
    CHECK(shown(20, 1) == "-- 1 --\nsymbol    AAPL\nfailed    1\nrequests  5\n");
}

TEST_CASE("colour is there only when it was allowed") {
    RenderOptions options = with(Format::wide);
    CHECK(table_text(options).find('\x1b') == std::string::npos);
    options.color = true;
    CHECK(table_text(options).starts_with("\x1b[1msymbol"));
}

TEST_CASE("TSV escapes what would break a line, CSV quotes it") {
    CHECK(table_text(with(Format::tsv)) == "symbol\ttime\tprice\twords\n"
                                           "GOOG\t2026-11-20T17:00:00Z\t150.50\ta,\"b\"\\tc\\nd\\\\\n"
                                           "\u6771\u4EAC\t\t-0.5\t" +
                                               std::string(30, 'x') + "\n");
    CHECK_THAT(table_text(with(Format::csv)), Contains("150.50,\"a,\"\"b\"\"\tc\nd\\\"\n"));
}

TEST_CASE("JSON keeps numbers exact and reads back") {
    const json object = json::parse(table_text(with(Format::json)));
    CHECK(object["data"][0]["price"] == "150.50");
    CHECK(object["data"][0]["words"] == "a,\"b\"\tc\nd\\");
    CHECK(object["data"][1]["time"].is_null());
    CHECK(object["units"]["price"] == "USD");
    RenderOptions plain = with(Format::json);
    plain.json_numbers = true;
    CHECK_THAT(table_text(plain), Contains("\"price\":-0.5,"));
    const std::string lines = table_text(with(Format::ndjson));
    CHECK(json::parse(lines.substr(0, lines.find('\n')))["symbol"] == "GOOG");
}

TEST_CASE("named parts become an object in JSON") {
    const std::unique_ptr<Renderer> renderer = make_renderer(with(Format::json));
    std::string out;
    renderer->record(out, {{"cash", Decimal(5), "USD"}, {"open", true}, {"ratio", Real{std::nan(""), 2}}}, "summary");
    renderer->begin_table(out, {{"id", CellType::integer}}, "orders");
    renderer->row(out, {7});
    renderer->begin_table(out, {{"id", CellType::integer}}, "fills");
    const std::vector<Message> messages{{MessageLevel::warning, "bad \xFF byte"}};
    renderer->end(out, messages, nullptr);
    const json object = json::parse(out);
    CHECK(object["data"] ==
          json::parse(R"({"summary":{"cash":"5","open":true,"ratio":null},"orders":[{"id":"7"}],"fills":[]})"));
    CHECK(object["messages"][0]["text"] == "bad \uFFFD byte");
}

TEST_CASE("times are shown in the zone that was asked for, dates are never moved") {
    const CellText in_new_york(Reader::program, Zone::find("America/New_York").value());
    CHECK(in_new_york(noon, false) == "2026-11-20T12:00:00-05:00");
    CHECK(in_new_york(parse_instant("2026-11-20").value(), true) == "2026-11-20");
    const CellText text(Reader::program, std::nullopt);
    CHECK(text(Real{-0.001, 2}, false) == "0.00");
    CHECK(text(Real{0.1 + 0.2, std::nullopt}, false) == "0.30000000000000004");
    CHECK(text(Duration(std::chrono::milliseconds(1500)), false) == "1s500ms");
}

TEST_CASE("people see six significant digits, and no power of ten") {
    CHECK(significant_text(1.2290412) == "1.22904");
    CHECK(significant_text(806.19) == "806.19");
    CHECK(significant_text(0.0000806) == "0.0000806");
    CHECK(significant_text(2175400.4) == "2175400");
    CHECK(significant_text(999.99996) == "1000");
    CHECK(significant_text(-0.0) == "0");
    CHECK(significant_text(1200) == "1200");
}

TEST_CASE("a venue's words cannot reach the terminal as control characters") {
    CHECK(printable("a\x1b[2Jb\nc\xFF") == "a\uFFFD[2Jb c\uFFFD");
    CHECK(display_width("\u6771e\u0301") == 3);
    CHECK(cut_to_width("\u6771\u4EAC\u90FD", 5) == "\u6771\u4EAC\u2026");
}

TEST_CASE("an error shows its line with the caret under the characters it means") {
    const Error error =
        Error(ErrorKind::usage, "x.y", "bad").at({"f.tradesh", 3, 4, 2, "\u6771\u4EAC ab cd"}).advise("do");
    CHECK(render_error(error, {}) == "f.tradesh:3:4: error[x.y]: bad\n"
                                     "  \u6771\u4EAC ab cd\n"
                                     "       ^^\n"
                                     "  hint: do\n");
    const Error late =
        Error(ErrorKind::usage, "x.y", "bad").at({"", 1, 191, 2, std::string(190, 'a') + "ZZ" + std::string(90, 'b')});
    const std::string text = render_error(late, {false, 60});
    CHECK_THAT(text, Contains("aZZb"));
    CHECK(text.find('^') - text.rfind('\n', text.find('^')) == text.find("ZZ") - text.rfind('\n', text.find("ZZ")));
}

TEST_CASE("progress takes one row of the terminal, whatever its width, and keeps its counts") {
    const std::string what = "load BTC 1m \u6771\u4EAC\n" + std::string(200, 'x');
    for (const int columns : {120, 80, 20, 8, 1, 0}) {
        Writing writing(with(Format::table));
        writing.client.client_facts.columns = columns;
        writing.run([&](ReportWriter& report) -> runtime::Task<void> { co_await report.progress(what, 7, 19); });
        INFO(columns);
        const std::string_view shown = writing.client.err;
        REQUIRE(shown.starts_with("\r\x1b[K"));
        const std::string_view line = shown.substr(4);
        CHECK(line.find('\n') == std::string_view::npos);
        const std::size_t limit = columns > 1 ? static_cast<std::size_t>(columns) - 1 : 79;
        CHECK(display_width(line) == limit);
        CHECK((columns == 8 || line.ends_with("\u2026: 7 of 19")));
    }
    Writing small(with(Format::table));
    small.run([&](ReportWriter& report) -> runtime::Task<void> { co_await report.progress("load GOOG", 512, 0); });
    CHECK(small.client.err == "\r\x1b[Kload GOOG: 512");
}

TEST_CASE("a report too large for one JSON object is the error alone") {
    for (const std::string part : {"", "bars"}) {
        Writing writing(with(Format::json));
        std::optional<Error> refused;
        writing.run([&](ReportWriter& report) -> runtime::Task<void> {
            report.table({{"words"}}, part);
            const std::vector<Cell> cells{std::string(4U * 1024U * 1024U, 'x')};
            for (int i = 0; i < 100 && !refused; ++i) {
                const Result<void> added = co_await report.row(cells);
                refused = added ? refused : added.error();
            }
            const Result<void> late = co_await report.row(cells);
            CHECK(late.error().code == "report.too_large");
            const Result<void> written = co_await report.finish(&*refused);
            CHECK(written);
        });
        REQUIRE(refused);
        CHECK(writing.result.bytes.empty());
        REQUIRE(writing.client.out.size() < 1000);
        const json object = json::parse(writing.client.out);
        CHECK(object["ok"] == false);
        CHECK(object["error"]["code"] == "report.too_large");
        CHECK(!object.contains("data"));
    }
}

TEST_CASE("marks that reorder text never reach a terminal") {
    CHECK(printable("a\u202Eb\u2066c\u200Fd") == "a\uFFFDb\uFFFDc\uFFFDd");
    CHECK(printable("\u05D0\u200D\u0301") == "\u05D0\u200D\u0301");
}

TEST_CASE("of several parts, those are shown that have a chosen field, and a field need be in one of them") {
    for (const std::string other : {"", "bogus"}) {
        Writing writing(with(Format::csv));
        writing.plan.fields = {"verdict"};
        if (!other.empty()) {
            writing.plan.fields.push_back(other);
        }
        std::optional<Error> unknown;
        writing.run([&](ReportWriter& report) -> runtime::Task<void> {
            std::vector<Field> fields{{"order", "k4x9-1-1"}};
            const Result<void> first = co_await report.record(std::move(fields), "order");
            CHECK(first);
            report.table({{"check"}, {"verdict"}}, "checks");
            std::vector<Cell> cells{"form", "pass"};
            const Result<void> second = co_await report.row(std::move(cells));
            CHECK(second);
            unknown = report.field_error();
            const Result<void> written = co_await report.finish(nullptr);
            CHECK(written);
        });
        CHECK(writing.result.bytes == "verdict\npass\n");
        CHECK(unknown.has_value() == !other.empty());
    }
}
