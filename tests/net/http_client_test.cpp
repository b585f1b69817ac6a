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

TEST_CASE("requests in flight share no connection, wait for a free one, and leave them for the next") {
    HttpServer server;
    HttpClient::Options options = with_private_addresses();
    options.connections_per_host_max = 32;
    HttpSession session(options);
    server.otherwise({.hold = true});
    std::array<HttpSession::Outcome, 40> outcomes;
    for (HttpSession::Outcome& outcome : outcomes) {
        session.start({.url = server.url()}, outcome);
    }
    session.run_until([&] { return server.requests().size() == 32; });
    server.otherwise({});
    server.release();
    session.run_until([&] { return std::ranges::all_of(outcomes, [](const auto& each) { return each.has_value(); }); });
    CHECK(std::ranges::all_of(outcomes, [](const auto& each) { return each->has_value() && (*each)->status == 200; }));
    CHECK(server.connections_accepted() == 32);
    for (HttpSession::Outcome& outcome : outcomes) {
        outcome.reset();
        session.start({.url = server.url()}, outcome);
    }
    session.run_until([&] { return std::ranges::all_of(outcomes, [](const auto& each) { return each.has_value(); }); });
    CHECK(server.connections_accepted() == 32);
    CHECK(session.client.connections().at(0).opened == 32);
    CHECK(session.client.connections().at(0).reused == 48);
}

TEST_CASE("every status is a response, and redirects are not followed") {
    HttpServer server;
    HttpSession session;
    for (const int status : {204, 301, 307, 400, 401, 404, 429, 500, 503}) {
        server.answer({.status = status, .headers = {{"Location", server.url("/elsewhere")}}});
        const Result<HttpResponse> response = session.get(server.url());
        REQUIRE(response);
        CHECK(response->status == status);
    }
    CHECK(server.requests().size() == 9);
    CHECK(server.connections_accepted() == 1);
}

TEST_CASE("a handle that served one method serves any other") {
    HttpServer server;
    HttpSession session;
    for (const char* method : {"POST", "GET", "HEAD", "DELETE", "PUT", "GET", "PATCH", "OPTIONS"}) {
        const std::string name(method);
        const std::string body = name == "PUT" || name == "DELETE" ? "body of " + name : "";
        REQUIRE(session.perform({.method = name, .url = server.url(), .body = body}));
        const ReceivedRequest request = server.requests().back();
        CHECK(request.method == name);
        CHECK(request.body == body);
        CHECK(request.header("content-type").empty());
        const bool has_length = name == "POST" || name == "PATCH" || !body.empty();
        CHECK(request.header("content-length") == (has_length ? std::to_string(body.size()) : ""));
    }
    CHECK(server.connections_accepted() == 1);
}

TEST_CASE("a POST of several megabytes is sent without asking first") {
    HttpServer server;
    HttpSession session;
    const std::string body(3'000'000, 'x');
    REQUIRE(session.post(server.url(), body));
    CHECK(server.requests().at(0).body == body);
    CHECK(server.requests().at(0).header("expect").empty());
}

TEST_CASE("without an answer in time a GET had no effect and a POST may have had one") {
    HttpServer server;
    HttpSession session;
    server.otherwise({.hold = true});
    const auto error_of = [&](const char* method) {
        return session.perform({.method = method, .url = server.url("/secret?key=s3cr3t"), .timeout = 50ms}).error();
    };
    const Error get = error_of("GET");
    CHECK(get.code == "http.timeout");
    CHECK(get.kind == ErrorKind::timeout);
    CHECK(get.describe() == "http://127.0.0.1:" + std::to_string(server.port()) + " did not answer within 50.0 ms");
    for (const char* method : {"POST", "DELETE", "PATCH", "PUT"}) {
        const Error error = error_of(method);
        CHECK(error.code == "http.timeout");
        CHECK(error.unknown_effect());
        CHECK_THAT(error.describe(), !Contains("s3cr3t") && !Contains("secret"));
        CHECK(error.hint == "the request may have taken effect");
    }
}

