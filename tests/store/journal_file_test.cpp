#include "core/store/journal_file.hpp"
#include "core/store/journal_schema.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>

using namespace tradesh;
using namespace tradesh::store;
using namespace std::chrono_literals;
using tradesh::test::TemporaryFolder;

namespace {

const Instant noon = parse_instant("2026-11-20T12:00:00Z").value();

JournalEvent event(int number) {
    return JournalEvent{.time = noon + std::chrono::seconds(number),
                        .kind = "order.intent",
                        .client_order_id = "ab12-1-" + std::to_string(number),
                        .venue = "paper",
                        .account = "DU1",
                        .session = 3,
                        .venue_order_id = "",
                        .parent = "ab12-1-0",
                        .leg = 2,
                        .group = "g1",
                        .key = number % 2 == 0 ? "key" + std::to_string(number) : "",
                        .request_hash = "f00d",
                        .currency = "USD",
                        .correlation = "c-7",
                        .payload = R"({"quantity":"10"})"};
}

std::vector<JournalEvent> events(int first, int count) {
    std::vector<JournalEvent> made;
    for (int i = 0; i < count; ++i) {
        made.push_back(event(first + i));
    }
    return made;
}

std::int64_t append(JournalFile& file, std::vector<JournalEvent> some) {
    const std::vector<JournalFile::Batch> batches{{.events = std::move(some)}};
    return file.append(batches).front().value();
}

JournalFile open(const TemporaryFolder& folder) { return JournalFile::open(folder.file("orders.db"), "ab12").value(); }

/// What a hand with a database tool could do.
void tamper(const TemporaryFolder& folder, const std::string& sql) {
    Database database = Database::open(folder.file("orders.db"), journal_file_kind()).value();
    const std::string script = "DROP TRIGGER events_never_change; DROP TRIGGER events_never_leave;" + sql;
    REQUIRE(database.execute(script.c_str()));
}

std::string bytes_of(const TemporaryFolder& folder, const std::string& name) {
    std::ifstream file(folder.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<JournalFile> reopen(const TemporaryFolder& folder) {
    return JournalFile::open(folder.file("orders.db"), "zz99");
}

} // namespace

TEST_CASE("events come back with every column, in order, and are found by order and by key") {
    const TemporaryFolder folder;
    JournalFile file = open(folder);
    CHECK(append(file, events(1, 3)) == 1);
    CHECK(append(file, events(4, 2)) == 4);
    std::vector<JournalRow> rows;
    const auto collect = [&rows](const JournalRow& row) -> Result<void> {
        rows.push_back(row);
        return {};
    };
    REQUIRE(file.replay(2, collect));
    REQUIRE(rows.size() == 4);
    for (int i = 0; i < 4; ++i) {
        CHECK(rows[static_cast<std::size_t>(i)].seq == i + 2);
        CHECK(rows[static_cast<std::size_t>(i)].event == event(i + 2));
    }
    CHECK(file.events_of_order("ab12-1-3").value().at(0).event == event(3));
    CHECK(file.events_of_order("").value().empty());
    CHECK(file.events_of_key("DU1", "key4").value().at(0).seq == 4);
    CHECK(file.events_of_key("DU2", "key4").value().empty());
    CHECK(file.events_of_key("DU1", "").value().empty());
    const auto stop = [](const JournalRow&) -> Result<void> { return fail(ErrorKind::cancelled, "stop", "enough"); };
    CHECK(file.replay(1, stop).error().code == "stop");
}

TEST_CASE("the chain goes on over a restart, clean or not") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 5));
        REQUIRE(file.close());
    }
    {
        JournalFile file = open(folder);
        CHECK(file.verify_tail().value() == 0); // the mark of the clean stop
        CHECK(append(file, events(6, 2)) == 6);
    } // no mark: as after a crash
    JournalFile file = open(folder);
    CHECK(file.last_seq() == 7);
    CHECK(file.verify_tail().value() == 2);
    CHECK(file.verify_all().value() == 7);
}

