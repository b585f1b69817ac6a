#pragma once

#include "core/orders/webhook_lane.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/virtual_loop.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::test {

/// A receiver without a network: it answers as the test says.
class ScriptedReceiver final : public orders::WebhookSender {
public:
    explicit ScriptedReceiver(runtime::Loop& loop) : loop_(loop) {}

    struct Reply {
        Result<orders::WebhookAnswer> answer = orders::WebhookAnswer{.status = 200};
        Duration takes{0};
    };
    struct Received {
        orders::WebhookPost post;
        std::string order; ///< the message's, empty when it is about none
        Duration at{0};
    };

    runtime::Task<Result<orders::WebhookAnswer>> post(orders::WebhookPost post) override;

    /// What to answer to a message about this order (or to any).
    std::function<Reply(const std::string& order)> reply = [](const std::string&) { return Reply{}; };
    std::vector<Received> received;     ///< as they arrived
    std::vector<std::string> delivered; ///< ids, as they were answered with 2xx
    std::size_t in_flight = 0;
    std::size_t in_flight_most = 0;

private:
    runtime::Loop& loop_;
};

/// A journal file, an endpoint of it and the lane that serves it, in virtual time.
class WebhookBench {
public:
    explicit WebhookBench(std::string events = "*");
    ~WebhookBench();

    /// One row each: "intended", "accepted" and a fill of all of it.
    void record_order(const std::string& id);
    void record(std::vector<store::JournalEvent> events);
    void record_fact(const std::string& id, const std::string& name);

    void open_lane();
    void close_lane();
    /// The process dies here; what the disk holds goes on.
    void crash();
    void enable();

    /// Runs what is ready and what disk and worker bring, without moving time.
    void run_ready();
    void run_for(Duration span);
    void run(std::function<runtime::Task<void>()> body);

    store::WebhookEndpoint endpoint();
    store::OutboxCounts counts();
    std::vector<store::DeadLetter> dead();
    template <class Work>
    auto with_outbox(Work work) {
        using Value = std::invoke_result_t<Work&, store::OutboxStore&>;
        std::optional<Value> value;
        run([&]() -> runtime::Task<void> {
            auto on_file = [&work](store::JournalFile& file) {
                store::OutboxStore outbox(file.database());
                return work(outbox);
            };
            Value got = co_await journal->with_file(on_file);
            value.emplace(std::move(got));
        });
        return std::move(*value).value();
    }

    VirtualLoop time;
    ScriptedReceiver receiver{time.loop};
    std::unique_ptr<store::Journal> journal;
    std::unique_ptr<orders::WebhookReader> reader;
    std::unique_ptr<orders::WebhookLane> lane;
    std::vector<std::string> notices;

private:
    void open_journal();

    TemporaryFolder folder_; ///< in memory where there is such a place: what is tested is not the disk
    std::string path_ = folder_.file("orders-1.db");
    int generation_ = 1;
    runtime::Log log_;
};

} // namespace tradesh::test
