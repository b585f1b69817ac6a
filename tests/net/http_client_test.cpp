#include "tests/net/http_session.hpp"

using namespace tradesh;
using namespace tradesh::net;
using namespace tradesh::test;
using namespace std::chrono_literals;

TEST_CASE("a request arrives as it was given and its answer comes back whole") {
    HttpServer server;
    server.answer({.status = 201, .headers = {{"X-Request-Id", "r1"}, {"Empty", ""}}, .body = "{\"id\":7}"});
    HttpSession session;

    const Result<HttpResponse> response =
        session.perform({.method = "POST",
                         .url = server.url("/orders?side=buy"),
                         .headers = {{"Content-Type", "application/json"}, {"X-Note", ""}},
                         .body = "{\"quantity\":10}"});

    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->body == "{\"id\":7}");
    CHECK(response->header("x-request-ID") == "r1");
    CHECK(response->header("empty") == "");
    CHECK_FALSE(response->header("Retry-After"));
    const ReceivedRequest request = server.requests().at(0);
    CHECK(request.method == "POST");
    CHECK(request.target == "/orders?side=buy");
    CHECK(request.header("content-type") == "application/json");
    CHECK(request.header("user-agent") == "tradesh");
    CHECK(request.header("expect").empty());
    CHECK(request.body == "{\"quantity\":10}");
}

TEST_CASE("the second request opens no connection") {
    HttpServer server;
    HttpSession session;
    for (int i = 0; i < 5; ++i) {
        REQUIRE(session.get(server.url()));
    }
    CHECK(server.connections_accepted() == 1);
    const std::vector<HttpConnections> rows = session.client.connections();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].endpoint == "http://127.0.0.1:" + std::to_string(server.port()));
    CHECK(rows[0].state == "up");
    CHECK(rows[0].opened == 1);
    CHECK(rows[0].reused == 4);
}
