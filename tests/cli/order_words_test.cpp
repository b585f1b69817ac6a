#include "cli/commands/order_words.hpp"
#include "cli/parse/lexer.hpp"
#include "tests/support/catch.hpp"

#include <sstream>
#include <string>

using namespace tradesh;
using namespace tradesh::cli;

namespace {

/// Words as typed: arguments "symbol" and "terms", options --name VALUE (or --name of a flag).
Arguments arguments_of(const std::string& text, Origin origin) {
    auto line = std::make_shared<SourceLine>();
    line->origin = origin;
    line->text = text;
    Arguments arguments;
    std::istringstream in(text);
    std::string word;
    std::string option;
    bool has_symbol = false;
    std::size_t from = 0;
    while (in >> word) {
        const std::size_t at = text.find(word, from);
        from = at + word.size();
        const Word one{.text = word,
                       .line = line,
                       .column = static_cast<std::uint32_t>(at + 1),
                       .length = static_cast<std::uint32_t>(word.size())};
        if (word.starts_with("--")) {
            option = word.substr(2);
            if (option == "short" || option == "reverse") {
                arguments.add(option, one);
                option.clear();
            }
        } else if (!option.empty()) {
            arguments.add(option, one);
            option.clear();
        } else {
            arguments.add(has_symbol ? "terms" : "symbol", one);
            has_symbol = true;
        }
    }
    return arguments;
}

/// The canonical words of what was typed, or "CODE at WORD".
std::string form_of(std::string_view verb, const std::string& text, Origin origin = Origin::prompt) {
    const Arguments arguments = arguments_of(text, origin);
    const Result<OrderWords> words = parse_order_words(verb, arguments);
    if (!words) {
        const Error& error = words.error();
        CHECK(error.kind == ErrorKind::usage);
        CHECK_FALSE(error.hint.empty());
        REQUIRE(error.where.has_value());
        return error.code + " at " + text.substr(error.where->column - 1, error.where->length);
    }
    return to_text(words->form);
}

} // namespace

TEST_CASE("every kind of order has its words") {
    CHECK(form_of("buy", "goog 10 market") == "buy GOOG 10 market day");
    CHECK(form_of("buy", "GOOG 10 trail 1.50 tif gtc") == "buy GOOG 10 trail 1.5 gtc");
    CHECK(form_of("sell", "GOOG all trail 2%") == "sell GOOG all trail 2pct day");
    CHECK(form_of("buy", "GOOG 10 moo") == "buy GOOG 10 market opg");
    CHECK(form_of("buy", "GOOG 10 market tif opg") == "buy GOOG 10 market opg");
    CHECK(form_of("sell", "GOOG 10 moc") == "sell GOOG 10 market cls");
    CHECK(form_of("buy", "GOOG 10 loo 99.5") == "buy GOOG 10 limit 99.5 opg");
    CHECK(form_of("sell", "GOOG 10 loc bid+1t") == "sell GOOG 10 limit bid+1t cls");
    CHECK(form_of("buy", "GOOG 10 limit 99.5 tif fok") == "buy GOOG 10 limit 99.5 fok");
    CHECK(form_of("close", "GOOG 50pct market") == "close GOOG 50pct market day");
    CHECK(form_of("close", "GOOG all market --reverse") == "reverse GOOG all market day");
    CHECK(form_of("rebalance", "GOOG 5pct limit mid") == "rebalance GOOG 5pct limit mid day");
}

TEST_CASE("exits, ends and bounds of a quote") {
    CHECK(form_of("buy", "GOOG 10 limit 100 target +2pct protect -1pct") ==
          "buy GOOG 10 limit 100 day target +2pct protect -1pct");
    CHECK(form_of("buy", "GOOG 10 limit 100 protect trail 1pct target 110") ==
          "buy GOOG 10 limit 100 day target 110 protect trail 1pct");
    CHECK(form_of("buy", "GOOG risk $200 limit 100 protect 95") == "buy GOOG risk 200USD limit 100 day protect 95");
    CHECK(form_of("sell", "GOOG 10 market target -2 protect +1t --short") ==
          "sell GOOG 10 market day short target -2 protect +1t");
    CHECK(form_of("buy", "GOOG 10 limit mid --valid-until nyse:close-5m --max-age 1s") ==
          "buy GOOG 10 limit mid day until NYSE:close-5m max-age 1s");
    CHECK(form_of("buy", "GOOG 10 market --cancel-after 30s --slippage 0.20pct") ==
          "buy GOOG 10 market day for 30s slippage 0.2pct");
}

