#include "core/engine/webhook_desk.hpp"
#include "core/orders/order_event_codec.hpp"
#include "core/orders/webhook_http_sender.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"
#include "tests/support/webhook_receiver.hpp"

#include <asio/io_context.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <sys/stat.h>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using engine::WebhookDesk;
using orders::WebhookSecret;
using runtime::Task;

namespace {

/// A desk on a real journal that posts over real sockets. Time is virtual and moves to the next deadline, within a few
/// seconds, once nothing arrives any more.
class DeskHome {
public:
    DeskHome() { open(); }
    ~DeskHome() { shut(); }

    void open() {
        run([this]() -> Task<void> {
            Result<std::unique_ptr<store::Journal>> opened =
                co_await store::Journal::open(time.loop, folder.file("orders.db"), "k4x9");
            journal = std::move(opened.value());
        });
        desk = std::make_unique<WebhookDesk>(WebhookDesk::Parts{
            .loop = time.loop,
            .log = log_,
            .journal = *journal,
            .directory = folder.path(),
            .source = {.installation = {}, .profile = "paper", .mode = "paper", .simulated = true},
            .sender = std::make_unique<orders::HttpWebhookSender>(time.loop),
            .seed = 1,
            .fill_with_secret_bytes =
                [this](std::span<std::byte> bytes) { std::ranges::fill(bytes, static_cast<std::byte>(++secrets_)); },
            .notify = [this](const std::string& line) { notices.push_back(line); }});
        run([this]() -> Task<void> {
            const Result<void> started = co_await desk->start();
            static_cast<void>(started.value());
        });
    }
    void shut() {
        run([this]() -> Task<void> {
            co_await desk->stop();
            const Result<void> closed = co_await journal->close();
            static_cast<void>(closed.value());
        });
        desk.reset();
        journal.reset();
    }

    void run(std::function<Task<void>()> body) {
        runtime::TaskScope scope(time.loop);
        std::string failure;
        scope.on_failure = [&](const runtime::TaskInfo&, const std::string& what) { failure = what; };
        scope.spawn("test", [&](runtime::TaskInfo&) { return body(); });
        pump([&] { return scope.empty(); });
        if (!failure.empty()) {
            throw std::runtime_error(failure);
        }
    }
    /// Runs until `done`; throws when nothing is left to happen before.
    void pump(const std::function<bool()>& done) {
        for (int idle = 0; !done();) {
            time.loop.context().restart();
            if (time.loop.context().run_one_for(3ms) != 0) {
                idle = 0;
                continue;
            }
            const std::optional<Duration> next = time.loop.timers().next();
            if (next && *next - time.clock.elapsed() < 7s) {
                time.clock.advance(std::max(Duration(0), *next - time.clock.elapsed()));
                time.loop.timers().fire_due();
            } else if (++idle > 2000) {
                throw std::runtime_error("nothing is left to happen");
            }
        }
    }

    template <class T>
    Result<T> ask(std::function<Task<Result<T>>()> question) {
        std::optional<Result<T>> answer;
        run([&]() -> Task<void> {
            Result<T> got = co_await question();
            answer.emplace(std::move(got));
        });
        return std::move(*answer);
    }
    Result<WebhookDesk::Keyed> add(const std::string& name, const std::string& url, bool private_allowed = true) {
        return ask<WebhookDesk::Keyed>(
            [&] { return desk->add({.name = name, .url = url, .events = "*", .private_allowed = private_allowed}); });
    }
    /// Adds the server and returns the secret it was given.
    WebhookSecret subscribe(const std::string& name, const HttpServer& server) {
        return WebhookSecret::parse(add(name, server.url("/hook")).value().made_secret.value()).value();
    }
    WebhookDesk::Listed listed(const std::string& name) {
        for (WebhookDesk::Listed& one : ask<std::vector<WebhookDesk::Listed>>([&] { return desk->list(); }).value()) {
            if (one.endpoint.name == name) {
                return one;
            }
        }
        throw std::runtime_error("no webhook " + name);
    }

