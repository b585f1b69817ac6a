// What a trader meets when the journal's files have come to harm: a clear refusal, never a silent loss.

#include "tests/crash/trading_home.hpp"
#include "tests/support/catch.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void flip_byte(const std::filesystem::path& path, std::size_t at) {
    std::string bytes = read_file(path);
    REQUIRE(at < bytes.size());
    bytes[at] = static_cast<char>(~static_cast<unsigned char>(bytes[at]));
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Three acknowledged orders, and no core any more.
struct TradedHome : TradingHome {
    explicit TradedHome(int signal) {
        for (const char* key : {"first", "second", "third"}) {
            const json placed = ask({"buy", "GOOG", "1", "limit", "700", "--key", key});
            REQUIRE(placed.at("ok") == true);
        }
        end_core(signal);
    }
    std::filesystem::path journal() const { return profile_folder() / "orders.db"; }

    /// The core refuses to start, says why, and leaves file and exchange alone.
    void expect_refusal(const std::string& code, int exit_code) {
        const std::string before = read_file(journal());
        const Ended ended = run(client({"buy", "GOOG", "1", "limit", "700", "--key", "first"}));
        INFO(ended.code << "\n" << ended.err << ended.out);
        CHECK(ended.code == exit_code);
        CHECK_THAT(ended.err, Contains(code));
        CHECK_THAT(ended.err, Contains("orders.db"));
        CHECK(read_file(journal()) == before);
        CHECK(exchange().orders().size() == 3);
    }
};

} // namespace

TEST_CASE("a journal that was killed goes on where it was, and a key is not sent again") {
    TradedHome home(SIGKILL);
    const json again = home.ask({"buy", "GOOG", "1", "limit", "700", "--key", "second"});
    CHECK(again.at("ok") == true);
    CHECK(again.at("data").at("replayed") == true);
    CHECK(home.exchange().orders().size() == 3);
}

