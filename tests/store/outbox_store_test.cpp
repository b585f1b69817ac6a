#include "core/store/journal_file.hpp"
#include "core/store/outbox_rows.hpp"
#include "core/store/outbox_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;
using namespace std::chrono_literals;

namespace {

const Instant noon = parse_instant("2026-11-20T12:00:00Z").value();

std::optional<std::string> by_order(std::string_view kind, std::string_view order) {
    return kind.starts_with("order.") ? std::optional(std::string(order)) : std::nullopt;
}

/// A journal with one endpoint.
struct Outbox {
    TemporaryFolder folder;
    JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
    OutboxStore store{file.database()};
    std::int64_t endpoint =
        store.add({.name = "desk", .url = "https://example.com", .events = "*", .created = noon}).value().id;

    void record(const std::vector<std::string>& orders, const std::string& kind = "order.accepted") {
        JournalFile::Batch batch;
        for (const std::string& order : orders) {
            batch.events.push_back({.time = noon, .kind = kind, .client_order_id = order});
        }
        REQUIRE(file.append(std::span(&batch, 1)).front());
    }
    OutboxHandout step(std::vector<DeliveryOutcome> outcomes = {}, Instant now = noon,
                       std::vector<std::int64_t> in_hand = {}) {
        return store
            .step(endpoint, by_order,
                  {.outcomes = std::move(outcomes), .now = now, .in_hand = std::move(in_hand), .wanted = 64})
            .value();
    }
};

std::vector<std::int64_t> seqs_of(const OutboxHandout& handout) {
    std::vector<std::int64_t> seqs;
    for (const DueDelivery& due : handout.due) {
        seqs.push_back(due.seq);
    }
    return seqs;
}

DeliveryOutcome outcome(std::int64_t seq, DeliveryOutcome::Kind kind, Instant due = noon) {
    DeliveryOutcome made;
    made.seq = seq;
    made.kind = kind;
    made.time = noon;
    made.due = due;
    made.attempts = 1;
    made.status = kind == DeliveryOutcome::Kind::delivered ? 200 : 500;
    made.error = kind == DeliveryOutcome::Kind::delivered ? "" : "it answered 500";
    return made;
}

using Kind = DeliveryOutcome::Kind;
using Seqs = std::vector<std::int64_t>;

} // namespace

TEST_CASE("of every order the oldest message is handed out, and the next one when it is done") {
    Outbox outbox;
    outbox.record({"a", "a", "b", "a"});
    CHECK(seqs_of(outbox.step()) == Seqs{1, 3});
    CHECK(seqs_of(outbox.step({}, noon, {1, 3})).empty());
    CHECK(seqs_of(outbox.step({outcome(1, Kind::delivered)}, noon, {3})) == Seqs{2});
    CHECK(seqs_of(outbox.step({outcome(2, Kind::dead), outcome(3, Kind::delivered)})) == Seqs{4});
    CHECK(seqs_of(outbox.step({outcome(4, Kind::delivered)})).empty());
    CHECK(outbox.store.counts(outbox.endpoint)->pending == 0);
    CHECK(outbox.store.counts(outbox.endpoint)->dead == 1);
    CHECK(outbox.store.find("desk")->delivered == 3);
}

TEST_CASE("a message that is to be retried comes back when it is due, and keeps its order waiting") {
    Outbox outbox;
    outbox.record({"a", "a"});
    outbox.step();
    const OutboxHandout waiting = outbox.step({outcome(1, Kind::retry, noon + 5s)});
    CHECK(waiting.due.empty());
    CHECK(waiting.next_due == noon + 5s);
    CHECK(waiting.failing_since == noon);
    CHECK(outbox.store.counts(outbox.endpoint)->waits_since == noon);
    const OutboxHandout due = outbox.step({}, noon + 5s);
    REQUIRE(due.due.size() == 1);
    CHECK(due.due[0].seq == 1);
    CHECK(due.due[0].attempts == 1);
    const OutboxHandout next = outbox.step({outcome(1, Kind::delivered)}, noon + 5s);
    CHECK(seqs_of(next) == Seqs{2});
    CHECK_FALSE(next.failing_since);
}

