#include "core/orders/ledger_snapshot.hpp"

#include "core/orders/order_archive.hpp"
#include "core/orders/order_event_codec.hpp"
#include "core/orders/risk_journal.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <random>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;

namespace {

constexpr std::size_t ended_kept = 5;

std::string name_of_order(int number) { return "k4x9-1-" + std::to_string(number); }

/// Orders that begin, fill, end and hear late news, in a random order.
class RandomDay {
public:
    explicit RandomDay(unsigned seed) : random_(seed) {}

    std::vector<store::JournalEvent> next(int events) {
        std::vector<store::JournalEvent> rows;
        for (int i = 0; i < events; ++i) {
            store::JournalEvent row = encode(event(next_fact()));
            row.account = "DU1";
            rows.push_back(std::move(row));
        }
        if (dice(4) == 0) {
            rows.push_back(encode_gap("GOOG", dice(9), dice(9), nine_thirty));
        }
        return rows;
    }

private:
    int dice(int sides) { return std::uniform_int_distribution(0, sides - 1)(random_); }
    OrderFact next_fact() {
        if (orders_ == 0 || dice(4) == 0) {
            const std::string id = name_of_order(++orders_);
            return intended(id, dice(2) == 0 ? "key" + std::to_string(orders_) : "");
        }
        const int age = dice(12) == 0 ? dice(orders_) : std::min(dice(8), orders_ - 1); // mostly of the newest
        const ClientOrderId id(name_of_order(orders_ - age));
        switch (dice(4)) {
        case 0: return venue::OrderAccepted{id, VenueOrderId("V" + id.value)};
        case 1: return venue::OrderFilled{fill("E" + std::to_string(++executions_), 10, id.value)};
        case 2: return venue::OrderCancelled{id, "by request"};
        default: return venue::OrderFilled{fill("E" + std::to_string(++executions_), 100, id.value)};
        }
    }

