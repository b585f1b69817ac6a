#include "core/net/private_address.hpp"
#include "tests/net/http_session.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

using namespace tradesh;
using namespace tradesh::net;
using namespace tradesh::test;

namespace {

bool is_private_text(const char* text) {
    sockaddr_in6 storage{};
    if (std::strchr(text, ':') != nullptr) {
        storage.sin6_family = AF_INET6;
        REQUIRE(inet_pton(AF_INET6, text, &storage.sin6_addr) == 1);
    } else {
        sockaddr_in inet{};
        inet.sin_family = AF_INET;
        REQUIRE(inet_pton(AF_INET, text, &inet.sin_addr) == 1);
        std::memcpy(&storage, &inet, sizeof inet);
    }
    return is_private(reinterpret_cast<const sockaddr&>(storage));
}

} // namespace

TEST_CASE("addresses that are not of the public internet are known, edges included") {
    for (const char* text : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.0",
                             "10.255.255.255",
                             "100.64.0.0",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.169.254",
                             "172.16.0.0",
                             "172.31.255.255",
                             "192.168.0.1",
                             "192.0.0.8",
                             "192.0.2.1",
                             "198.18.0.0",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.1.2.3",
                             "::ffff:169.254.169.254",
                             "::10.0.0.1",
                             "64:ff9b::10.0.0.1",
                             "64:ff9b:1::808:808",
                             "100::1",
                             "fc00::1",
                             "fdff::1",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "2002:a00:1::",
                             "4000::1"}) {
        CAPTURE(text);
        CHECK(is_private_text(text));
    }
    for (const char* text :
         {"1.1.1.1",           "9.255.255.255",   "11.0.0.0",         "100.63.255.255", "100.128.0.0",
          "126.255.255.255",   "128.0.0.0",       "169.253.255.255",  "169.255.0.0",    "172.15.255.255",
          "172.32.0.0",        "192.167.255.255", "192.169.0.0",      "198.17.0.0",     "198.20.0.0",
          "223.255.255.255",   "::ffff:8.8.8.8",  "64:ff9b::808:808", "2002:808:808::", "2606:4700::1111",
          "2a00:1450:4001::1", "3fff:ffff::1"}) {
        CAPTURE(text);
        CHECK_FALSE(is_private_text(text));
    }
}

TEST_CASE("an address of this machine is refused, however it is spelled, and nothing connects") {
    HttpServer server;
    HttpSession session{HttpClient::Options()};
    const std::string port = ":" + std::to_string(server.port());
    for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::1]", "[::]",
                             "[::ffff:127.0.0.1]", "169.254.169.254"}) {
        CAPTURE(host);
        const Error error = session.post("http://" + std::string(host) + port + "/").error();
        CHECK(error.kind == ErrorKind::refused);
        CHECK(error.code == "http.private_address");
    }
    CHECK(server.connections_accepted() == 0);
}

TEST_CASE("a name that leads to this machine is refused when it is resolved") {
    HttpServer server;
    HttpSession session{HttpClient::Options()};
    const std::string url = "http://localhost:" + std::to_string(server.port()) + "/hook?key=s3cr3t";
    const Error error = session.post(url).error();
    CHECK(error.kind == ErrorKind::refused);
    CHECK(error.code == "http.private_address");
    CHECK_THAT(error.describe(), Contains("localhost") && !Contains("s3cr3t") && !Contains("hook"));
    CHECK(server.connections_accepted() == 0);

    HttpSession allowed;
    CHECK(allowed.post(url).value().status == 200);
}

TEST_CASE("only whole addresses of http and https are taken, and never with a password") {
    HttpSession session;
    for (const char* url : {"", "/", "example.com", "ftp://example.com/", "file:///etc/passwd", "http://",
                            "http://a b/", "http://example.com:99999/", "https://me:s3cr3t@example.com/", "gopher://x/",
                            "http://exa\nmple.com/", "unix:///run/docker.sock"}) {
        CAPTURE(url);
        const Error error = session.get(url).error();
        CHECK(error.kind == ErrorKind::usage);
        CHECK(error.code == "http.url");
        CHECK_THAT(error.describe(), !Contains("s3cr3t"));
    }
    CHECK(session.get(std::string("http://127.0.0.1\0.example.com/", 30)).error().code == "http.url");
    CHECK(session.client.connections().empty());
}