TEST_CASE("a long journal is taken page by page, and rows that nobody wants are passed over") {
    Outbox outbox;
    outbox.record(std::vector<std::string>(600, ""), "link.down");
    outbox.record({"a"});
    CHECK(outbox.step().more);
    CHECK(outbox.step().more);
    const OutboxHandout last = outbox.step();
    CHECK_FALSE(last.more);
    CHECK(seqs_of(last) == Seqs{601});
    CHECK(outbox.store.counts(outbox.endpoint)->untaken == 0);
}

TEST_CASE("a new endpoint begins at the newest row, and a name is taken once") {
    Outbox outbox;
    outbox.record({"a", "b"});
    const WebhookEndpoint late =
        outbox.store.add({.name = "late", .url = "https://example.com", .events = "*", .created = noon}).value();
    CHECK(late.cursor == 2);
    CHECK(outbox.store.add({.name = "late"}).error().code == "webhook.exists");
    CHECK(outbox.store.list()->size() == 2);
    CHECK(outbox.store.remove(outbox.endpoint));
    CHECK(outbox.store.find("desk").error().code == "webhook.none");
}

TEST_CASE("an endpoint that was changed on the disk is told nothing") {
    Outbox outbox;
    REQUIRE(outbox.store.list()->at(0).disabled.empty());
    REQUIRE(outbox.file.database().execute("UPDATE webhook_endpoints SET url = 'https://example.con'"));
    CHECK_THAT(outbox.store.list()->at(0).disabled, Contains("changed on the disk"));
    CHECK_THAT(outbox.store.find("desk")->disabled, Contains("changed on the disk"));
}

TEST_CASE("replayed messages stand in line by their age") {
    Outbox outbox;
    outbox.record({"a", "a", "a", "b"});
    outbox.step();
    outbox.step({outcome(1, Kind::dead)});
    outbox.step({outcome(2, Kind::delivered)});
    CHECK(outbox.store.replay(outbox.endpoint, by_order, 1, 100, false, noon)->messages == 1);
    CHECK(outbox.store.dead(outbox.endpoint, 0, 10)->empty());
    CHECK(outbox.store.replay(outbox.endpoint, by_order, 2, 2, true, noon)->messages == 1);
    // The third is at the head already; behind it the older ones come first.
    CHECK(seqs_of(outbox.step()) == Seqs{3, 4});
    CHECK(seqs_of(outbox.step({outcome(3, Kind::delivered), outcome(4, Kind::delivered)})) == Seqs{1});
    CHECK(seqs_of(outbox.step({outcome(1, Kind::delivered)})) == Seqs{2});
}

TEST_CASE("progress is committed at once, and the journal's own commits are full again") {
    Outbox outbox;
    outbox.record({"a", "b"});
    outbox.step();
    outbox.step({outcome(1, Kind::delivered)});
    Result<Database> reader = open_journal_for_reading(outbox.folder.file("orders.db"));
    REQUIRE(reader);
    CHECK(OutboxStore(*reader).counts(outbox.endpoint)->pending == 1);
    Statement mode = outbox.file.database().prepare("PRAGMA synchronous");
    REQUIRE(mode.step().value());
    CHECK(mode.integer(0) == 2);
}

TEST_CASE("a message is made from the rows of its order up to its own") {
    Outbox outbox;
    outbox.record({"a", "b", "a", "a"});
    outbox.record({""}, "link.down");
    Result<Database> reader = open_journal_for_reading(outbox.folder.file("orders.db"));
    REQUIRE(reader);
    const auto rows = rows_of_message(*reader, 3);
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    CHECK((*rows)[0].seq == 1);
    CHECK((*rows)[1].seq == 3);
    CHECK(rows_of_message(*reader, 5)->size() == 1);
    CHECK(rows_of_message(*reader, 99).error().code == "journal.no_row");
}
