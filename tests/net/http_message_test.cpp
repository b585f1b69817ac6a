#include "core/net/http_message.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::net;
using namespace std::chrono_literals;

namespace {

std::optional<Duration> retry_after(const char* value) {
    HttpResponse response;
    response.headers.push_back({.name = "retry-after", .value = value});
    return response.retry_after(parse_instant("1994-11-06T08:49:00Z").value());
}

} // namespace

TEST_CASE("Retry-After is seconds or a date in any of the three forms") {
    CHECK(retry_after("0") == 0s);
    CHECK(retry_after("120") == 120s);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == 37s);
    CHECK(retry_after("Sunday, 06-Nov-94 08:49:37 GMT") == 37s);
    CHECK(retry_after("Sun Nov  6 08:49:37 1994") == 37s);
    CHECK(retry_after("Sun Nov 16 08:49:00 1994") == 240h);
}

TEST_CASE("Retry-After lies between zero and a year") {
    CHECK(retry_after("Sun, 06 Nov 1994 08:48:59 GMT") == 0s);
    CHECK(retry_after("Sat, 20 Nov 2100 00:00:00 GMT") == 8760h);
    CHECK(retry_after("31536001") == 8760h);
    CHECK(retry_after("99999999999999999999999") == 8760h);
}

TEST_CASE("what is no Retry-After says nothing") {
    CHECK_FALSE(HttpResponse().retry_after(Instant()));
    for (const char* text : {"", "soon", "-5", "1.5", "12s", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
                             "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 9999 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 GMTxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}) {
        CAPTURE(text);
        CHECK_FALSE(retry_after(text));
    }
}

TEST_CASE("a request that would break the framing of HTTP is a mistake of its maker") {
    CHECK_FALSE(find_fault({.url = "http://example.com/", .headers = {{"APCA-API-KEY-ID", "key"}, {"X-Tab", "a\tb"}}}));
    for (const char* method : {"", "get", "GET /x HTTP/1.1\r\nX:", "CONNECT", "M-SEARCH"}) {
        CAPTURE(method);
        CHECK(find_fault({.method = method})->code == "http.header");
    }
    for (const char* name :
         {"", "a b", "a:", "a\r\nb", "Content-Length", "transfer-encoding", "Connection", "expect"}) {
        CAPTURE(name);
        CHECK(find_fault({.headers = {{name, "x"}}})->kind == ErrorKind::usage);
    }
    const std::optional<Error> fault = find_fault({.headers = {{"X-Secret", "s3cr3t\r\nX: y"}}});
    REQUIRE(fault);
    CHECK_THAT(fault->describe(), !Contains("s3cr3t"));
    CHECK(find_fault({.headers = {{"X", std::string("a\0b", 3)}}}));
    CHECK(find_fault({.method = "HEAD", .body = "x"}));
}
