#include "tests/orders/webhook_bench.hpp"

#include "core/orders/order_event_codec.hpp"
#include "tests/orders/order_facts.hpp"

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace tradesh::test {

using namespace std::chrono_literals;
using orders::WebhookAnswer;
using runtime::Task;
using runtime::TaskInfo;

namespace {

orders::WebhookKeys bench_keys() {
    const std::vector<std::byte> bytes(32, std::byte{42});
    return orders::WebhookKeys(orders::WebhookSecret::of(bytes));
}

std::filesystem::path bench_parent() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

} // namespace

Task<Result<WebhookAnswer>> ScriptedReceiver::post(orders::WebhookPost post) {
    const nlohmann::json body = nlohmann::json::parse(post.body);
    const std::string order = body["data"].value("order", "");
    const std::string id = post.id;
    received.push_back({.post = std::move(post), .order = order, .at = loop_.clock().elapsed()});
    in_flight_most = std::max(in_flight_most, ++in_flight);
    Reply made = reply(order);
    bool whole = true;
    if (made.takes > 0s) {
        whole = co_await runtime::sleep_for(loop_, made.takes);
    }
    --in_flight;
    if (!whole) {
        co_return fail(ErrorKind::connection, "http.cancelled", "cancelled"); // as the real one says it
    }
    if (made.answer && made.answer->status / 100 == 2) {
        delivered.push_back(id);
    }
    co_return made.answer;
}

WebhookBench::WebhookBench(std::string events) : folder_(bench_parent()) {
    open_journal();
    with_outbox([&](store::OutboxStore& outbox) {
        return outbox.add(
            {.name = "desk", .url = "https://example.com/hook", .events = events, .created = nine_thirty});
    });
    open_lane();
}

WebhookBench::~WebhookBench() {
    close_lane();
    run([this]() -> Task<void> {
        const Result<void> closed = co_await journal->close();
        static_cast<void>(closed);
    });
}

void WebhookBench::open_journal() {
    run([this]() -> Task<void> {
        Result<std::unique_ptr<store::Journal>> opened = co_await store::Journal::open(time.loop, path_, "k4x9");
        if (!opened) {
            throw std::runtime_error(opened.error().describe());
        }
        journal = std::move(*opened);
    });
    journal->on_commit([this] {
        if (lane) {
            lane->wake();
        }
    });
    reader = std::make_unique<orders::WebhookReader>(
        time.loop, path_,
        orders::WebhookSource{.installation = "k4x9", .profile = "paper", .mode = "paper", .simulated = true});
}

void WebhookBench::open_lane() {
    lane = orders::WebhookLane::make({.loop = time.loop,
                                      .log = log_,
                                      .journal = *journal,
                                      .reader = *reader,
                                      .sender = receiver,
                                      .seed = 1,
                                      .notify = [this](const std::string& line) { notices.push_back(line); }},
                                     endpoint(), bench_keys())
               .value();
    lane->start();
}

void WebhookBench::close_lane() {
    if (lane) {
        run([this]() -> Task<void> { co_await lane->stop(); });
        lane.reset();
    }
}

void WebhookBench::crash() {
    const std::string next = folder_.file("orders-" + std::to_string(++generation_) + ".db");
    run([this, &next]() -> Task<void> {
        auto copy = [this, &next](store::JournalFile&) -> Result<void> {
            for (const char* part : {"", "-wal"}) {
                std::filesystem::copy_file(path_ + part, next + part);
            }
            return {};
        };
        const Result<void> copied = co_await journal->with_file(copy);
        static_cast<void>(copied.value());
    });
    close_lane(); // what it still records goes into the file that is left behind
    run([this]() -> Task<void> {
        const Result<void> closed = co_await journal->close();
        static_cast<void>(closed);
    });
    reader.reset();
    path_ = next;
    open_journal();
    open_lane();
}

void WebhookBench::enable() {
    with_outbox([&](store::OutboxStore& outbox) -> Result<bool> {
        const Result<void> enabled = outbox.enable(outbox.find("desk").value().id, time.clock.now());
        return enabled ? Result<bool>(true) : fail(enabled.error());
    });
}

void WebhookBench::record(std::vector<store::JournalEvent> events) {
    run([&]() -> Task<void> {
        const Result<std::int64_t> recorded = co_await journal->append(events);
        static_cast<void>(recorded.value());
    });
}

void WebhookBench::record_fact(const std::string& id, const std::string& name) {
    const ClientOrderId order(id);
    orders::OrderFact fact = intended(id);
    if (name == "accepted") {
        fact = venue::OrderAccepted{order, VenueOrderId("V" + id)};
    } else if (name == "filled") {
        fact = venue::OrderFilled{fill("E" + id, 100, id)};
    }
    record({orders::encode(event(fact))});
}

void WebhookBench::record_order(const std::string& id) {
    for (const char* name : {"intended", "accepted", "filled"}) {
        record_fact(id, name);
    }
}

void WebhookBench::run(std::function<Task<void>()> body) {
    runtime::TaskScope scope(time.loop);
    std::string failure;
    scope.on_failure = [&](const TaskInfo&, const std::string& what) { failure = what; };
    scope.spawn("test", [&](TaskInfo&) { return body(); });
    time.loop.poll();
    while (!scope.empty()) {
        time.loop.context().restart();
        if (time.loop.context().run_one_for(10s) == 0) {
            throw std::runtime_error("the test's own step hangs");
        }
    }
    if (!failure.empty()) {
        throw std::runtime_error(failure);
    }
}

void WebhookBench::run_ready() {
    for (int round = 0; round < 3; ++round) { // a step, what it launches, and what comes of that
        run([this]() -> Task<void> {
            auto nothing = [](store::JournalFile&) { return Result<void>(); };
            const Result<void> written = co_await journal->with_file(nothing);
            static_cast<void>(written);
            const auto read = co_await reader->read(1);
            static_cast<void>(read);
        });
        time.loop.poll();
    }
}

void WebhookBench::run_for(Duration span) {
    const Duration end = time.clock.elapsed() + span;
    for (;;) {
        run_ready();
        const std::optional<Duration> next = time.loop.timers().next();
        if (!next || *next > end) {
            break;
        }
        if (*next > time.clock.elapsed()) {
            time.clock.advance(*next - time.clock.elapsed());
        }
        time.loop.timers().fire_due();
    }
    time.clock.advance(end - time.clock.elapsed());
}

store::WebhookEndpoint WebhookBench::endpoint() {
    return with_outbox([](store::OutboxStore& outbox) { return outbox.find("desk"); });
}

store::OutboxCounts WebhookBench::counts() {
    return with_outbox([](store::OutboxStore& outbox) { return outbox.counts(outbox.find("desk").value().id); });
}

std::vector<store::DeadLetter> WebhookBench::dead() {
    return with_outbox([](store::OutboxStore& outbox) { return outbox.dead(outbox.find("desk").value().id, 0, 1000); });
}

} // namespace tradesh::test
