#include "cli/render/display_width.hpp"
#include "cli/render/error_text.hpp"
#include "cli/render/renderer.hpp"
#include "tests/support/catch.hpp"

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
    CHECK(text(Duration(std::chrono::milliseconds(1500)), false) == "1s500ms");
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
