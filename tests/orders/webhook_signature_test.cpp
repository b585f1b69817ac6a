#include "core/orders/webhook_schedule.hpp"
#include "core/orders/webhook_signature.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace tradesh;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

WebhookSecret secret(std::string_view text) { return WebhookSecret::parse(text).value(); }

std::string secret_of_bytes(std::size_t count) {
    const std::vector<std::byte> bytes(count, std::byte{7});
    return WebhookSecret::of(bytes).to_text();
}

const std::string short_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const std::string usual_secret = "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=";
const std::string long_secret =
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
const Instant noon = parse_instant("2026-11-20T12:00:00Z").value();

} // namespace

TEST_CASE("signatures are those that Python's hmac makes") {
    const std::string body = R"({"type":"order.filled"})";
    const auto sign = [&](const std::string& with) {
        const std::array secrets{secret(with)};
        return sign_webhook(secrets, "msg_k4x9_7", 1763650800, body);
    };
    CHECK(sign(short_secret) == "v1,AG3CIKfqMtY6gkmGNSQeNY5CZZ4mUYrAOHT6fT20jWo=");
    CHECK(sign(usual_secret) == "v1,fdvB5eSKnI9QqwYagA83c4JkI0hvv3RT0vYDpN80lTE=");
    CHECK(sign(long_secret) == "v1,6v1oecoCnzPP+6VoGwAjkH3yjTDt4tv3ICcQb06Etko=");
    const std::array usual{secret(usual_secret)};
    CHECK(sign_webhook(usual, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231, "{\"a\":\"\u00e9\"}") ==
          "v1,9DU9+FAyGTm9ZoNx7VA5PEYWT8pPl9M3ckWUCpXaPZY=");
}

TEST_CASE("a receiver accepts what either secret of a rotation signed, and nothing that was touched") {
    const std::array both{secret(usual_secret), secret(short_secret)};
    const std::string header = sign_webhook(both, "msg_1", 100, "{}");
    CHECK(header.contains(' '));
    CHECK(is_webhook_signed(secret(usual_secret), header, "msg_1", 100, "{}"));
    CHECK(is_webhook_signed(secret(short_secret), header, "msg_1", 100, "{}"));
    CHECK_FALSE(is_webhook_signed(secret(long_secret), header, "msg_1", 100, "{}"));
    CHECK_FALSE(is_webhook_signed(secret(usual_secret), header, "msg_2", 100, "{}"));
    CHECK_FALSE(is_webhook_signed(secret(usual_secret), header, "msg_1", 101, "{}"));
    CHECK_FALSE(is_webhook_signed(secret(usual_secret), header, "msg_1", 100, "{ }"));
    CHECK_FALSE(is_webhook_signed(secret(usual_secret), "", "msg_1", 100, "{}"));
    CHECK_FALSE(is_webhook_signed(secret(usual_secret), "v1, v1", "msg_1", 100, "{}"));
}

TEST_CASE("a secret is whsec_ and base64 of 24 to 64 bytes") {
    for (const std::string& good : {short_secret, usual_secret, long_secret}) {
        CHECK(secret(good).to_text() == good);
    }
    for (const std::string& bad :
         {std::string(), std::string("whsec_"), std::string("hunter2"), usual_secret.substr(6), usual_secret + "x",
          std::string("whsec_!!!"), secret_of_bytes(23), secret_of_bytes(65), " " + usual_secret}) {
        const Result<WebhookSecret> parsed = WebhookSecret::parse(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::usage);
        CHECK((bad.size() < 8 || !parsed.error().describe().contains(bad)));
    }
}

TEST_CASE("a replaced secret signs for a day more, and the file tells") {
    WebhookKeys keys(secret(short_secret));
    keys.rotate(secret(usual_secret), noon, noon + 24h);
    CHECK(keys.to_text() == usual_secret + "\n" + short_secret + " until 2026-11-21T12:00:00Z\n");
    const WebhookKeys read = WebhookKeys::parse("# secrets\n\n" + keys.to_text()).value();
    CHECK(read.signing(noon) == std::vector{secret(usual_secret), secret(short_secret)});
    CHECK(read.signing(noon + 24h) == std::vector{secret(usual_secret)});
    keys.rotate(secret(long_secret), noon + 25h, noon + 49h);
    CHECK(keys.to_text() == long_secret + "\n" + usual_secret + " until 2026-11-22T13:00:00Z\n");
}

TEST_CASE("a file of secrets that is none is refused by line, without its words") {
    for (const std::string& bad :
         {std::string(), std::string("# nothing\n"), std::string("hunter2\n"),
          usual_secret + "\n" + short_secret + "\n", usual_secret + " until 2026-11-21T12:00:00Z\n",
          usual_secret + "\n" + short_secret + " until soon\n"}) {
        const Result<WebhookKeys> read = WebhookKeys::parse(bad);
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::config);
        CHECK_FALSE(read.error().describe().contains("hunter2"));
        CHECK_FALSE(read.error().describe().contains("whsec_"));
    }
}

TEST_CASE("a message is tried ten times within about three days") {
    const std::array<Duration, 9> delays{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    for (int attempts = 1; attempts <= 9; ++attempts) {
        const Duration planned = delays[static_cast<std::size_t>(attempts - 1)];
        const WebhookStep soonest = next_webhook_step(500, attempts, std::nullopt, 0);
        const WebhookStep latest = next_webhook_step(0, attempts, std::nullopt, 0.9999);
        CHECK(soonest.verdict == WebhookVerdict::retry);
        CHECK(soonest.delay == planned);
        CHECK(latest.delay > planned);
        CHECK(latest.delay <= planned + planned / 5);
    }
    CHECK(next_webhook_step(500, 10, std::nullopt, 0).verdict == WebhookVerdict::dead);
}

TEST_CASE("only 2xx is a success, a redirect is none, and 410 ends it") {
    for (const int status : {200, 202, 204, 299}) {
        CHECK(next_webhook_step(status, 1, std::nullopt, 0).verdict == WebhookVerdict::delivered);
    }
    for (const int status : {0, 100, 199, 301, 302, 400, 404, 429, 500, 503}) {
        CHECK(next_webhook_step(status, 1, std::nullopt, 0).verdict == WebhookVerdict::retry);
    }
    CHECK(next_webhook_step(410, 1, std::nullopt, 0).verdict == WebhookVerdict::gone);
}

TEST_CASE("a receiver that asks for time gets it, up to a day, and never less than planned") {
    CHECK(next_webhook_step(429, 1, 90s, 0).delay == Duration(90s));
    CHECK(next_webhook_step(503, 2, 1s, 0).delay == Duration(5min));
    CHECK(next_webhook_step(503, 1, 1000h, 0).delay == Duration(24h));
    CHECK(is_throttled(429));
    CHECK(is_throttled(503));
    CHECK_FALSE(is_throttled(500));
}
