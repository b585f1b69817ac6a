#include "core/market/session_calendar.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace tradesh;
using namespace tradesh::test;

namespace {

unsigned seed_of_run() {
    const char* given = std::getenv("TRADESH_TEST_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
}

/// One home of the real programs, whose history is simulated: quick, without holes, and every now and then out of
/// order.
class LoadingHome {
public:
    LoadingHome() {
        std::string name = (std::filesystem::temp_directory_path() / "tradesh-loads-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary directory");
        }
        directory_ = name;
        std::filesystem::create_directories(directory_ / "config");
        std::ofstream(directory_ / "config/config.toml") << "[profiles.demo]\n"
                                                            "history = \"simulated\"\n"
                                                            "[profiles.demo.history_simulation]\n"
                                                            "latency_ms = 5\n"
                                                            "requests_max = 500\n"
                                                            "requests_window_s = 1\n"
                                                            "bars_per_request_max = 40\n"
                                                            "no_trade_pct = 0\n"
                                                            "error_pct = 1\n";
    }
    ~LoadingHome() {
        kill_core();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    LoadingHome(const LoadingHome&) = delete;
    LoadingHome& operator=(const LoadingHome&) = delete;

    ProcessOptions client(std::vector<std::string> words) const {
        words.insert(words.begin(), {TEST_BIN_DIR "/tradesh", "--profile", "demo"});
        return {.words = std::move(words),
                .environment = {{"TRADESH_HOME", directory_.string()}},
                .directory = directory_.string()};
    }

    void write_file(const std::string& name, const std::string& text) const {
        std::ofstream(directory_ / name) << text;
    }

    /// `kill -9` of the core that holds the lock, if there is one, and its end awaited.
    void kill_core() const {
        pid_t pid = 0;
        std::ifstream(directory_ / "share/demo/core.lock") >> pid;
        // The pid of a core that is gone stays in the lock and may by now be another process.
        std::error_code gone;
        const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", gone);
        const int core = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
        if (program != TEST_BIN_DIR "/tradesh-core" || core < 0) {
            return;
        }
        ::kill(pid, SIGKILL);
        pollfd ended{.fd = core, .events = POLLIN, .revents = 0};
        ::poll(&ended, 1, 10'000);
        ::close(core);
    }

private:
    std::filesystem::path directory_;
};

/// A calendar, a symbol that trades by it, and weeks in which something is unusual about it.
struct Market {
    std::string exchange;
    std::string symbol;
    std::string timeframe;
    std::string from;
    std::string to;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// The second column.
std::vector<std::string> times_of(const std::vector<std::string>& rows) {
    std::vector<std::string> times;
    for (const std::string& row : rows) {
        const std::size_t begin = row.find(',') + 1;
        times.push_back(row.substr(begin, row.find(',', begin) - begin));
    }
    return times;
}

std::vector<std::string> slots_of(const Market& market) {
    const auto slots = SessionCalendar::find(market.exchange)
                           .value()
                           .slots(parse_timeframe(market.timeframe).value(), parse_instant(market.from).value(),
                                  parse_instant(market.to).value(), Hours::regular)
                           .value();
    std::vector<std::string> times;
    std::ranges::transform(slots, std::back_inserter(times),
                           [](const Slot& slot) { return to_rfc3339(slot.open_time); });
    return times;
}

/// The first line in which two texts differ, both ways; empty when they are equal. A failed check shows it, not all.
std::string difference(const std::string& text, const std::string& expected) {
    const std::vector<std::string> lines = lines_of(text);
    const std::vector<std::string> wanted = lines_of(expected);
    const auto [line, want] = std::ranges::mismatch(lines, wanted);
    if (line == lines.end() && want == wanted.end()) {
        return {};
    }
    return "line " + std::to_string(line - lines.begin() + 1) + ": '" + (line == lines.end() ? "" : *line) +
           "' instead of '" + (want == wanted.end() ? "" : *want) + "'";
}

/// Waits until the process has ended or a random moment of its life has come, whichever is first.
void let_live(pid_t process, int milliseconds) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, milliseconds);
    ::close(descriptor);
}

class Storm {
public:
    Storm(const Market& market, std::mt19937& random) : market_(market), random_(random) {}

    void run() {
        load_reference();
        for (int step = 0; step < 14; ++step) {
            random_step();
        }
        finish();
    }

private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

    std::vector<std::string> with_series(std::vector<std::string> words) const {
        words.insert(words.end(), {market_.symbol, market_.timeframe});
        return words;
    }
    std::vector<std::string> with_range(std::vector<std::string> words) const {
        words.insert(words.end(), {"--from", market_.from, "--to", market_.to});
        return words;
    }

    /// The same range, loaded in one go and left in peace.
    void load_reference() {
        const LoadingHome calm;
        const Ended loaded = test::run(calm.client(with_range(with_series({"data", "load", "--mode", "full"}))));
        INFO(loaded.out << loaded.err);
        REQUIRE(loaded.code == 0);
        reference_ = exported(calm, "paper");
        CHECK(times_of(rows(reference_)) == slots_of(market_));
    }

    std::string exported(const LoadingHome& home, const std::string& source) const {
        const Ended done =
            test::run(home.client(with_range(with_series({"data", "export", "--bars-only", "--source", source}))));
        INFO(done.err);
        REQUIRE(done.code == 0);
        return done.out;
    }
    static std::vector<std::string> rows(const std::string& csv) {
        std::vector<std::string> lines = lines_of(csv);
        lines.erase(lines.begin());
        return lines;
    }

    /// The times of two random slots, in order.
    std::pair<std::string, std::string> random_range() {
        const std::vector<std::string> slots = slots_of(market_);
        const int count = static_cast<int>(slots.size());
        const int first = below(count - 1);
        const int second = first + 1 + below(count - 1 - first);
        return {slots[static_cast<std::size_t>(first)], slots[static_cast<std::size_t>(second)]};
    }

    std::vector<std::string> random_command() {
        const auto [from, to] = random_range();
        if (below(4) == 0) { // a slice of the file
            const std::vector<std::string> all = lines_of(reference_);
            std::string slice = all.front() + "\n";
            for (std::size_t i = 1; i < all.size(); ++i) {
                const std::string time = times_of({all[i]}).front();
                slice += time >= from && time <= to ? all[i] + "\n" : "";
            }
            home_.write_file("slice.csv", slice);
            return {"data", "import", "slice.csv", "--symbol", market_.symbol, "-t", market_.timeframe};
        }
        if (below(4) == 0) {
            return with_series({"data", "heal", "--from", from, "--to", to});
        }
        const std::vector<std::string> modes{"tail", "backfill", "full"};
        return with_series(
            {"data", "load", "--mode", modes[static_cast<std::size_t>(below(3))], "--from", from, "--to", to});
    }

    void random_step() {
        std::vector<std::string> words = random_command();
        if (below(3) == 0 && words[1] == "load") {
            words.emplace_back("--sync");
        }
        std::string line;
        for (const std::string& word : words) {
            line += word + " ";
        }
        CAPTURE(line);
        Process process(home_.client(std::move(words)));
        const bool killed = below(2) == 0;
        if (killed) {
            let_live(process.pid(), below(120));
            home_.kill_core();
        }
        const Ended ended = process.wait();
        INFO(ended.out << ended.err);
        // A source that stays out of order; a core that was killed under it; nothing there yet to heal, or imported
        // bars alone, which another source does not heal.
        const bool nothing_to_heal = line.starts_with("data heal") && (ended.code == 9 || ended.code == 12);
        CHECK((ended.code == 0 || ended.code == 7 || nothing_to_heal || (killed && ended.code == 5)));
    }

    void finish() {
        Ended loaded;
        for (int attempt = 0; attempt < 5; ++attempt) { // what the source keeps refusing is asked for again
            loaded = test::run(home_.client(with_range(with_series({"data", "load", "--mode", "full"}))));
            if (loaded.code == 0) {
                break;
            }
        }
        INFO(loaded.out << loaded.err);
        REQUIRE(loaded.code == 0);
        CHECK(difference(exported(home_, "paper"), reference_) == "");

        home_.write_file("whole.csv", reference_);
        const Ended imported = test::run(
            home_.client({"data", "import", "whole.csv", "--symbol", market_.symbol, "-t", market_.timeframe}));
        INFO(imported.out << imported.err);
        REQUIRE(imported.code == 0);
        CHECK(difference(exported(home_, "import"), reference_) == "");

        const Ended again =
            test::run(home_.client(with_range(with_series({"--json", "data", "load", "--mode", "full"}))));
        INFO(again.out << again.err);
        REQUIRE(again.code == 0);
        CHECK(nlohmann::json::parse(again.out).at("data").at("loads").at(0).at("requests") == "0");
    }

    Market market_;
    std::mt19937& random_;
    LoadingHome home_;
    std::string reference_;
};

} // namespace

TEST_CASE("any sequence of loads, heals, imports and kills ends with exactly the calendar's slots") {
    const Market market = GENERATE(
        Market{"NASDAQ", "AAPL", "15m", "2024-10-28", "2024-12-03"},  // clocks go back; a half day after Thanksgiving
        Market{"TSE", "7203.T", "15m", "2024-10-25", "2024-11-16"},   // from 2024-11-05 the day is longer; lunch
        Market{"FOREX", "EURUSD", "1h", "2024-03-01", "2024-04-05"},  // clocks go forward in New York, then in Europe
        Market{"CRYPTO", "BTCUSD", "30m", "2024-10-25", "2024-11-05"} // never closes, never changes its clocks
    );
    const unsigned seed = seed_of_run();
    CAPTURE(market.exchange, seed);
    std::mt19937 random(seed);
    Storm(market, random).run();
}
