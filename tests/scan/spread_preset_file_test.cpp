#include "core/scan/spread_preset_file.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tradesh;
using namespace tradesh::scan;

namespace {

std::string file_of(std::string_view presets) {
    return R"({"schema": "spread-presets@1", "presets": [)" + std::string(presets) + "]}";
}

std::string mine(std::string_view filters) {
    return R"({"name": "mine", "summary": "s", "filters": {)" + std::string(filters) + "}}";
}

} // namespace

TEST_CASE("presets are read back from what they were written to") {
    const std::string text = to_json(built_in_spread_presets());
    CHECK(parse_preset_json(text).value() == built_in_spread_presets());
    CHECK(to_json(parse_preset_json(text).value()) == text);
    CHECK(parse_preset_json(file_of("")).value().empty());
    const std::vector<SpreadPreset> read = parse_preset_json(file_of(mine(R"("dte": "30..45")"))).value();
    CHECK(read.front().filters == parse_spread_filters("dte=30..45").value());
}

TEST_CASE("every error in a file of presets says where it is") {
    struct Wrong {
        std::string text;
        std::string_view place;
    };
    const std::vector<Wrong> table{
        {"", "line 1, column 1: this is no JSON"},
        {"{\n  \"schema\": nope}", "line 2, column 14: this is no JSON"},
        {"[]", "the file: an object stands here"},
        {"{}", "the file: the key 'schema' is missing"},
        {R"({"schema": "spread-presets@2", "presets": []})", "schema: \"spread-presets@1\" stands here"},
        {R"({"schema": "spread-presets@1", "presets": {}})", "presets: a list"},
        {R"({"schema": "spread-presets@1", "presets": [], "more": 1})", "the file: the key 'more' means nothing"},
        {file_of("1"), "presets[0]: an object stands here"},
        {file_of(R"({"name": "mine", "filters": {}})"), "presets[0]: the key 'summary' is missing"},
        {file_of(R"({"name": "Mine", "summary": "", "filters": {}})"), "presets[0].name: 'Mine'"},
        {file_of(R"({"name": "mine", "summary": 1, "filters": {}})"), "presets[0].summary: a text stands here"},
        {file_of(R"({"name": "mine", "summary": "a\nb", "filters": {}})"), "presets[0].summary: a line"},
        {file_of(mine(R"("dte": 30)")), "presets[0].filters.dte: a text stands here"},
        {file_of(mine(R"("dte": "45..30")")), "presets[0].filters.dte: '45..30' is no range of dte"},
        {file_of(mine(R"("detla": "0.2..")")), "presets[0].filters.detla: 'detla' is no spread filter"},
        {file_of(mine(R"("dte": "1..", "dte": "2..")")), "'dte': this key stands twice"},
        {file_of(mine("") + "," + mine("")), "presets[1].name: 'mine' stands in the file twice"},
        {file_of(mine(R"("dte": {"a": {"b": {}}})")), "the file: objects lie deeper"},
        {file_of("{\"name\": \"\xff\"}"), "this is no JSON"},
        {"[1e999]", "the file: it has a number that is too large"},
        {file_of(R"({"name": "mine", "summary": "a\u009bb", "filters": {}})"), "presets[0].summary: a line"},
        {std::string(preset_file_bytes_max + 1, ' '), "the file: it is larger"},
    };
    for (const Wrong& wrong : table) {
        CAPTURE(wrong.text.substr(0, 200));
        const Result<std::vector<SpreadPreset>> read = parse_preset_json(wrong.text);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "preset.file");
        CHECK(read.error().kind == ErrorKind::unreadable);
        CHECK_THAT(read.error().message, Contains(std::string(wrong.place)));
    }
}

TEST_CASE("any end of a file of presets is refused with its place") {
    const std::string whole = to_json(built_in_spread_presets());
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        const Result<std::vector<SpreadPreset>> read = parse_preset_json(whole.substr(0, length));
        REQUIRE_FALSE(read);
        CHECK_THAT(read.error().message, Contains("line "));
    }
}

TEST_CASE("a summary is one line that can be read back") {
    CHECK(check_preset_summary("what I like, d\u00e9j\u00e0 vu"));
    for (const std::string& wrong : {std::string("a\nb"), std::string("a\x1b[31m"), std::string("a\u009bb"),
                                     std::string("\xff"), std::string(201, 'x')}) {
        CHECK(check_preset_summary(wrong).error().code == "preset.summary");
    }
    CHECK(parse_preset_json(file_of(mine(R"("foo": "1..")"))).error().hint == "see them all: help scan spreads");
}
