#include "core/orders/webhook_signature.hpp"
#include "core/orders/webhook_type.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/orders/webhook_bench.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace tradesh;
using namespace tradesh::orders;
using namespace tradesh::test;
using namespace std::chrono_literals;

namespace {

using Reply = ScriptedReceiver::Reply;

Reply status(int code, std::optional<Duration> retry_after = std::nullopt) {
    return {.answer = WebhookAnswer{.status = code, .retry_after = retry_after}};
}

/// Sequence numbers within the order, in the order in which the messages first arrived.
std::vector<int> sequence_of(const ScriptedReceiver& receiver, const std::string& order) {
    std::vector<int> sequence;
    std::set<std::string> seen;
    for (const ScriptedReceiver::Received& one : receiver.received) {
        if (one.order == order && seen.insert(one.post.id).second) {
            sequence.push_back(nlohmann::json::parse(one.post.body)["data"]["sequence"].get<int>());
        }
    }
    return sequence;
}

std::vector<std::string> types_of(const ScriptedReceiver& receiver) {
    std::vector<std::string> types;
    for (const ScriptedReceiver::Received& one : receiver.received) {
        types.push_back(nlohmann::json::parse(one.post.body)["type"]);
    }
    return types;
}

} // namespace

TEST_CASE("what the journal records is delivered, signed, in the order in which it happened to the order") {
    WebhookBench bench;
    bench.record_order("k4x9-1-1");
    bench.run_for(1s);
    CHECK(types_of(bench.receiver) == std::vector<std::string>{"order.submitted", "order.accepted", "order.filled"});
    CHECK(sequence_of(bench.receiver, "k4x9-1-1") == std::vector{1, 2, 3});
    for (const ScriptedReceiver::Received& one : bench.receiver.received) {
        CHECK(is_webhook_signed(bench.lane->keys().signing(bench.time.clock.now()).front(), one.post.signature,
                                one.post.id, one.post.timestamp_s, one.post.body));
    }
    CHECK(bench.receiver.received[0].post.id == "msg_k4x9_1");
    CHECK(bench.counts().pending == 0);
    CHECK(bench.counts().untaken == 0);
    CHECK(bench.endpoint().delivered == 3);
}

TEST_CASE("an endpoint hears nothing from before it was added, and only what it asked for") {
    WebhookBench bench("order.filled,risk.*");
    bench.record_order("k4x9-1-1");
    bench.record({{.time = nine_thirty, .kind = "risk.halted", .payload = R"({"reason":"loss"})"},
                  {.time = nine_thirty, .kind = "link.down"}});
    bench.run_for(1s);
    CHECK(types_of(bench.receiver) == std::vector<std::string>{"order.filled", "risk.halted"});
    CHECK(bench.endpoint().delivered == 2);
    CHECK(bench.counts().pending == 0);
}

TEST_CASE("a failed message is sent again under the same id, and what follows of its order waits for it") {
    WebhookBench bench;
    int refused = 0;
    bench.receiver.reply = [&](const std::string& order) {
        return order == "k4x9-1-1" && ++refused <= 2 ? status(500) : status(200);
    };
    bench.record_order("k4x9-1-1");
    bench.run_for(1s);
    CHECK(bench.receiver.received.size() == 1);
    CHECK(bench.counts().pending == 3);
    CHECK(bench.endpoint().last_error == "it answered 500");
    bench.record_order("k4x9-1-2");
    bench.run_for(1s);
    CHECK(sequence_of(bench.receiver, "k4x9-1-2") == std::vector{1, 2, 3});
    bench.run_for(10min);
    CHECK(refused == 5); // two failures, then all three
    CHECK(sequence_of(bench.receiver, "k4x9-1-1") == std::vector{1, 2, 3});
    CHECK(bench.receiver.received[0].post.id == bench.receiver.received[4].post.id);
    CHECK(bench.receiver.received[0].post.timestamp_s < bench.receiver.received[4].post.timestamp_s);
    CHECK(bench.counts().pending == 0);
    CHECK(bench.endpoint().last_error.empty());
}

TEST_CASE("a slow receiver has so many on their way and no more") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string&) { return Reply{.takes = 10s}; };
    for (int i = 1; i <= 30; ++i) {
        bench.record_fact("k4x9-1-" + std::to_string(i), "intended");
    }
    bench.run_for(1s);
    CHECK(bench.receiver.in_flight == WebhookLane::in_flight_max);
    bench.run_for(60s);
    CHECK(bench.receiver.delivered.size() == 30);
    CHECK(bench.receiver.in_flight_most == WebhookLane::in_flight_max);
}