TEST_CASE("a POST that waited in vain for a connection was not sent") {
    HttpServer server;
    HttpClient::Options options = with_private_addresses();
    options.connections_per_host_max = 1;
    HttpSession session(options);
    server.answer({.hold = true});
    HttpSession::Outcome first;
    session.start({.url = server.url()}, first);
    session.run_until([&] { return server.requests().size() == 1; });
    const Error error = session.perform({.method = "POST", .url = server.url(), .timeout = 50ms}).error();
    CHECK(error.kind == ErrorKind::timeout);
    server.release();
    session.run_until([&] { return first.has_value(); });
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a connection that was closed while it idled is replaced") {
    HttpServer server;
    HttpSession session;
    REQUIRE(session.post(server.url()));
    server.close_connections();
    REQUIRE(session.post(server.url()));
    CHECK(server.requests().size() == 2);
    CHECK(server.connections_accepted() == 2);
    CHECK(session.client.connections().at(0).opened == 2);
}

TEST_CASE("when a kept connection ends without an answer, a GET is sent once more and a POST never") {
    HttpServer server;
    HttpSession session;
    const std::string method = GENERATE("GET", "HEAD", "POST", "PUT", "DELETE");
    REQUIRE(session.get(server.url()));
    server.answer({.cut_after = 0});
    const Result<HttpResponse> response = session.perform({.method = method, .url = server.url()});
    if (method == "GET" || method == "HEAD") {
        REQUIRE(response);
        CHECK(server.requests().size() == 3);
        return;
    }
    CHECK(response.error().code == "http.lost");
    CHECK(response.error().unknown_effect());
    CHECK(server.requests().size() == 2);
    REQUIRE(session.post(server.url()));
}

TEST_CASE("a POST is not sent again on another kept connection either") {
    HttpServer server;
    HttpSession session;
    server.answer({.hold = true});
    server.answer({.hold = true});
    std::array<HttpSession::Outcome, 2> outcomes;
    for (HttpSession::Outcome& outcome : outcomes) {
        session.start({.url = server.url()}, outcome);
    }
    session.run_until([&] { return server.requests().size() == 2; });
    server.release();
    session.run_until([&] { return outcomes[0] && outcomes[1]; });
    server.answer({.cut_after = 0});
    CHECK(session.post(server.url()).error().unknown_effect());
    CHECK(server.requests().size() == 3);
}

TEST_CASE("a GET that ends without an answer twice is given up") {
    HttpServer server;
    HttpSession session;
    REQUIRE(session.get(server.url()));
    server.otherwise({.cut_after = 0});
    const Error error = session.get(server.url()).error();
    CHECK(error.code == "http.lost");
    CHECK(error.kind == ErrorKind::connection);
    CHECK(server.requests().size() == 3);
}

TEST_CASE("an answer that breaks off is no answer") {
    HttpServer server;
    HttpSession session;
    server.answer({.body = "0123456789", .cut_after = 50});
    const Error get = session.get(server.url()).error();
    CHECK(get.code == "http.lost");
    CHECK(get.kind == ErrorKind::connection);
    server.answer({.body = "0123456789", .cut_after = 50});
    CHECK(session.post(server.url()).error().unknown_effect());
}

TEST_CASE("what is no HTTP is no answer") {
    HttpServer server;
    HttpSession session;
    server.answer({.cut_after = 1000, .raw = "220 mail.example.com ESMTP\r\n"});
    CHECK(session.get(server.url()).error().code == "http.lost");
}

TEST_CASE("an answer is read up to its limit and not beyond") {
    HttpServer server;
    HttpSession session;
    server.otherwise({.body = std::string(1000, 'x')});
    CHECK(session.perform({.url = server.url(), .body_bytes_max = 1000}).value().body.size() == 1000);
    const Error error = session.perform({.url = server.url(), .body_bytes_max = 999}).error();
    CHECK(error.code == "http.too_large");
    CHECK(error.kind == ErrorKind::failed);
    const HttpRequest post{.method = "POST", .url = server.url(), .body_bytes_max = 999};
    CHECK(session.perform(post).error().unknown_effect());
    CHECK(session.perform({.method = "HEAD", .url = server.url(), .body_bytes_max = 0}).value().status == 200);
}