    void record_order(const std::string& id) {
        const ClientOrderId order(id);
        std::vector<store::JournalEvent> rows{
            orders::encode(event(intended(id))),
            orders::encode(event(venue::OrderAccepted{order, VenueOrderId("V" + id)})),
            orders::encode(event(venue::OrderFilled{fill("E" + id, 100, id)}))};
        run([&]() -> Task<void> {
            const Result<std::int64_t> recorded = co_await journal->append(rows);
            static_cast<void>(recorded.value());
        });
    }
    void wait_for_requests(HttpServer& server, std::size_t count) {
        pump([&] { return server.requests().size() >= count; });
    }
    void wait_for_delivered(const std::string& name, std::int64_t count) {
        for (int tries = 0; listed(name).endpoint.delivered < count; ++tries) {
            if (tries == 1000) {
                throw std::runtime_error("it is not delivered");
            }
            bool over = false;
            time.loop.timers().after(100ms, [&] { over = true; });
            pump([&] { return over; });
        }
    }

    TemporaryFolder folder;
    VirtualLoop time;
    std::unique_ptr<store::Journal> journal;
    std::unique_ptr<WebhookDesk> desk;
    std::vector<std::string> notices;

private:
    runtime::Log log_;
    int secrets_ = 0;
};

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> ids_of(const std::vector<ReceivedWebhook>& received) {
    std::set<std::string> ids;
    for (const ReceivedWebhook& one : received) {
        ids.insert(one.id);
    }
    return ids;
}

} // namespace

TEST_CASE("orders reach a receiver signed and in sequence, over connections that are kept") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    for (int i = 1; i <= 20; ++i) {
        home.record_order("k4x9-1-" + std::to_string(i));
    }
    home.wait_for_delivered("desk", 60);
    const std::vector<ReceivedWebhook> received = received_webhooks(server, secret);
    CHECK(received.size() == 60);
    CHECK(faults_of(received).empty());
    CHECK(server.connections_accepted() <= static_cast<int>(orders::WebhookLane::in_flight_max));
    CHECK(home.listed("desk").counts.pending == 0);
}

TEST_CASE("a receiver that fails, drops the line and then works gets everything once more, in sequence") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    server.answer({.status = 500});
    home.record_order("k4x9-1-1");
    home.wait_for_delivered("desk", 3);
    CHECK(received_webhooks(server, secret).size() == 4);
    server.answer({.status = 200, .body = "whole answer", .cut_after = 10});
    home.record_order("k4x9-1-2");
    home.wait_for_delivered("desk", 6);
    const std::vector<ReceivedWebhook> received = received_webhooks(server, secret);
    CHECK(faults_of(received).empty());
    CHECK(received[0].id == received[1].id);
    CHECK(received[1].timestamp_s - received[0].timestamp_s >= 5);
    CHECK(ids_of(received).size() == 6);
}

TEST_CASE("a receiver that never answers delays neither orders nor another receiver") {
    HttpServer slow;
    HttpServer quick;
    slow.otherwise({.status = 200, .hold = true});
    DeskHome home;
    home.subscribe("slow", slow);
    const WebhookSecret secret = home.subscribe("quick", quick);
    for (int i = 1; i <= 20; ++i) {
        home.record_order("k4x9-1-" + std::to_string(i));
    }
    home.wait_for_requests(quick, 60);
    CHECK(faults_of(received_webhooks(quick, secret)).empty());
    home.wait_for_requests(slow, orders::WebhookLane::in_flight_max);
    CHECK(slow.requests().size() == orders::WebhookLane::in_flight_max);
    CHECK(home.listed("slow").endpoint.delivered == 0);
    home.run([&]() -> Task<void> { co_await home.desk->stop(); }); // and it ends, though they still hang
}

