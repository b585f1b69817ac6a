#include "core/store/database.hpp"
#include "core/store/journal_schema.hpp"
#include "core/store/market_schema.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <filesystem>
#include <fstream>

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

constexpr std::array<const char*, 1> first_schema{"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT"};
constexpr std::array<const char*, 2> second_schema{first_schema[0], "ALTER TABLE notes ADD COLUMN author TEXT"};

FileKind kind_with(std::span<const char* const> migrations) {
    return FileKind{
        .name = "notes.db", .application_id = 4711, .durability = Durability::normal, .migrations = migrations};
}

} // namespace

TEST_CASE("a statement binds, steps and comes back from the cache clean") {
    const TemporaryFolder folder;
    Result<Database> database = Database::open(folder.file("notes.db"), kind_with(first_schema));
    REQUIRE(database);
    for (const std::string text : {"one", "two", ""}) {
        Statement insert = database->prepare("INSERT INTO notes (text) VALUES (?)");
        REQUIRE(insert.bind(std::string_view(text)).run());
    }
    Statement outer = database->prepare("SELECT text FROM notes WHERE id >= ? ORDER BY id");
    outer.bind(2);
    REQUIRE(outer.step().value());
    Statement inner = database->prepare("SELECT text FROM notes WHERE id >= ? ORDER BY id"); // same text, in use
    inner.bind(1);
    REQUIRE(inner.step().value());
    CHECK(outer.text(0) == "two");
    CHECK(inner.text(0) == "one");
    REQUIRE(outer.step().value());
    CHECK(outer.text(0).empty());
    CHECK_FALSE(outer.step().value());
}

TEST_CASE("a statement that cannot work says why, with path and SQLite's code") {
    const TemporaryFolder folder;
    Result<Database> database = Database::open(folder.file("notes.db"), kind_with(first_schema));
    REQUIRE(database);
    const Result<void> failed = database->prepare("SELECT absent FROM notes").bind(1).run();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().subject == folder.file("notes.db"));
    CHECK_THAT(failed.error().describe(), Contains("no such column: absent"));
    CHECK_THAT(failed.error().describe(), Contains("SQLite 1"));
}

TEST_CASE("a transaction is rolled back unless it was committed") {
    const TemporaryFolder folder;
    Result<Database> database = Database::open(folder.file("notes.db"), kind_with(first_schema));
    REQUIRE(database);
    {
        Result<Transaction> lost = Transaction::begin(*database);
        REQUIRE(lost);
        REQUIRE(database->execute("INSERT INTO notes (text) VALUES ('lost')"));
    }
    {
        Result<Transaction> kept = Transaction::begin(*database);
        REQUIRE(kept);
        REQUIRE(database->execute("INSERT INTO notes (text) VALUES ('kept')"));
        REQUIRE(kept->commit());
    }
    Statement rows = database->prepare("SELECT group_concat(text) FROM notes");
    REQUIRE(rows.step().value());
    CHECK(rows.text(0) == "kept");
}

TEST_CASE("files and their side files are readable by their owner alone") {
    const TemporaryFolder folder;
    std::ofstream(folder.file("notes.db")).flush();
    std::filesystem::permissions(folder.file("notes.db"), std::filesystem::perms(0644));
    Result<Database> database = Database::open(folder.file("notes.db"), kind_with(first_schema));
    REQUIRE(database);
    for (const char* name : {"notes.db", "notes.db-wal", "notes.db-shm"}) {
        INFO(name);
        CHECK(std::filesystem::status(folder.file(name)).permissions() == std::filesystem::perms(0600));
    }
}

TEST_CASE("an older file is migrated and keeps its rows; a newer one is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("notes.db");
    {
        Result<Database> old = Database::open(path, kind_with(first_schema));
        REQUIRE(old);
        REQUIRE(old->execute("INSERT INTO notes (text) VALUES ('old')"));
    }
    {
        Result<Database> newer = Database::open(path, kind_with(second_schema));
        REQUIRE(newer);
        REQUIRE(newer->execute("UPDATE notes SET author = 'me' WHERE text = 'old'"));
        CHECK(newer->changes() == 1);
    }
    const Result<Database> refused = Database::open(path, kind_with(first_schema));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::config);
    CHECK(refused.error().code == "store.newer");
    CHECK(refused.error().message == "notes.db was written by a newer tradesh (schema 2, this program knows 1)");
}

TEST_CASE("a migration that fails leaves the file as it was") {
    const TemporaryFolder folder;
    constexpr std::array<const char*, 2> broken{first_schema[0], "CREATE TABLE more (id INTEGER); NOT SQL AT ALL"};
    CHECK_FALSE(Database::open(folder.file("notes.db"), kind_with(broken)));
    Result<Database> database = Database::open(folder.file("notes.db"), kind_with(second_schema));
    REQUIRE(database);
    CHECK(database->execute("SELECT author FROM notes"));
    CHECK_FALSE(database->execute("SELECT id FROM more"));
}

TEST_CASE("files of another kind are refused untouched") {
    const TemporaryFolder folder;
    REQUIRE(Database::open(folder.file("market.db"), market_file_kind()));
    const Result<Database> swapped = Database::open(folder.file("market.db"), journal_file_kind());
    REQUIRE_FALSE(swapped);
    CHECK(swapped.error().code == "store.foreign");
    CHECK_THAT(swapped.error().message, Contains("orders.db"));

    std::ofstream(folder.file("letter.txt")) << std::string(4096, 'x');
    const Result<Database> letter = Database::open(folder.file("letter.txt"), market_file_kind());
    REQUIRE_FALSE(letter);
    CHECK(letter.error().code == "store.damaged");
    CHECK(std::filesystem::file_size(folder.file("letter.txt")) == 4096);

    const Result<Database> nowhere = Database::open(folder.file("none/market.db"), market_file_kind());
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == "store.open");
    CHECK(nowhere.error().kind == ErrorKind::config);
}

TEST_CASE("a reading connection cannot write") {
    const TemporaryFolder folder;
    REQUIRE(Database::open(folder.file("notes.db"), kind_with(first_schema)));
    Result<Database> reading = Database::open_for_reading(folder.file("notes.db"), kind_with(first_schema));
    REQUIRE(reading);
    CHECK_FALSE(reading->execute("INSERT INTO notes (text) VALUES ('no')"));
    CHECK_FALSE(Database::open_for_reading(folder.file("absent.db"), kind_with(first_schema)));
}