TEST_CASE("headers are read up to 64 KiB and not beyond") {
    HttpServer server;
    HttpSession session;
    HttpFields many;
    for (int i = 0; i < 600; ++i) {
        many.emplace_back("X-" + std::to_string(i), std::string(90, 'x'));
    }
    server.answer({.headers = many});
    CHECK(session.get(server.url()).value().headers.size() == 601);
    many.resize(1200, {"X-More", std::string(90, 'x')});
    server.answer({.headers = many});
    CHECK(session.get(server.url()).error().code == "http.too_large");
    server.answer({.headers = {{"X-Long", std::string(70'000, 'x')}}});
    CHECK(session.get(server.url()).error().code == "http.too_large");
}

TEST_CASE("headers keep their order, lose the white space around them, and come from the last answer alone") {
    HttpServer server;
    HttpSession session;
    server.answer({.raw = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nB:  two \t\r\nA:one\r\nB: three\r\nC:\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nRetry-After: 5\r\n\r\n"});
    const Result<HttpResponse> result = session.get(server.url());
    CAPTURE((result ? "" : result.error().describe()));
    const HttpResponse response = result.value();
    CHECK(response.status == 200);
    CHECK(response.body == "abc");
    CHECK(response.header("b") == "two");
    CHECK(response.header("a") == "one");
    CHECK(response.header("c") == "");
    CHECK_FALSE(response.header("Link"));
    CHECK_FALSE(response.header("Retry-After"));
    CHECK(response.headers.size() == 5);
}

TEST_CASE("cancelling the task ends the transfer") {
    HttpServer server;
    HttpSession session;
    server.otherwise({.hold = true});
    HttpSession::Outcome get;
    HttpSession::Outcome post;
    session.start({.url = server.url()}, get);
    session.start({.method = "POST", .url = server.url()}, post);
    session.run_until([&] { return server.requests().size() == 2; });
    session.scope.cancel();
    session.run_until([&] { return get && post; });
    CHECK(get->error().code == "http.cancelled");
    CHECK(get->error().kind == ErrorKind::cancelled);
    CHECK(post->error().code == "http.cancelled");
    CHECK(post->error().unknown_effect());
    server.otherwise({});
    REQUIRE(session.get(server.url()));
}

TEST_CASE("a task that was cancelled before sends nothing") {
    HttpServer server;
    HttpSession session;
    HttpSession::Outcome post;
    session.start({.method = "POST", .url = server.url()}, post);
    session.scope.cancel();
    session.run_until([&] { return post.has_value(); });
    CHECK(post->error().kind == ErrorKind::cancelled);
    CHECK(server.connections_accepted() == 0);
}

TEST_CASE("closing tells those who wait, closes connections and refuses those who come later") {
    HttpServer server;
    HttpSession session;
    REQUIRE(session.get(server.url()));
    server.otherwise({.hold = true});
    HttpSession::Outcome waiting;
    session.start({.url = server.url()}, waiting);
    session.run_until([&] { return server.requests().size() == 2; });
    bool closed = false;
    session.scope.spawn("close", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        co_await session.client.close();
        CHECK(waiting->error().kind == ErrorKind::cancelled);
        closed = true;
    });
    session.run_until([&] { return closed; });
    CHECK(session.client.connections().at(0).state == "down");
    CHECK(session.get(server.url()).error().kind == ErrorKind::cancelled);
}

TEST_CASE("nobody listening, or a name that nobody has, is a failed connection and sends nothing") {
    HttpServer server;
    HttpSession session;
    server.stop();
    const Error nobody = session.post(server.url("/path")).error();
    CHECK(nobody.code == "http.connect");
    CHECK(nobody.kind == ErrorKind::connection);
    CHECK_THAT(nobody.describe(), Contains("127.0.0.1") && !Contains("path"));
    const Error unnamed = session.post("http://no-such-host.invalid/").error();
    CHECK(unnamed.code == "http.connect");
    CHECK(unnamed.kind == ErrorKind::connection);
    CHECK_THAT(unnamed.describe(), Contains("no-such-host.invalid"));
}