TEST_CASE("what was on its way when the core ended goes out again with the same ids, in sequence") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    server.otherwise({.status = 200, .hold = true});
    for (int i = 1; i <= 12; ++i) {
        home.record_order("k4x9-1-" + std::to_string(i));
    }
    home.wait_for_requests(server, orders::WebhookLane::in_flight_max);
    home.shut();
    server.otherwise({.status = 200});
    home.open();
    home.wait_for_delivered("desk", 36);
    const std::vector<ReceivedWebhook> received = received_webhooks(server, secret);
    CHECK(faults_of(received).empty());
    CHECK(ids_of(received).size() == 36);
    CHECK(received.size() == 36 + orders::WebhookLane::in_flight_max);
}

TEST_CASE("410 disables a webhook, and enabling it catches up") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    server.answer({.status = 410});
    home.record_order("k4x9-1-1");
    home.pump([&] { return !home.notices.empty(); });
    CHECK(home.notices[0].contains("webhook enable desk"));
    CHECK(home.listed("desk").endpoint.disabled.contains("410"));
    home.record_order("k4x9-1-2");
    const auto enabled = home.ask<store::WebhookEndpoint>([&] { return home.desk->enable("desk"); });
    REQUIRE(enabled);
    home.wait_for_delivered("desk", 6);
    CHECK(faults_of(received_webhooks(server, secret)).empty());
}

TEST_CASE("private addresses and plain http are refused unless the webhook may") {
    DeskHome home;
    for (const char* url :
         {"http://127.0.0.1:1/", "https://10.1.2.3/", "https://[::1]/", "https://localhost/x", "https://LocalHost/",
          "https://sly.localhost/", "https://localhost./", "https://2130706433/", "https://127.1/", "https://0x7f.1/",
          "https://0/", "https://[::ffff:10.1.2.3]/"}) {
        const auto added = home.add("desk", url, false);
        REQUIRE_FALSE(added);
        CHECK(added.error().code == "webhook.private_address");
        CHECK(added.error().kind == ErrorKind::refused);
    }
    CHECK(home.add("desk", "http://example.com/", true).error().code == "webhook.plain_http");
    CHECK(home.add("desk", "http://8.8.8.8/", true).error().code == "webhook.plain_http");
    for (const char* url :
         {"example.com", "ftp://example.com/", "https://", "https://me:pw@example.com/", "https://a b/"}) {
        CHECK(home.add("desk", url, true).error().code == "webhook.url");
    }
}

TEST_CASE("a test message tells what the receiver answered") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    const auto tried = home.ask<WebhookDesk::Tried>([&] { return home.desk->test("desk"); });
    REQUIRE(tried);
    CHECK(tried->status == 200);
    const std::vector<ReceivedWebhook> received = received_webhooks(server, secret);
    REQUIRE(received.size() == 1);
    CHECK(received[0].type == "webhook.test");
    CHECK(received[0].is_signed);
    server.answer({.status = 302, .headers = {{"Location", "/elsewhere"}}});
    const auto redirected = home.ask<WebhookDesk::Tried>([&] { return home.desk->test("desk"); });
    CHECK(redirected.error().kind == ErrorKind::rejected);
    CHECK(redirected.error().message.contains("302"));
    CHECK(server.requests().size() == 2);
    server.stop();
    const auto lost = home.ask<WebhookDesk::Tried>([&] { return home.desk->test("desk"); });
    CHECK(lost.error().kind == ErrorKind::connection);
    CHECK_FALSE(lost.error().describe().contains("/hook"));
}