TEST_CASE("one order that the receiver chokes on delays no other") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string& order) { return order == "k4x9-1-1" ? Reply{.takes = 30s} : Reply{}; };
    bench.record_order("k4x9-1-1");
    for (int i = 2; i <= 20; ++i) {
        bench.record_order("k4x9-1-" + std::to_string(i));
    }
    bench.run_for(1s);
    CHECK(bench.receiver.delivered.size() == 19 * 3);
    bench.run_for(120s);
    CHECK(sequence_of(bench.receiver, "k4x9-1-1") == std::vector{1, 2, 3});
}

TEST_CASE("after the last attempt a message is a dead letter, its order goes on, and the trader is told") {
    WebhookBench bench;
    bench.receiver.reply = [&](const std::string&) {
        return bench.receiver.received.back().post.id == "msg_k4x9_1" ? status(400) : status(200);
    };
    bench.record_order("k4x9-1-1");
    bench.record_order("k4x9-1-2");
    bench.run_for(std::chrono::hours(4 * 24));
    CHECK(std::ranges::count(bench.receiver.received, std::string("msg_k4x9_1"),
                             [](const auto& one) { return one.post.id; }) == webhook_attempts_max);
    REQUIRE(bench.dead().size() == 1);
    CHECK(bench.dead()[0].seq == 1);
    CHECK(bench.dead()[0].status == 400);
    CHECK(bench.dead()[0].attempts == webhook_attempts_max);
    CHECK(bench.counts().pending == 0);
    CHECK(sequence_of(bench.receiver, "k4x9-1-1") == std::vector{1, 2, 3});
    REQUIRE(bench.notices.size() == 1);
    CHECK(bench.notices[0].contains("gave up on msg_k4x9_1"));

    bench.receiver.reply = [](const std::string&) { return Reply{}; };
    bench.with_outbox([&](store::OutboxStore& outbox) {
        const store::WantedRow all = [](std::string_view kind, std::string_view order) {
            return std::optional(webhook_stream_of(kind, order));
        };
        return outbox.replay(outbox.find("desk").value().id, all, 1, 100, false, bench.time.clock.now());
    });
    bench.lane->wake();
    bench.run_for(1s);
    CHECK(bench.dead().empty());
    CHECK(bench.receiver.delivered.back() == "msg_k4x9_1");
}

TEST_CASE("a receiver that asks for time is left alone until then") {
    WebhookBench bench;
    bool busy = true;
    bench.receiver.reply = [&](const std::string&) { return busy ? status(429, 90s) : status(200); };
    bench.record_fact("k4x9-1-1", "intended");
    bench.run_for(1s);
    bench.record_fact("k4x9-1-2", "intended");
    bench.run_for(60s);
    CHECK(bench.receiver.received.size() == 1);
    busy = false;
    bench.run_for(60s);
    CHECK(bench.receiver.delivered.size() == 2);
}

TEST_CASE("410 disables the endpoint with an alarm, and enabling it loses nothing") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string&) { return status(410); };
    bench.record_order("k4x9-1-1");
    bench.run_for(1s);
    CHECK(bench.endpoint().disabled.contains("410"));
    REQUIRE(bench.notices.size() == 1);
    CHECK(bench.notices[0].contains("webhook enable desk"));
    bench.record_order("k4x9-1-2");
    bench.run_for(std::chrono::hours(48));
    CHECK(bench.receiver.received.size() == 1);
    bench.close_lane();
    bench.enable();
    bench.receiver.reply = [](const std::string&) { return Reply{}; };
    bench.open_lane();
    bench.run_for(1s);
    CHECK(sequence_of(bench.receiver, "k4x9-1-1") == std::vector{1, 2, 3});
    CHECK(sequence_of(bench.receiver, "k4x9-1-2") == std::vector{1, 2, 3});
    CHECK(bench.receiver.delivered.size() == 6);
}

TEST_CASE("an endpoint that takes nothing for five days is disabled with an alarm") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string&) {
        return Reply{.answer = fail(ErrorKind::connection, "http.connect", "nothing listens there")};
    };
    for (int i = 1; i <= 3; ++i) {
        bench.record_order("k4x9-1-" + std::to_string(i));
    }
    bench.run_for(std::chrono::hours(4 * 24));
    CHECK(bench.endpoint().disabled.empty());
    CHECK(bench.endpoint().last_error == "nothing listens there");
    bench.run_for(std::chrono::hours(4 * 24));
    CHECK(bench.endpoint().disabled.contains("nothing was delivered since"));
    CHECK(std::ranges::any_of(bench.notices, [](const std::string& line) { return line.contains("is disabled"); }));
}