TEST_CASE("every thousandth row is marked") {
    const TemporaryFolder folder;
    JournalFile file = open(folder);
    append(file, events(1, 2'500));
    CHECK(file.verify_tail().value() == 500);
    CHECK(file.verify_all().value() == 2'500);
}

TEST_CASE("the journal refuses changes by its own connection") {
    const TemporaryFolder folder;
    JournalFile file = open(folder);
    append(file, events(1, 2));
    const Result<void> changed = file.database().execute("UPDATE events SET payload = '{}' WHERE seq = 1");
    REQUIRE_FALSE(changed);
    CHECK_THAT(changed.error().message, Contains("append-only"));
    CHECK_FALSE(file.database().execute("DELETE FROM events"));
}

TEST_CASE("a row that was changed, removed, reordered or cut off is noticed") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 5));
    }
    const auto refused_at = [&](const std::string& sql, const std::string& words) {
        INFO(sql);
        tamper(folder, sql);
        const Result<JournalFile> file = reopen(folder);
        REQUIRE_FALSE(file);
        CHECK(file.error().kind == ErrorKind::failed);
        CHECK(file.error().code == "journal.broken");
        CHECK_THAT(file.error().message, Contains(words));
    };
    SECTION("a changed payload") {
        refused_at("UPDATE events SET payload = '{\"quantity\":\"99\"}' WHERE seq = 3", "row 3 ");
    }
    SECTION("a changed time") { refused_at("UPDATE events SET time_ns = time_ns + 1 WHERE seq = 5", "row 5 "); }
    SECTION("text moved from one column to the next") {
        refused_at("UPDATE events SET venue = 'pape', account = 'rDU1' WHERE seq = 2", "row 2 ");
    }
    SECTION("a removed row") { refused_at("DELETE FROM events WHERE seq = 2", "row 2 of the journal is missing"); }
    SECTION("two rows exchanged") {
        refused_at("UPDATE events SET seq = 99 WHERE seq = 2; UPDATE events SET seq = 2 WHERE seq = 3;"
                   "UPDATE events SET seq = 3 WHERE seq = 99",
                   "row 2 ");
    }
    SECTION("the first row removed") {
        refused_at("DELETE FROM events WHERE seq = 1", "row 1 of the journal is missing");
    }
}

TEST_CASE("rows cut off before a mark are noticed") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 5));
        REQUIRE(file.close());
    }
    tamper(folder, "DELETE FROM events WHERE seq >= 4");
    const Result<JournalFile> file = reopen(folder);
    REQUIRE_FALSE(file);
    CHECK_THAT(file.error().message, Contains("row 5 of the journal is missing, though it was once marked"));
}

TEST_CASE("a change before the last mark is found by whoever reads that far, and by the whole verification") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 1'200));
    }
    tamper(folder, "UPDATE events SET account = 'DU2' WHERE seq = 17");
    CHECK(reopen(folder).error().code == "journal.broken"); // a small journal is verified wholly
    Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "zz99", 1'000);
    REQUIRE(file);
    CHECK(file->verify_more(10).value() == 990);
    CHECK_THAT(file->verify_more(10).error().message, Contains("row 17 "));
    CHECK_THAT(file->row(17).error().message, Contains("row 17 ")); // and whoever reads it is told
    CHECK_THAT(file->events_of_order("ab12-1-17").error().message, Contains("row 17 "));
    CHECK(file->row(18)->has_value());
    const Result<std::int64_t> verified = file->verify_all();
    REQUIRE_FALSE(verified);
    CHECK_THAT(verified.error().message, Contains("row 17 "));
    const auto ignore = [](const JournalRow&) -> Result<void> { return {}; };
    CHECK(file->replay(18, ignore));
    const Result<void> replayed = file->replay(1, ignore);
    REQUIRE_FALSE(replayed);
    CHECK(replayed.error().code == "journal.broken");
}