    std::mt19937 random_;
    int orders_ = 0;
    int executions_ = 0;
};

void append(store::JournalFile& file, std::vector<store::JournalEvent> rows) {
    const std::vector<store::JournalFile::Batch> batches{{.events = std::move(rows)}};
    REQUIRE(file.append(batches).front());
}

std::vector<std::string> lines_of(const OrderLedger& ledger) {
    std::vector<std::string> lines;
    for (const Order* order : ledger.all()) {
        lines.push_back(order->request.id.value + " " + std::string(name_of(order->state)) + " " +
                        order->filled.to_string() + " " + order->fees.to_string() + " " + order->venue_id.value + " " +
                        order->key + " " + std::to_string(order->executions.size()));
    }
    for (const ClientOrderId& id : ledger.past().ended) {
        lines.push_back("ended " + id.value);
    }
    for (const auto& [symbol, sum] : ledger.traded()) {
        lines.push_back(symbol + " " + sum.to_string());
    }
    lines.push_back(std::to_string(ledger.count()) + " orders, " + std::to_string(ledger.open_count()) +
                    " open, the last fill " + to_rfc3339(ledger.last_fill_time()));
    return lines;
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("a ledger that goes on from a snapshot is the one that the whole journal gives") {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        INFO("seed " << seed);
        const TemporaryFolder folder;
        store::JournalFile file = store::JournalFile::open(folder.file("orders.db"), "k4x9").value();
        RandomDay day(seed);
        for (int session = 0; session < 12; ++session) {
            append(file, day.next(25));
            const std::int64_t rows_max = session % 3 == 0 ? 7 : 1'000; // a core that leaves has not much time
            const Result<FoldedLedger> some = continue_ledger(file, ended_kept, rows_max);
            REQUIRE(some);
            CHECK(some->rows_folded <= rows_max);
            REQUIRE(keep_snapshot(file, *some, ended_kept));
            const Result<FoldedLedger> resumed = continue_ledger(file, ended_kept);
            REQUIRE(resumed);
            CHECK(resumed->seq == file.last_seq());
            const OrderLedger whole = load_ledger(file, ended_kept).value();
            REQUIRE(lines_of(resumed->ledger) == lines_of(whole));
        }
        CHECK(continue_ledger(file, ended_kept)->rows_folded < 60);
        CHECK(continue_ledger(file, ended_kept + 1)->rows_folded == file.last_seq()); // of another size
    }
}

TEST_CASE("a snapshot that was changed is not believed, and a row that it names is verified") {
    const TemporaryFolder folder;
    {
        store::JournalFile file = store::JournalFile::open(folder.file("orders.db"), "k4x9").value();
        append(file, RandomDay(3).next(200));
        REQUIRE(keep_snapshot(file, continue_ledger(file, ended_kept).value(), ended_kept));
        REQUIRE(continue_ledger(file, ended_kept)->rows_folded == 0);
    }
    const auto change = [&](const std::string& sql) {
        store::JournalFile file = store::JournalFile::open(folder.file("orders.db"), "k4x9", 0).value();
        const std::string script = "DROP TRIGGER events_never_change;" + sql;
        REQUIRE(file.database().execute(script.c_str()));
        return continue_ledger(file, ended_kept);
    };
    SECTION("one of its counts") {
        const Result<FoldedLedger> folded = change(
            "UPDATE settings SET value = replace(value, '\"count\":', '\"count\":1') WHERE name = 'ledger.snapshot'");
        REQUIRE(folded);
        CHECK(folded->rows_folded == folded->seq);
    }
    SECTION("the row that it ends at") {
        const Result<FoldedLedger> folded =
            change("UPDATE events SET checksum = zeroblob(32) WHERE seq = (SELECT max(seq) FROM events)");
        CHECK(folded.error().code == "journal.broken");
    }
    SECTION("a row of an order") {
        const Result<FoldedLedger> folded =
            change("UPDATE events SET payload = replace(payload, 'GOOG', 'AAPL') WHERE kind = 'order.intended'");
        CHECK(folded.error().code == "journal.broken");
    }
}

TEST_CASE("whichever byte of a journal is changed, it is refused or reads as it was") {
    const TemporaryFolder folder;
    const std::string path = folder.file("orders.db");
    std::vector<std::string> right;
    {
        store::JournalFile file = store::JournalFile::open(path, "k4x9").value();
        append(file, RandomDay(5).next(20));
        append(file, {encode(TradingStanding{
                         .state = TradingState::halted, .since = nine_thirty, .reason = "a test", .cause = "user"})});
        REQUIRE(keep_snapshot(file, continue_ledger(file, ended_kept).value(), ended_kept));
        right = lines_of(load_ledger(file, ended_kept).value());
        REQUIRE(file.close());
    }
    const std::string whole = bytes_of(path);
    const std::string head = bytes_of(path + ".head");
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
        std::string bytes = whole;
        const std::size_t at = std::uniform_int_distribution<std::size_t>(0, whole.size() - 1)(random);
        const int bit = std::uniform_int_distribution(0, 7)(random);
        INFO("bit " << bit << " at " << at << " of " << whole.size());
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        std::ofstream(path, std::ios::binary) << bytes;
        std::ofstream(path + ".head", std::ios::binary) << head;
        Result<store::JournalFile> file = store::JournalFile::open(path, "k4x9", i % 2 == 0 ? 0 : 1'000);
        const Result<FoldedLedger> folded =
            file ? continue_ledger(*file, ended_kept) : Result<FoldedLedger>(fail(file.error()));
        const Result<RiskHistory> risk = file ? load_risk(*file, nine_thirty) : Result<RiskHistory>(fail(file.error()));
        if (!folded || !risk) {
            ++refused;
            continue;
        }
        CHECK(lines_of(folded->ledger) == right);
        CHECK(risk->standing.state == TradingState::halted);
        CHECK(std::ranges::all_of(file->installation(), [](unsigned char c) { return std::isalnum(c) != 0; }));
    }
    CHECK(refused > 0);
}