TEST_CASE("a torn tail that held acknowledged orders is told, and nothing is sent") {
    TradedHome home(SIGKILL);
    const std::filesystem::path log = home.journal().string() + "-wal";
    const std::string whole = read_file(log);
    REQUIRE(whole.size() > 4'000);
    SECTION("cut within a frame") { std::filesystem::resize_file(log, whole.size() - 1'000); }
    SECTION("a flipped byte in its last frame") { flip_byte(log, whole.size() - 2'000); }
    const std::string torn = read_file(log);
    SECTION("deleted") { std::filesystem::remove(log); }
    const bool is_left = std::filesystem::exists(log);
    home.expect_refusal("journal.cut", 1);
    CHECK((!is_left || read_file(log) == torn));
    // With the log back, everything is.
    std::filesystem::remove(home.journal().string() + "-shm");
    std::ofstream(log, std::ios::binary) << whole;
    const json again = home.ask({"buy", "GOOG", "1", "limit", "700", "--key", "third"});
    INFO(again.dump());
    CHECK(again.at("ok") == true);
    CHECK(again.at("data").at("replayed") == true);
}

TEST_CASE("a changed order in the journal is told, and nothing is sent") {
    TradedHome home(SIGTERM);
    const std::string bytes = read_file(home.journal());
    const std::size_t at = bytes.find("\"quantity\"");
    REQUIRE(at != std::string::npos);
    flip_byte(home.journal(), at + 1);
    home.expect_refusal("journal.broken", 1);
}

TEST_CASE("a key that an index lost is not used twice") {
    TradedHome home(SIGTERM);
    std::string bytes = read_file(home.journal());
    constexpr std::size_t page_size = 4'096;
    constexpr char index_leaf = 10;
    int damaged = 0;
    for (std::size_t at = bytes.find("second"); at != std::string::npos; at = bytes.find("second", at + 1)) {
        if (bytes[at / page_size * page_size] == index_leaf) {
            bytes[at] = 't';
            ++damaged;
        }
    }
    REQUIRE(damaged > 0);
    std::ofstream(home.journal(), std::ios::binary) << bytes;
    const Ended told = run(home.client({"status"}));
    CHECK_THAT(told.err, Contains("warning: an index of") && Contains("made anew from the rows"));
    const json again = home.ask({"buy", "GOOG", "1", "limit", "700", "--key", "second"});
    INFO(again.dump());
    CHECK(again.at("data").at("replayed") == true);
    CHECK(home.exchange().orders().size() == 3);
}

TEST_CASE("a file that should tell how far the journal had come, and cannot, is told at the start and in the status") {
    TradedHome home(SIGKILL);
    const std::filesystem::path head = home.journal().string() + ".head";
    SECTION("missing") { std::filesystem::remove(head); }
    SECTION("empty") { std::filesystem::resize_file(head, 0); }
    SECTION("damaged") {
        flip_byte(head, 20);
        flip_byte(head, 84);
    }
    const Ended first = run(home.client({"orders"}));
    CHECK(first.code == 0);
    CHECK_THAT(first.err, Contains("warning:") && Contains(".head") && Contains("cannot be known"));
    const json status = home.ask({"status"});
    INFO(status.dump());
    CHECK_THAT(status.at("messages").dump(), Contains(".head"));
}

TEST_CASE("a damaged price history does not stop trading, and is told by whatever needs it") {
    TradedHome home(SIGTERM);
    const std::filesystem::path market = home.profile_folder().parent_path() / "market.db";
    for (const char* part : {"-wal", "-shm"}) {
        std::filesystem::remove(market.string() + part);
    }
    std::ofstream(market, std::ios::binary) << std::string(20'000, 'x');
    const Ended started = run(home.client({"status"}));
    CHECK(started.code == 0);
    CHECK_THAT(started.err, Contains("the price history cannot be opened") && Contains("market.db"));
    CHECK(home.ask({"cancel", "--all"}).at("ok") == true);
    CHECK(home.ask({"panic", "damage"}).at("ok") == true);
    CHECK(home.ask({"orders"}).at("ok") == true);
    const Ended data = run(home.client({"data", "list"}));
    INFO(data.err);
    CHECK(data.code != 0);
    CHECK_THAT(data.err, Contains("store.damaged") && Contains("market.db"));
}

TEST_CASE("what is held is closed without a price history, and its loss is told at the start") {
    TradingHome home;
    REQUIRE(home.ask({"buy", "GOOG", "10", "market", "--key", "in"}).at("ok") == true);
    home.end_core(SIGTERM);
    const std::filesystem::path market = home.profile_folder().parent_path() / "market.db";
    for (const char* part : {"", "-wal", "-shm"}) {
        std::filesystem::remove(market.string() + part);
    }
    std::string told = "is gone although the journal tells of trading";
    SECTION("gone") {}
    SECTION("damaged") {
        std::ofstream(market, std::ios::binary) << std::string(20'000, 'x');
        told = "the price history cannot be opened";
    }
    const Ended started = run(home.client({"status"}));
    CHECK(started.code == 0);
    CHECK_THAT(started.err, Contains("warning:") && Contains(told) && Contains("market.db"));
    const json sold = home.ask({"sell", "GOOG", "4", "market", "--key", "part"});
    INFO(sold.dump());
    CHECK(sold.at("ok") == true);
    const json closed = home.ask({"close", "GOOG", "all", "market", "--key", "out"});
    INFO(closed.dump());
    CHECK(closed.at("ok") == true);
    for (const Position& position : home.exchange().positions()) {
        CHECK(position.quantity.is_zero());
    }
    CHECK(home.ask({"buy", "NONE", "1", "market", "--key", "typo"}).at("ok") == false);
}

TEST_CASE("a journal of a newer version is left alone") {
    TradedHome home(SIGTERM);
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(home.journal().c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database, "PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr,
                         nullptr) == SQLITE_OK);
    sqlite3_close(database);
    home.expect_refusal("store.newer", 4);
}

TEST_CASE("a journal that no longer says of which version it is is left alone") {
    TradedHome home(SIGTERM);
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(home.journal().c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database, "PRAGMA user_version = 0; PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr,
                         nullptr) == SQLITE_OK);
    sqlite3_close(database);
    home.expect_refusal("store.no_version", 4);
}

TEST_CASE("a second core beside one that lost its lock does not touch the journal") {
    TradingHome home;
    REQUIRE(home.ask({"buy", "GOOG", "1", "limit", "700", "--key", "first"}).at("ok") == true);
    std::ifstream lock(home.profile_folder() / "core.lock");
    pid_t first = 0;
    REQUIRE((lock >> first && first > 1));
    ::kill(first, SIGSTOP); // it cannot notice
    std::filesystem::remove(home.profile_folder() / "core.lock");
    std::filesystem::remove(home.profile_folder() / "core.sock");
    const Ended refused = run(home.client({"buy", "GOOG", "1", "limit", "700", "--key", "second"}));
    CHECK(refused.code == 5);
    CHECK_THAT(refused.err, Contains("journal.in_use") && Contains("kill -9 " + std::to_string(first)));
    CHECK(home.exchange().orders().size() == 1);
    ::kill(first, SIGCONT);
    await_end(first);
    const json again = home.ask({"buy", "GOOG", "1", "limit", "700", "--key", "first"});
    CHECK(again.at("data").at("replayed") == true);
}

TEST_CASE("something else in the place of the journal is left alone") {
    TradedHome home(SIGTERM);
    std::ofstream(home.journal(), std::ios::binary) << "date,close\n2026-11-20,801.50\n";
    home.expect_refusal("store.", 1);
}

TEST_CASE("a folder that may not be written is told") {
    TradedHome home(SIGTERM);
    using std::filesystem::perms;
    std::filesystem::permissions(home.profile_folder(), perms::owner_read | perms::owner_exec);
    if (::access(home.profile_folder().c_str(), W_OK) == 0) {
        WARN("skipped: this user may write everywhere");
    } else {
        const Ended ended = run(home.client({"status"}));
        INFO(ended.err);
        CHECK(ended.code != 0);
        CHECK_THAT(ended.err, Contains(home.profile_folder().string()));
    }
    std::filesystem::permissions(home.profile_folder(), perms::owner_all);
}