namespace {

/// A copy of the journal's files as a killed process leaves them: the newest rows in the log of SQLite.
void copy_as_killed(const TemporaryFolder& from, const TemporaryFolder& to) {
    for (const char* name : {"orders.db", "orders.db-wal", "orders.db.head"}) {
        std::filesystem::copy_file(from.file(name), to.file(name), std::filesystem::copy_options::overwrite_existing);
    }
}

} // namespace

TEST_CASE("rows that only the log held are missed when it is deleted, cut, or the file is an older one") {
    const TemporaryFolder living;
    const TemporaryFolder dead;
    JournalFile file = open(living);
    append(file, events(1, 5));
    const TemporaryFolder older;
    copy_as_killed(living, older);
    append(file, events(6, 3));
    copy_as_killed(living, dead);
    const std::string log = dead.file("orders.db-wal");
    bool whole = false;
    SECTION("a killed process loses nothing") { whole = true; }
    SECTION("deleted log") { std::filesystem::remove(log); }
    SECTION("cut log") { std::filesystem::resize_file(log, std::filesystem::file_size(log) - 100); }
    SECTION("an older file") {
        for (const char* name : {"orders.db", "orders.db-wal"}) {
            std::filesystem::copy_file(older.file(name), dead.file(name),
                                       std::filesystem::copy_options::overwrite_existing);
        }
    }
    SECTION("a file that begins anew") {
        std::filesystem::remove(dead.file("orders.db"));
        std::filesystem::remove(log);
    }
    const Result<JournalFile> reopened = reopen(dead);
    REQUIRE(reopened.has_value() == whole);
    if (whole) {
        CHECK(reopened->last_seq() == 8);
    } else {
        CHECK(reopened.error().code == "journal.cut");
        CHECK_THAT(reopened.error().message, Contains("row 8 had been written"));
        CHECK_THAT(reopened.error().hint, Contains("orders.db.head"));
    }
}

TEST_CASE("nothing is recorded any more in a file or a log that was taken away") {
    const TemporaryFolder folder;
    const std::string victim = GENERATE("orders.db", "orders.db-wal");
    INFO(victim);
    JournalFile file = open(folder);
    append(file, events(1, 3));
    std::filesystem::rename(folder.file(victim), folder.file("aside"));
    const std::vector<JournalFile::Batch> batches{{.events = events(4, 1), .essential = true}};
    const Result<std::int64_t> refused = file.append(batches).front();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "journal.gone");
    CHECK(file.last_seq() == 3);
    std::filesystem::rename(folder.file("aside"), folder.file(victim)); // and put back
    CHECK(file.append(batches).front() == 4);
}

TEST_CASE("another row in the place of one that had been written is noticed") {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    {
        JournalFile file = open(folder);
        append(file, events(1, 3));
        JournalFile elsewhere = open(other);
        append(elsewhere, events(11, 3));
    }
    std::filesystem::copy_file(other.file("orders.db"), folder.file("orders.db"),
                               std::filesystem::copy_options::overwrite_existing);
    const Result<JournalFile> file = reopen(folder);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == "journal.broken");
    CHECK_THAT(file.error().message, Contains("is not the one that had been written"));
}