TEST_CASE("days in which no core ran count against nobody: the webhook is tried before it is disabled") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string&) { return status(503); };
    bench.record_fact("k4x9-1-1", "intended");
    bench.run_for(1s);
    bench.close_lane();
    bench.time.clock.advance(std::chrono::hours(6 * 24));
    bench.receiver.reply = [](const std::string&) { return Reply{}; };
    bench.open_lane();
    bench.run_for(1s);
    CHECK(bench.endpoint().disabled.empty());
    CHECK(bench.receiver.delivered.size() == 1);
}

TEST_CASE("a request that we break off ourselves is no attempt") {
    WebhookBench bench;
    bench.receiver.reply = [](const std::string&) {
        return Reply{.answer = fail(ErrorKind::connection, "http.cancelled", "stopped"), .takes = 20s};
    };
    bench.record_fact("k4x9-1-1", "intended");
    bench.run_for(1s);
    REQUIRE(bench.receiver.in_flight == 1);
    bench.close_lane();
    CHECK(bench.endpoint().last_error.empty());
    bench.receiver.reply = [](const std::string&) { return Reply{}; };
    bench.open_lane();
    bench.run_for(1s);
    CHECK(bench.receiver.delivered.size() == 1);
}

TEST_CASE("after a run of failures one message at a time tries its luck") {
    WebhookBench bench;
    bool down = true;
    bench.receiver.reply = [&](const std::string&) {
        return down ? Reply{.answer = status(503).answer, .takes = 1s} : Reply{.takes = 1s};
    };
    for (int i = 1; i <= 40; ++i) {
        bench.record_fact("k4x9-1-" + std::to_string(i), "intended");
    }
    bench.run_for(5s);
    bench.receiver.in_flight_most = 0;
    bench.run_for(5s);
    CHECK(bench.receiver.in_flight_most == 1);
    down = false;
    bench.run_for(10min);
    CHECK(bench.receiver.delivered.size() == 40);
    CHECK(bench.receiver.in_flight_most == WebhookLane::in_flight_max);
}

TEST_CASE("a core that dies loses no message and changes no id and no order, wherever it dies") {
    for (int steps = 0; steps < 12; ++steps) {
        CAPTURE(steps);
        WebhookBench bench;
        bench.receiver.reply = [](const std::string&) { return Reply{.takes = 3ms}; };
        for (int i = 1; i <= 12; ++i) {
            bench.record_order("k4x9-1-" + std::to_string(i));
        }
        bench.run_for(std::chrono::milliseconds(steps * 2));
        bench.crash();
        bench.run_for(std::chrono::milliseconds(steps));
        bench.crash();
        bench.run_for(30s);
        const std::set<std::string> ids(bench.receiver.delivered.begin(), bench.receiver.delivered.end());
        CHECK(ids.size() == 36);
        for (int i = 1; i <= 12; ++i) {
            CHECK(sequence_of(bench.receiver, "k4x9-1-" + std::to_string(i)) == std::vector{1, 2, 3});
        }
        CHECK(bench.counts().pending == 0);
    }
}

TEST_CASE("while the disk is write-protected nothing is forgotten, and nothing new goes out for ever") {
    WebhookBench bench;
    bench.record_order("k4x9-1-1");
    bench.run_for(1s);
    const auto protect = [&](bool on) {
        bench.run([&]() -> runtime::Task<void> {
            auto set = [on](store::JournalFile& file) {
                return file.database().execute(on ? "PRAGMA query_only=1" : "PRAGMA query_only=0");
            };
            const Result<void> done = co_await bench.journal->with_file(set);
            static_cast<void>(done.value());
        });
    };
    bench.receiver.reply = [](const std::string&) { return Reply{.takes = 50ms}; };
    bench.record_order("k4x9-1-2");
    bench.run_for(20ms);
    protect(true);
    bench.run_for(60s);
    const std::size_t received = bench.receiver.received.size();
    CHECK(received == 4);
    bench.run_for(60s);
    CHECK(bench.receiver.received.size() == received);
    protect(false);
    bench.run_for(60s);
    CHECK(sequence_of(bench.receiver, "k4x9-1-2") == std::vector{1, 2, 3});
    CHECK(bench.receiver.received.size() == 6);
}
