#include "cli/parse/values.hpp"
#include "core/base/suggestion.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::cli;

namespace {

Word word_of(std::string text, Origin origin = Origin::prompt) {
    Word word;
    word.line = std::make_shared<const SourceLine>(origin, "", 1U, text);
    word.length = static_cast<std::uint32_t>(text.size());
    word.text = std::move(text);
    return word;
}

std::string size_text(const std::string& text, Origin origin = Origin::prompt) {
    std::vector<Word> words;
    const std::size_t space = text.find(' ');
    words.push_back(word_of(text.substr(0, space), origin));
    if (space != std::string::npos) {
        words.push_back(word_of(text.substr(space + 1), origin));
    }
    const Result<ParsedSize> size = parse_size(words);
    if (!size) {
        CHECK_FALSE(size.error().hint.empty());
        CHECK(size.error().where.has_value());
        return size.error().code;
    }
    std::string shown;
    if (const auto* units = std::get_if<orders::SizeInUnits>(&size->value)) {
        shown = units->quantity.to_string() + " units";
    } else if (const auto* money = std::get_if<orders::SizeInMoney>(&size->value)) {
        shown = money->amount.to_string() + " " + std::string(money->currency.code());
    } else if (const auto* percent = std::get_if<orders::SizeInPercent>(&size->value)) {
        shown = percent->percent.to_string() + " percent";
    } else if (const auto* risk = std::get_if<orders::SizeByRisk>(&size->value)) {
        shown = "risk " + risk->amount.to_string();
    } else {
        shown = "all";
    }
    return shown + (size->has_unit ? " with unit" : "") + (size->words_used == 2 ? " in two words" : "");
}

std::string price_text(const std::string& text, Origin origin = Origin::prompt) {
    const Result<orders::PriceWord> price = parse_price(word_of(text, origin));
    if (!price) {
        return price.error().code;
    }
    return std::to_string(static_cast<int>(price->base)) + " " + price->offset.to_string() + " " +
           std::to_string(static_cast<int>(price->unit));
}

} // namespace

TEST_CASE("sizes carry their units") {
    CHECK(size_text("100") == "100 units");
    CHECK(size_text("100sh") == "100 units with unit");
    CHECK(size_text("1_000") == "1000 units");
    CHECK(size_text("0.5") == "0.5 units");
    CHECK(size_text("15000usd") == "15000 USD with unit");
    CHECK(size_text("15000USD", Origin::argv) == "15000 USD with unit");
    CHECK(size_text("$15000") == "15000 USD with unit");
    CHECK(size_text("$15000", Origin::script) == "15000 USD with unit");
    CHECK(size_text("25pct", Origin::text) == "25 percent with unit");
    CHECK(size_text("25%") == "25 percent with unit");
    CHECK(size_text("all") == "all with unit");
    CHECK(size_text("risk 200usd") == "risk 200 USD with unit in two words");
}

TEST_CASE("a size that could mean two things is refused") {
    CHECK(size_text("$15000", Origin::argv) == "size.dollar_sign");
    CHECK(size_text("25%", Origin::text) == "size.percent_sign");
    CHECK(size_text("1,000") == "number.comma");
    CHECK(size_text("-5") == "size.sign");
    CHECK(size_text("0") == "size.not_positive");
    CHECK(size_text("10k") == "size.unit");
    CHECK(size_text("10x") == "size.unit");
    CHECK(size_text("101pct") == "size.percent_range");
    CHECK(size_text("many") == "size.form");
    CHECK(size_text("risk") == "size.risk");
    CHECK(size_text("risk 200") == "size.risk");
    CHECK(size_text("$5usd") == "size.unit");
}

TEST_CASE("price words name a base and an offset with its unit") {
    CHECK(price_text("233.33") == "0 233.33 0");
    CHECK(price_text("mid") == "3 0 0");
    CHECK(price_text("bid+1t", Origin::argv) == "1 1 1");
    CHECK(price_text("last-0.5pct", Origin::argv) == "4 -0.5 2");
    CHECK(price_text("last-0.5%") == "4 -0.5 2");
    CHECK(price_text("ask+0.05usd", Origin::argv) == "2 0.05 0");
    CHECK(price_text("ask+0.05") == "2 0.05 0");
    CHECK(price_text("ask+0.05", Origin::argv) == "price.offset_unit");
    CHECK(price_text("last-0.5%", Origin::argv) == "price.percent_sign");
    CHECK(price_text("bid+0.5t") == "price.ticks");
    CHECK(price_text("middle") == "price.form");
    CHECK(price_text("0") == "price.not_positive");
    CHECK(price_text("1,5") == "number.comma");
}

TEST_CASE("moments are absolute or counted from now") {
    const Instant now = parse_instant("2026-11-21T15:30:00Z").value();
    const auto text = [&](const std::string& typed) {
        const Result<Instant> instant = parse_time(word_of(typed), now);
        return instant ? to_rfc3339(*instant) : instant.error().code;
    };
    CHECK(text("now") == "2026-11-21T15:30:00Z");
    CHECK(text("now-2h") == "2026-11-21T13:30:00Z");
    CHECK(text("-5d") == "2026-11-16T15:30:00Z");
    CHECK(text("today") == "2026-11-21T00:00:00Z");
    CHECK(text("yesterday") == "2026-11-20T00:00:00Z");
    CHECK(text("2026-01-02") == "2026-01-02T00:00:00Z");
    CHECK(text("-5x") == "time.offset");
}

TEST_CASE("counts and spans are positive") {
    CHECK(parse_count(word_of("5")).value() == 5);
    CHECK_FALSE(parse_count(word_of("0")));
    CHECK_FALSE(parse_count(word_of("1.5")));
    CHECK(parse_span(word_of("1h30m")).value() == std::chrono::minutes(90));
    CHECK_FALSE(parse_span(word_of("5")));
}

TEST_CASE("a suggestion is near what was typed, or there is none") {
    const std::vector<std::string_view> verbs{"show", "load", "list", "verify", "export"};
    CHECK(did_you_mean("shwo", verbs) == "did you mean 'show'?");
    CHECK(did_you_mean("lsit", verbs) == "did you mean 'list'?");
    CHECK(did_you_mean("verfy", verbs) == "did you mean 'verify'?");
    CHECK(did_you_mean("exp", verbs) == "did you mean 'export'?");
    CHECK(did_you_mean("frobnicate", verbs).empty());
    CHECK(did_you_mean("", verbs).empty());
}