TEST_CASE("the file that tells how far the journal is may be behind, absent or damaged, but never ahead") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 3));
        std::filesystem::copy_file(folder.file("orders.db.head"), folder.file("kept"));
        append(file, events(4, 2));
    }
    const auto put_back = [&](const std::string& bytes) {
        std::ofstream(folder.file("orders.db.head"), std::ios::binary) << bytes;
    };
    SECTION("behind, as after a loss of power") {
        std::filesystem::copy_file(folder.file("kept"), folder.file("orders.db.head"),
                                   std::filesystem::copy_options::overwrite_existing);
    }
    SECTION("absent") { std::filesystem::remove(folder.file("orders.db.head")); }
    SECTION("torn") { put_back("tsHead01"); }
    SECTION("damaged") { put_back(std::string(128, 'x')); }
    const bool behind = std::filesystem::exists(folder.file("orders.db.head")) &&
                        std::filesystem::file_size(folder.file("orders.db.head")) >= 64 &&
                        bytes_of(folder, "orders.db.head").starts_with("tsHead01");
    {
        Result<JournalFile> file = reopen(folder);
        REQUIRE(file);
        CHECK(file->head_was_missing() == !behind);
        REQUIRE(file->findings().size() == (behind ? 0 : 1));
        if (!behind) {
            CHECK_THAT(file->findings()[0], Contains("whole up to row 5") && Contains("cannot be known"));
        }
    }
    Result<JournalFile> file = reopen(folder); // what was told once counts from there
    REQUIRE(file);
    CHECK_FALSE(file->head_was_missing());
    CHECK(append(*file, events(6, 1)) == 6);
}

namespace {

/// Overwrites a text in an index alone: the same bytes lie in the table as well, in a page of another kind.
void damage_index(const TemporaryFolder& folder, const std::string& text, const std::string& other) {
    std::string bytes = bytes_of(folder, "orders.db");
    constexpr std::size_t page_size = 4'096;
    constexpr char index_leaf = 10;
    std::size_t damaged = 0;
    for (std::size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) {
        if (bytes[at / page_size * page_size] == index_leaf) {
            bytes.replace(at, other.size(), other);
            ++damaged;
        }
    }
    REQUIRE(damaged > 0);
    std::ofstream(folder.file("orders.db"), std::ios::binary) << bytes;
}

} // namespace

TEST_CASE("an index that lost an entry is made anew from the rows, and that is told") {
    const std::int64_t rows_at_once = GENERATE(100, 20'000);
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 1'200));
        REQUIRE(file.close());
    }
    SECTION("of the keys") { damage_index(folder, "DU1key100", "DU1kez100"); }
    SECTION("of the orders") { damage_index(folder, "ab12-1-100", "ab12-1-1x0"); }
    SECTION("of the orders, out of order") { damage_index(folder, "ab12-1-100", "zb12-1-100"); }
    {
        Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "ab12", rows_at_once);
        REQUIRE(file);
        REQUIRE(file->findings().size() == 1);
        CHECK_THAT(file->findings()[0], Contains("did not fit the rows"));
        CHECK(file->events_of_key("DU1", "key100").value().size() == 1);
        CHECK(file->events_of_order("ab12-1-100").value().size() == 1);
        CHECK(append(*file, events(1'201, 2)) == 1'201);
        CHECK(file->verify_all());
    }
    const Result<JournalFile> again = JournalFile::open(folder.file("orders.db"), "ab12", rows_at_once);
    REQUIRE(again);
    CHECK(again->findings().empty());
}

TEST_CASE("what the indexes must hold is counted from the rows when it was not kept, or not rightly") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 1'200));
        REQUIRE(file.close());
    }
    SECTION("not kept") { tamper(folder, "DELETE FROM settings WHERE name = 'index.sums'"); }
    SECTION("changed") { tamper(folder, "UPDATE settings SET value = value || '1' WHERE name = 'index.sums'"); }
    SECTION("of another row") { tamper(folder, "UPDATE settings SET value = '1 ' || value WHERE name = 'index.sums'"); }
    SECTION("nonsense") { tamper(folder, "UPDATE settings SET value = 'x' WHERE name = 'index.sums'"); }
    Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "ab12", 100);
    REQUIRE(file);
    CHECK(file->findings().empty());
    CHECK(file->events_of_key("DU1", "key100").value().size() == 1);
}

TEST_CASE("a damaged file is refused with its path") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        append(file, events(1, 400));
    } // the last connection writes everything into the file itself
    std::fstream raw(folder.file("orders.db"), std::ios::in | std::ios::out | std::ios::binary);
    for (std::streamoff at = 4096; at < 40'000; at += 64) {
        raw.seekp(at);
        raw << "damaged!";
    }
    raw.close();
    const Result<JournalFile> file = reopen(folder);
    REQUIRE_FALSE(file);
    CHECK(file.error().subject == folder.file("orders.db"));
    CHECK_FALSE(file.error().hint.empty());
}

