#include "cli/prompt/history_file.hpp"
#include "cli/prompt/prompt_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace tradesh;
using namespace tradesh::prompt;

namespace {

struct Folder {
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tradesh-history-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file() const { return path + "/history"; }
    std::string path;
};

mode_t mode_of(const std::string& path) {
    struct stat facts{};
    ::stat(path.c_str(), &facts);
    return facts.st_mode & 07777U;
}

} // namespace

TEST_CASE("entries come back in order, with their newlines, from a file of mode 0600") {
    const Folder folder;
    const test::VirtualClock clock;
    HistoryFile history(folder.file(), clock);
    CHECK(history.load().value().empty());
    REQUIRE(history.append("status"));
    REQUIRE(history.append("buy GOOG 10 market\npos"));
    REQUIRE(history.append("# a note"));
    CHECK(history.load().value() == std::vector<std::string>{"status", "buy GOOG 10 market\npos", "# a note"});
    CHECK(mode_of(folder.file()) == 0600);
}

TEST_CASE("a history that others could read is closed to them") {
    const Folder folder;
    const test::VirtualClock clock;
    std::ofstream(folder.file()) << "#1\nstatus\n";
    ::chmod(folder.file().c_str(), 0644);
    HistoryFile history(folder.file(), clock);
    CHECK(history.load().value() == std::vector<std::string>{"status"});
    CHECK(mode_of(folder.file()) == 0600);
}

TEST_CASE("several prompts append at once and none loses a line") {
    const Folder folder;
    constexpr int writers = 4;
    constexpr int each = 200;
    for (int writer = 0; writer < writers; ++writer) {
        if (::fork() == 0) {
            const test::VirtualClock clock;
            HistoryFile history(folder.file(), clock);
            bool good = true;
            for (int line = 0; line < each; ++line) {
                good = history.append("writer " + std::to_string(writer) + "\nline " + std::to_string(line)) && good;
            }
            ::_exit(good ? 0 : 1);
        }
    }
    for (int writer = 0; writer < writers; ++writer) {
        int status = 1;
        ::wait(&status);
        CHECK(status == 0);
    }
    const test::VirtualClock clock;
    const std::vector<std::string> entries = HistoryFile(folder.file(), clock).load().value();
    CHECK(entries.size() == writers * each);
    for (const std::string& entry : entries) {
        CHECK(entry.starts_with("writer "));
        CHECK(entry.find("\nline ") != std::string::npos);
    }
}

TEST_CASE("a history that has grown too long keeps its newer half") {
    const Folder folder;
    const test::VirtualClock clock;
    {
        std::ofstream file(folder.file());
        for (std::size_t i = 0; i * 80 < HistoryFile::file_bytes_max; ++i) {
            file << "#1\n" << std::string(90, 'x') << " " << i << "\n";
        }
    }
    HistoryFile history(folder.file(), clock);
    const std::string last = history.load().value().back();
    CHECK(std::filesystem::file_size(folder.file()) < HistoryFile::file_bytes_max * 7 / 10);
    CHECK(mode_of(folder.file()) == 0600);
    CHECK(history.load().value().back() == last);
    REQUIRE(history.append("after"));
    CHECK(history.load().value().back() == "after");
}

TEST_CASE("a folder that is not there is an error that names the file") {
    const test::VirtualClock clock;
    const Result<void> kept = HistoryFile("/nowhere/history", clock).append("status");
    REQUIRE_FALSE(kept);
    CHECK_THAT(kept.error().describe(), Contains("/nowhere/history"));
}

TEST_CASE("what begins with a blank or looks like a secret is not kept") {
    for (const std::string entry :
         {"", " status", "\tstatus", "config set alpaca.secret abc", "config set PASSWORD x", "set token=1",
          "config set a.api_key K", "set k wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
          "set seed SCZANGBA5YHTNYVVV4C3U252E2B6P6F5T3U6MM63WBSBZATAQI3EBTQ4"}) {
        INFO(entry);
        CHECK_FALSE(may_keep(entry));
    }
    for (const std::string entry :
         {"status", "buy GOOG 10 limit 233.33 --key morning-2026-11-21-goog-entry", "order show 0f8fad5bd9cb469fa165",
          "scan run \"close > sma(20) and volume > 1000000\"", "data import /data/2026/Some/Long/Path/GOOG_1d.csv",
          "order show 123e4567-e89b-12d3-a456-426614174000"}) {
        INFO(entry);
        CHECK(may_keep(entry));
    }
}

TEST_CASE("the prompt says where it stands") {
    CHECK(prompt_text({.venue = "paper", .mode = "paper", .armed = false}, true) == "paper> ");
    CHECK(prompt_text({.venue = "ib DU123", .mode = "paper", .armed = false}, true) == "paper ib DU123> ");
    CHECK(prompt_text({.venue = "ib U123", .mode = "live", .armed = true}, false) == "LIVE ib U123 armed> ");
    CHECK(prompt_text({}, true) == "tradesh> ");
    const std::string red = prompt_text({.venue = "ib U123", .mode = "live", .armed = false}, true);
    CHECK(red == "\001\033[1;37;41m\002LIVE ib U123\001\033[0m\002> ");
}