TEST_CASE("two orders of which one cancels the other") {
    CHECK(form_of("sell", "GOOG all limit 110 or stop 95 tif gtc") == "sell GOOG all limit 110 or stop 95 gtc");
    CHECK(form_of("buy", "GOOG 10 stop 110 limit 111 or limit 95") == "buy GOOG 10 stop 110 limit 111 or limit 95 day");
    CHECK(form_of("close", "GOOG all limit 110 or stop 95 limit 94") ==
          "close GOOG all limit 110 or stop 95 limit 94 day");
    CHECK(form_of("sell", "GOOG all stop 95 or limit 110") == "sell GOOG all stop 95 or limit 110 day");
    CHECK(form_of("sell", "GOOG all or stop 95") == "order.or at or");
    CHECK(form_of("sell", "GOOG all limit 110 or") == "order.or at or");
    CHECK(form_of("sell", "GOOG all limit 110 or tif gtc") == "order.or at or");
    CHECK(form_of("sell", "GOOG all market or stop 95") == "order.or at or");
    CHECK(form_of("sell", "GOOG all limit 110 or stop 95 tif ioc") == "order.or at or");
    CHECK(form_of("sell", "GOOG all limit 110 or stop 95 or limit 5") == "order.or at or");
    CHECK(form_of("sell", "GOOG all limit 110 or stop 95 trail 1") == "order.two_types at trail");
    CHECK(form_of("buy", "GOOG 1 limit 110 or stop 95 target 120") == "order.or at or");
}

TEST_CASE("a wrong word is named where it stands") {
    CHECK(form_of("buy", "GOOG 10") == "order.type_missing at 10");
    CHECK(form_of("buy", "GOOG 10 markt") == "order.unknown_word at markt");
    CHECK(form_of("buy", "GOOG 10 market limit 5") == "order.two_types at limit");
    CHECK(form_of("buy", "GOOG 10 trail") == "order.value_missing at trail");
    CHECK(form_of("buy", "GOOG 10 trail 0") == "price.trail at 0");
    CHECK(form_of("buy", "GOOG 10 trail 5usd") == "price.trail at 5usd");
    CHECK(form_of("buy", "GOOG 10 moo tif day") == "order.two_tifs at tif");
    CHECK(form_of("buy", "GOOG 10 loo") == "order.value_missing at loo");
    CHECK(form_of("buy", "GOOG 10 trail 1 tif opg") == "order.auction_type at opg");
    CHECK(form_of("buy", "GOOG 10 market target 5 target 6") == "order.two_targets at target");
    CHECK(form_of("buy", "GOOG 10 market protect trail") == "order.value_missing at protect");
    CHECK(form_of("buy", "GOOG 10 market target +0") == "price.no_step at +0");
    CHECK(form_of("sell", "GOOG 10 market target 5") == "order.exit_of_exit at target");
    CHECK(form_of("close", "GOOG all market protect 5") == "order.exit_of_exit at protect");
    CHECK(form_of("close", "GOOG 50pct market --reverse") == "order.reverse_all at 50pct");
    CHECK(form_of("rebalance", "GOOG 10 market") == "order.share_needed at 10");
    CHECK(form_of("buy", "GOOG risk 200usd market") == "order.risk_needs_protect at risk");
    CHECK(form_of("buy", "GOOG 10 market --valid-until noon") == "time.moment at noon");
    CHECK(form_of("buy", "GOOG 10 market --cancel-after 30") == "time.span at 30");
    CHECK(form_of("buy", "GOOG 10 market --valid-until 15:55 --cancel-after 30s") == "order.two_ends at 30s");
    CHECK(form_of("buy", "GOOG 10 limit 5 --slippage 1pct") == "order.slippage_of_market at 1pct");
}

TEST_CASE("where a shell has been before us, offsets and percentages need their units") {
    CHECK(form_of("buy", "GOOG 10 limit 100 target +2", Origin::argv) == "price.offset_unit at +2");
    CHECK(form_of("buy", "GOOG 10 limit 100 target +2usd", Origin::argv) == "buy GOOG 10 limit 100 day target +2");
    CHECK(form_of("buy", "GOOG 10 limit 100 target +2%", Origin::argv) == "price.percent_sign at +2%");
    CHECK(form_of("buy", "GOOG 10 trail 2%", Origin::text) == "percent.sign at 2%");
    CHECK(form_of("buy", "GOOG 10 market --slippage 1%", Origin::argv) == "percent.sign at 1%");
    CHECK(form_of("buy", "GOOG 10 trail 1.50", Origin::argv) == "buy GOOG 10 trail 1.5 day");
}
