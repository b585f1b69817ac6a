#include "core/store/journal.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <map>

using namespace tradesh;
using namespace tradesh::runtime;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

JournalEvent event(std::string order, std::string payload = "{}") {
    JournalEvent made;
    made.time = parse_instant("2026-11-20T12:00:00Z").value();
    made.kind = "order.intent";
    made.client_order_id = std::move(order);
    made.payload = std::move(payload);
    return made;
}

/// Runs one task on a real loop, with a journal in a folder of its own.
template <class Body>
void with_journal(const TemporaryFolder& folder, Body body) {
    const SystemClock clock;
    Loop loop(clock);
    TaskScope scope(loop);
    bool finished = false;
    scope.spawn("test", [&](TaskInfo&) -> Task<void> {
        Result<std::unique_ptr<Journal>> journal = co_await Journal::open(loop, folder.file("orders.db"), "ab12");
        REQUIRE(journal);
        co_await body(loop, **journal);
        Result<void> closed = co_await (*journal)->close();
        CHECK(closed);
        finished = true;
        loop.stop();
    });
    loop.run();
    REQUIRE(finished);
}

} // namespace

TEST_CASE("appends that come together are committed together, in order") {
    const TemporaryFolder folder;
    with_journal(folder, [](Loop& loop, Journal& journal) -> Task<void> {
        constexpr int appends = 64;
        std::map<std::int64_t, int> order_of_seq;
        TaskScope writers(loop);
        for (int i = 0; i < appends; ++i) {
            writers.spawn("writer", [&, i](TaskInfo&) -> Task<void> {
                std::vector<JournalEvent> two{event("o" + std::to_string(i)), event("o" + std::to_string(i))};
                const Result<std::int64_t> first = co_await journal.append(std::move(two));
                REQUIRE(first);
                order_of_seq[*first] = i;
            });
        }
        co_await writers.join();
        CHECK(journal.events_written() == 2 * appends);
        CHECK(journal.commits() <= 3); // the first alone or with some, all others with the next
        REQUIRE(order_of_seq.size() == appends);
        int expected = 0;
        for (const auto& [seq, order] : order_of_seq) {
            CHECK(seq == 1 + 2 * expected);
            CHECK(order == expected++);
        }
        auto verify = [](JournalFile& file) { return file.verify_all(); };
        const Result<std::int64_t> verified = co_await journal.with_file(verify);
        CHECK(verified.value() == 2 * appends);
    });
}

TEST_CASE("an append that was asked for is told even when its task is cancelled") {
    const TemporaryFolder folder;
    with_journal(folder, [](Loop& loop, Journal& journal) -> Task<void> {
        std::optional<Result<std::int64_t>> outcome;
        TaskScope writers(loop);
        writers.spawn("writer", [&](TaskInfo&) -> Task<void> {
            std::vector<JournalEvent> one{event("o1")};
            outcome = co_await journal.append(std::move(one));
        });
        while (!outcome) {
            writers.cancel();
            auto nothing = [](JournalFile& file) -> Result<std::int64_t> { return file.last_seq(); };
            co_await journal.with_file(nothing);
        }
        co_await writers.join();
        CHECK(outcome->value() == 1);
    });
}

TEST_CASE("what cannot be kept is refused before it reaches the disk") {
    const TemporaryFolder folder;
    with_journal(folder, [](Loop&, Journal& journal) -> Task<void> {
        std::vector<JournalEvent> bad{event("fine"), event("big", std::string((1 << 20) + 1, 'x'))};
        const Result<std::int64_t> too_big = co_await journal.append(std::move(bad));
        CHECK(too_big.error().code == "journal.event_invalid");
        std::vector<JournalEvent> unnamed{event("o")};
        unnamed[0].kind.clear();
        const Result<std::int64_t> no_kind = co_await journal.append(std::move(unnamed));
        CHECK(no_kind.error().code == "journal.event_invalid");
        std::vector<JournalEvent> crowd(70'000, event("o"));
        const Result<std::int64_t> overloaded = co_await journal.append(std::move(crowd));
        CHECK(overloaded.error().code == "journal.overloaded");
        CHECK(journal.commits() == 0);
    });
}

TEST_CASE("a failed commit fails its own waiters and no later one") {
    const TemporaryFolder folder;
    with_journal(folder, [](Loop&, Journal& journal) -> Task<void> {
        auto obstruct = [](JournalFile& file) {
            return file.database().execute("CREATE TRIGGER obstacle BEFORE INSERT ON events WHEN new.payload = 'bad' "
                                           "BEGIN SELECT raise(ABORT, 'obstacle'); END");
        };
        const Result<void> obstructed = co_await journal.with_file(obstruct);
        REQUIRE(obstructed);
        std::vector<JournalEvent> bad{event("o1"), event("o1", "bad")};
        const Result<std::int64_t> failed = co_await journal.append(std::move(bad));
        REQUIRE_FALSE(failed);
        CHECK_THAT(failed.error().message, Contains("obstacle"));
        std::vector<JournalEvent> good{event("o2")};
        const Result<std::int64_t> kept = co_await journal.append(std::move(good));
        CHECK(kept.value() == 1);
    });
}

TEST_CASE("a closed journal says so, and its clean stop is marked") {
    const TemporaryFolder folder;
    with_journal(folder, [](Loop&, Journal& journal) -> Task<void> {
        std::vector<JournalEvent> one{event("o1")};
        co_await journal.append(one);
        co_await journal.close();
        const Result<std::int64_t> late = co_await journal.append(one);
        CHECK(late.error().code == "journal.closed");
        auto look = [](JournalFile& file) { return file.setting("x"); };
        const Result<std::optional<std::string>> looked = co_await journal.with_file(look);
        CHECK(looked.error().code == "journal.closed");
    });
    JournalFile file = JournalFile::open(folder.file("orders.db"), "zz99").value();
    CHECK(file.last_seq() == 1);
    CHECK(file.verify_tail().value() == 0);
}

TEST_CASE("a journal that cannot be opened says why") {
    const SystemClock clock;
    Loop loop(clock);
    TaskScope scope(loop);
    scope.spawn("test", [&](TaskInfo&) -> Task<void> {
        const Result<std::unique_ptr<Journal>> journal = co_await Journal::open(loop, "/nowhere/orders.db", "ab12");
        CHECK(journal.error().code == "store.open");
        loop.stop();
    });
    loop.run();
}
