#pragma once

#include "core/orders/order_event_codec.hpp"
#include "core/store/journal.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace tradesh::test {

/// Runs `body(journal)`, a task, on a loop with a journal of its own.
template <class Body>
void with_journal(Body body) {
    const TemporaryFolder folder;
    const SystemClock clock;
    runtime::Loop loop(clock);
    runtime::TaskScope scope(loop);
    bool finished = false;
    scope.spawn("test", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        Result<std::unique_ptr<store::Journal>> journal =
            co_await store::Journal::open(loop, folder.file("orders.db"), "k4x9");
        REQUIRE(journal);
        co_await body(**journal);
        const Result<void> closed = co_await (*journal)->close();
        CHECK(closed);
        finished = true;
        loop.stop();
    });
    loop.run();
    REQUIRE(finished);
}

inline runtime::Task<void> write(store::Journal& journal, std::vector<orders::OrderEvent> events) {
    std::vector<store::JournalEvent> rows;
    for (const orders::OrderEvent& event : events) {
        rows.push_back(orders::encode(event));
    }
    const Result<std::int64_t> written = co_await journal.append(std::move(rows));
    REQUIRE(written);
}

} // namespace tradesh::test