TEST_CASE("sessions count up durably and the installation is kept from the first start") {
    const TemporaryFolder folder;
    {
        JournalFile file = open(folder);
        CHECK(file.installation() == "ab12");
        CHECK(file.next_session().value() == 1);
        CHECK(file.next_session().value() == 1); // nobody kept it
        REQUIRE(file.keep_session(1));
        CHECK(file.next_session().value() == 2);
        REQUIRE(file.keep_session(2));
    }
    Result<JournalFile> file = reopen(folder);
    REQUIRE(file);
    CHECK(file->installation() == "ab12");
    CHECK(file->next_session().value() == 3);
}

TEST_CASE("settings are kept and replaced") {
    const TemporaryFolder folder;
    JournalFile file = open(folder);
    CHECK(file.setting("halted").value() == std::nullopt);
    REQUIRE(file.set_setting("halted", "yes"));
    REQUIRE(file.set_setting("halted", "no"));
    CHECK(file.setting("halted").value() == "no");
}

TEST_CASE("the reserve is given up piece by piece") {
    const TemporaryFolder folder;
    DiskReserve reserve(folder.file("reserve"), 5 << 20);
    REQUIRE(reserve.hold());
    std::vector<std::uintmax_t> sizes;
    while (reserve.give_up_some()) {
        sizes.push_back(std::filesystem::exists(folder.file("reserve")) //
                            ? std::filesystem::file_size(folder.file("reserve"))
                            : 0);
    }
    CHECK(sizes == std::vector<std::uintmax_t>{3 << 20, 1 << 20, 0});
    REQUIRE(reserve.hold());
    CHECK(std::filesystem::file_size(folder.file("reserve")) == 5 << 20);
}

TEST_CASE("on a full disk the reserve lets the essential through, and room ends the restriction") {
    const TemporaryFolder folder;
    const std::string reserve = folder.file("orders.db.reserve");
    JournalFile file = open(folder);
    const std::uintmax_t held = std::filesystem::file_size(reserve);
    REQUIRE(held >= 1 << 20);
    REQUIRE(file.database().execute("PRAGMA max_page_count = 40")); // as small as a full disk
    JournalEvent large = event(1);
    large.payload.assign(40'000, 'x');
    std::int64_t kept = 0;
    Result<std::int64_t> outcome = 0;
    while (outcome) {
        outcome = file.append(std::vector<JournalFile::Batch>{{.events = {large}}}).front();
        kept += outcome ? 1 : 0;
        REQUIRE(kept < 100);
    }
    CHECK(outcome.error().code == "journal.disk_full");
    CHECK(outcome.error().kind == ErrorKind::refused);
    CHECK(file.disk_full());
    CHECK(std::filesystem::file_size(reserve) < held);
    CHECK(file.last_seq() == kept);

    std::filesystem::remove(reserve);
    std::filesystem::create_directory(reserve);                      // still no room for a reserve
    REQUIRE(file.database().execute("PRAGMA max_page_count = 200")); // what giving it up has freed
    const std::vector<JournalFile::Batch> mixed{
        {.events = {large}}, {.events = events(2, 2), .essential = true}, {.events = {event(9)}}};
    const std::vector<Result<std::int64_t>> outcomes = file.append(mixed);
    CHECK(outcomes[0].error().code == "journal.disk_full");
    CHECK(outcomes[1].value() == kept + 1);
    CHECK(outcomes[2].error().code == "journal.disk_full");

    std::filesystem::remove(reserve);
    CHECK(append(file, {event(10)}) == kept + 3);
    CHECK_FALSE(file.disk_full());
    CHECK(file.verify_all().value() == kept + 3);
}
