#include "core/history/csv_reader.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::history;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Reads `text` in blocks of `block` bytes.
Result<Rows> read(std::string_view text, std::size_t block = 1 << 20, std::vector<std::uint64_t>* lines = nullptr) {
    Rows rows;
    const auto collect = [&](const CsvRow& row) -> Result<void> {
        rows.emplace_back(row.fields.begin(), row.fields.end());
        if (lines != nullptr) {
            lines->push_back(row.line);
        }
        return {};
    };
    CsvReader reader;
    for (std::size_t at = 0; at < text.size(); at += block) {
        if (Result<void> fed = reader.feed(text.substr(at, block), collect); !fed) {
            return fail(fed.error());
        }
    }
    if (Result<void> ended = reader.finish(collect); !ended) {
        return fail(ended.error());
    }
    return rows;
}

} // namespace

TEST_CASE("rows are split alike whatever the blocks") {
    const std::string text = "\xEF\xBB\xBF"
                             "a,b,c\r\n1,\"two, and \"\"more\"\"\",3\r\n\r\n\"line\nbreak\",,\n4,5,6";
    const Rows expected{{"a", "b", "c"}, {"1", "two, and \"more\"", "3"}, {"line\nbreak", "", ""}, {"4", "5", "6"}};
    for (std::size_t block = 1; block <= text.size(); ++block) {
        INFO(block);
        std::vector<std::uint64_t> lines;
        CHECK(read(text, block, &lines).value() == expected);
        CHECK(lines == std::vector<std::uint64_t>{1, 2, 4, 6});
    }
}

TEST_CASE("the delimiter is told from the first row") {
    CHECK(read("a;b;\"x,y,z\"\n1;2,5;3\n").value() == Rows{{"a", "b", "x,y,z"}, {"1", "2,5", "3"}});
    CHECK(read("a\tb\n1\t2\n").value() == Rows{{"a", "b"}, {"1", "2"}});
    CHECK(read("\n\r\na;b\n").value() == Rows{{"a", "b"}});
    CHECK(read("").value().empty());
    CHECK(read("one row").value() == Rows{{"one row"}});
}

TEST_CASE("what is no CSV text is refused") {
    CHECK(read(std::string_view("\xFF\xFE"
                                "a\0,\0",
                                6))
              .error()
              .code == "csv.encoding");
    CHECK(read(std::string_view("a,b\n1,\0", 7)).error().code == "csv.encoding");
    CHECK(read("a,b\n1,\"open\n2,3\n").error().code == "csv.quote");
    CHECK(read("a,b\n" + std::string(70'000, '1')).error().code == "csv.row_too_long");
    CHECK(read(std::string(70'000, 'x')).error().code == "csv.row_too_long");
    CHECK(read("a,b\n" + std::string(70'000, ',')).error().code == "csv.row_too_long");
}

TEST_CASE("any bytes end in rows or in an error") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    constexpr std::string_view alphabet = "a1,;\t\"\n\r .";
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 60; i > 0; --i) {
            text += alphabet[random() % alphabet.size()];
        }
        const auto whole = read(text);
        const auto pieces = read(text, 1 + random() % 5);
        REQUIRE(whole.has_value() == pieces.has_value());
        if (whole) {
            REQUIRE(*whole == *pieces);
        }
    }
}