TEST_CASE("a rotation signs with both secrets; files that others may read stop the webhook until it is rotated") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret old_secret = home.subscribe("desk", server);
    const auto rotated = home.ask<WebhookDesk::Keyed>([&] { return home.desk->rotate("desk", std::nullopt); });
    const WebhookSecret new_secret = WebhookSecret::parse(rotated.value().made_secret.value()).value();
    CHECK_FALSE(new_secret == old_secret);
    home.record_order("k4x9-1-1");
    home.wait_for_delivered("desk", 3);
    CHECK(faults_of(received_webhooks(server, old_secret)).empty());
    CHECK(faults_of(received_webhooks(server, new_secret)).empty());

    const std::string file = home.folder.path() + "/webhooks/desk.secret";
    struct stat facts{};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    home.shut();
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    home.open();
    CHECK(home.listed("desk").problem.contains("others may read it"));
    REQUIRE(home.notices.size() == 1);
    home.record_order("k4x9-1-2");
    const auto mended = home.ask<WebhookDesk::Keyed>([&] { return home.desk->rotate("desk", std::nullopt); });
    REQUIRE(mended);
    home.wait_for_delivered("desk", 6);
    CHECK(received_webhooks(server, WebhookSecret::parse(*mended->made_secret).value()).back().is_signed);
}

TEST_CASE("what a receiver lost is sent again by number, under the same ids") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    home.record_order("k4x9-1-1");
    home.record_order("k4x9-1-2");
    home.wait_for_delivered("desk", 6);
    const auto replayed = home.ask<std::int64_t>([&] { return home.desk->replay("desk", 2, 4, true); });
    CHECK(replayed.value() == 3);
    home.wait_for_delivered("desk", 9);
    const std::vector<ReceivedWebhook> received = received_webhooks(server, secret);
    CHECK(received.size() == 9);
    CHECK(faults_of(received).empty());
    CHECK(ids_of({received.begin() + 6, received.end()}) ==
          std::set<std::string>{"msg_k4x9_2", "msg_k4x9_3", "msg_k4x9_4"});
    CHECK(home.ask<std::int64_t>([&] { return home.desk->replay("desk", 1, 100, false); }).value() == 0);
}

TEST_CASE("no secret lies in orders.db, and removing a webhook removes its secret") {
    HttpServer server;
    DeskHome home;
    const WebhookSecret secret = home.subscribe("desk", server);
    home.record_order("k4x9-1-1");
    home.wait_for_delivered("desk", 3);
    for (const char* part : {"/orders.db", "/orders.db-wal"}) {
        CHECK_FALSE(bytes_of(home.folder.path() + part).contains(secret.to_text().substr(6, 20)));
    }
    CHECK(home.add("desk", server.url()).error().code == "webhook.exists");
    CHECK(home.listed("desk").endpoint.delivered == 3);
    const auto removed = home.ask<int>([&]() -> Task<Result<int>> {
        const Result<void> gone = co_await home.desk->remove("desk");
        co_return gone ? Result<int>(0) : fail(gone.error());
    });
    REQUIRE(removed);
    CHECK_FALSE(std::filesystem::exists(home.folder.path() + "/webhooks/desk.secret"));
    CHECK(home.ask<WebhookDesk::Tried>([&] { return home.desk->test("desk"); }).error().kind == ErrorKind::not_found);
}

TEST_CASE("what waits for a webhook whose secret is gone is counted, and a new secret signs alone") {
    HttpServer server;
    DeskHome home;
    home.subscribe("desk", server);
    home.shut();
    std::filesystem::remove(home.folder.file("webhooks/desk.secret"));
    home.open();
    home.record_order("k4x9-1-1");
    CHECK_FALSE(home.listed("desk").problem.empty());
    CHECK(home.listed("desk").counts.pending == 3);
    CHECK(home.ask<WebhookDesk::Totals>([&] { return home.desk->totals(); })->pending == 3);
    const auto rotate = [&] {
        return home.ask<WebhookDesk::Keyed>([&] { return home.desk->rotate("desk", std::nullopt); }).value();
    };
    CHECK_FALSE(rotate().old_signs);
    home.wait_for_delivered("desk", 3);
    CHECK(home.listed("desk").counts.pending == 0);
    CHECK(rotate().old_signs);
}
