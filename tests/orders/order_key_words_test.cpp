#include "core/orders/order_key.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::orders;

namespace {

std::string expanded(std::string_view key, bool trades_always = false,
                     std::string_view now = "2026-11-21T03:00:00Z") { // Friday, 22:00 in New York
    Instrument stock;
    stock.symbol = "KO";
    stock.exchange = "NYSE";
    const Result<std::string> text = expand_key(key, stock, trades_always, parse_instant(now).value());
    if (!text) {
        CHECK(text.error().kind == ErrorKind::usage);
        return text.error().code;
    }
    return *text;
}

} // namespace

TEST_CASE("dates take the place of the words in a key") {
    CHECK(expanded("eod-2026-11-21") == "eod-2026-11-21");
    CHECK(expanded("eod-{session}") == "eod-2026-11-23"); // the evening belongs to Monday's session
    CHECK(expanded("eod-{session}", false, "2026-11-20T20:55:00Z") == "eod-2026-11-20");
    CHECK(expanded("eod-{session}", true) == "eod-2026-11-21");
    CHECK(expanded("{date}/{date:America/New_York}/x") == "2026-11-21/2026-11-20/x");
}

TEST_CASE("a word in braces that means nothing is refused, and so is a lonely brace") {
    for (const std::string_view key : {"{}", "{day}", "a{session", "session}", "{date:Mars/Base}", "{{session}}"}) {
        CAPTURE(key);
        CHECK(expanded(key).starts_with(key == "{date:Mars/Base}" ? "zone." : "key.word"));
    }
}

TEST_CASE("a key can be seen, told from an order's id, and printed") {
    const std::vector<std::string> fine{"1",          "eod-2026-11-21", "2026-11-21", "eod:KO", "a b",
                                        "k4x9-3-12a", "k4x9-03-12",     "K4X9-3-12",  "é",      std::string(128, 'x')};
    for (const std::string& key : fine) {
        CAPTURE(key);
        CHECK(check_key_form(key).has_value());
    }
    for (const std::string& key : std::vector<std::string>{"", " ", "\t", "a\nb", " a", "a ", "k4x9-3-12", "\x7f"}) {
        CAPTURE(key);
        const Result<void> fits = check_key_form(key);
        REQUIRE_FALSE(fits.has_value());
        CHECK(fits.error().kind == ErrorKind::usage);
        CHECK(fits.error().code == "key.form");
    }
    CHECK(check_key_form(std::string(300, 'x')).error().message ==
          "a key has 1 to 128 characters, and this one has 300");
}

TEST_CASE("orders that share a key have keys of their own") {
    CHECK(child_key("eod", "KO") == "eod:KO");
    CHECK(child_key("", "KO").empty());
}

TEST_CASE("keys that the core gives by itself are told from others") {
    for (const char* key :
         {"exit-1", "exit-12.3", "when-3", "when-3:KO", "sched-2", "sched-2@2026-11-21", "when-1.x"}) {
        CHECK(is_core_key(key));
    }
    for (const char* key :
         {"exit", "exit-", "exit-now", "exit-2026-11-21", "my-exit-1", "when-3-a", "whenever-3", ""}) {
        CHECK_FALSE(is_core_key(key));
    }
}
