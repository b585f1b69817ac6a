// bench_orders FOLDER ROUNDS: prints one line a measure, its name and the value of each round in microseconds (or, for
// names that end in .rate, per second), separated by tabs.
//
//   fdatasync       p50 of writing 512 bytes into a preallocated file and flushing them
//   commit          p50 of one row in one WAL commit with synchronous=FULL, one after the other; commit.rate
//   journal         p50 of an append while 64 wait; journal.rate
//   wire            p50 from the command to the moment its order would go out, one after the other
//   outcome         p50 from the command to its durable outcome, the venue's time being nothing
//   wire.unsynced   as wire, with synchronous=OFF; outcome.unsynced
//   flood           from the first of 1,000 commands at once until all their orders are out; flood.done until the end
//   of
//                   all is durable

#include "core/orders/order_manager.hpp"
#include "core/orders/risk_book.hpp"
#include "tests/bench/instant_venue.hpp"
#include "tests/bench/required.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>

using namespace tradesh;
using bench::give_up;

namespace {

constexpr int single_count = 400;
constexpr int waiters = 64;
constexpr int journal_count = 12'800;
constexpr int flood_count = 1'000;

std::map<std::string, std::vector<double>> measured;

double us(Duration span) { return std::chrono::duration<double, std::micro>(span).count(); }

double p50(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Times each of `count` calls.
template <class Work>
std::vector<double> time_each(int count, Work&& work) {
    std::vector<double> took;
    for (int i = 0; i < count; ++i) {
        const auto began = std::chrono::steady_clock::now();
        work(i);
        took.push_back(us(std::chrono::steady_clock::now() - began));
    }
    return took;
}

void measure_flush(const std::string& folder) {
    const std::string path = folder + "/flush";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ::posix_fallocate(file, 0, 512L * single_count) != 0 || ::fsync(file) != 0) {
        give_up("cannot prepare " + path);
    }
    const std::string row(512, 'r');
    measured["fdatasync"].push_back(p50(time_each(single_count, [&](int i) {
        if (::pwrite(file, row.data(), row.size(), 512L * i) != 512 || ::fdatasync(file) != 0) {
            give_up("cannot write " + path);
        }
    })));
    ::close(file);
}

/// What somebody would write without a journal of their own: one row, one commit.
void measure_commits(const std::string& folder) {
    const std::string path = folder + "/commits.db";
    sqlite3* database = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) {
        give_up("cannot open " + path);
    }
    const char* schema =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE orders (id INTEGER PRIMARY KEY, text TEXT)";
    sqlite3_stmt* insert = nullptr;
    if (sqlite3_exec(database, schema, nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "INSERT INTO orders (text) VALUES (?)", -1, &insert, nullptr) != SQLITE_OK) {
        give_up(sqlite3_errmsg(database));
    }
    const std::string row(400, 'r');
    const std::vector<double> took = time_each(single_count, [&](int) {
        sqlite3_bind_text(insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) {
            give_up(sqlite3_errmsg(database));
        }
        sqlite3_reset(insert);
    });
    sqlite3_finalize(insert);
    sqlite3_close(database);
    measured["commit"].push_back(p50(took));
    measured["commit.rate"].push_back(single_count / std::accumulate(took.begin(), took.end(), 0.0) * 1e6);
}

store::JournalEvent order_row(int number) {
    return {.time = Instant(Duration(1'700'000'000'000'000'000 + number)),
            .kind = "order.intended",
            .client_order_id = "ab12-1-" + std::to_string(number),
            .venue = "paper",
            .account = "BENCH",
            .session = 1,
            .key = "key-" + std::to_string(number),
            .currency = "USD",
            .payload = std::string(250, 'p')};
}

using Body = std::function<runtime::Task<void>(runtime::Loop&)>;

/// Runs one coroutine to its end on a loop of its own.
void run(const Body& body) {
    const SystemClock clock;
    runtime::Loop loop(clock);
    runtime::TaskScope scope(loop);
    scope.on_failure = [](const runtime::TaskInfo&, const std::string& what) { give_up(what); };
    scope.spawn("benchmark", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        co_await body(loop);
        loop.stop();
    });
    loop.run();
    loop.poll();
}

runtime::Task<std::unique_ptr<store::Journal>> open_journal(runtime::Loop& loop, std::string path, bool synced) {
    Result<std::unique_ptr<store::Journal>> journal = co_await store::Journal::open(loop, path, "ab12");
    if (!journal) {
        give_up(journal.error().describe());
    }
    auto set = [synced](store::JournalFile& file) {
        return file.database().execute(synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
    };
    const Result<void> done = co_await (*journal)->with_file(set);
    if (!done) {
        give_up(done.error().describe());
    }
    co_return std::move(*journal);
}

/// One of those that wait for the journal, each for its own row.
runtime::Task<void> append_rows(runtime::Loop& loop, store::Journal& journal, int& next, std::vector<double>& took) {
    while (next < journal_count) {
        const Duration asked = loop.clock().elapsed();
        std::vector<store::JournalEvent> rows{order_row(next++)};
        const Result<std::int64_t> written = co_await journal.append(std::move(rows));
        if (!written) {
            give_up(written.error().describe());
        }
        took.push_back(us(loop.clock().elapsed() - asked));
    }
}

void measure_journal(const std::string& folder) {
    std::vector<double> took;
    Duration whole{0};
    run([&](runtime::Loop& loop) -> runtime::Task<void> {
        const std::unique_ptr<store::Journal> journal = co_await open_journal(loop, folder + "/orders.db", true);
        int next = 0;
        runtime::TaskScope scope(loop);
        const Duration began = loop.clock().elapsed();
        for (int i = 0; i < waiters; ++i) {
            scope.spawn("waiter", [&](runtime::TaskInfo&) { return append_rows(loop, *journal, next, took); });
        }
        co_await scope.join();
        whole = loop.clock().elapsed() - began;
        co_await journal->close();
    });
    measured["journal"].push_back(p50(took));
    measured["journal.rate"].push_back(journal_count / us(whole) * 1e6);
}

/// What an order needs beside the loop: a real journal, and a venue that costs nothing.
struct Stage {
    runtime::Loop& loop;
    orders::OrderManager& manager;
    bench::InstantVenue& venue;
};
using Scene = std::function<runtime::Task<void>(Stage)>;

void with_manager(const std::string& folder, bool synced, const Scene& scene) {
    run([&](runtime::Loop& loop) -> runtime::Task<void> {
        runtime::Log log;
        const std::unique_ptr<store::Journal> journal = co_await open_journal(loop, folder + "/orders.db", synced);
        bench::InstantVenue venue(loop);
        orders::RiskBook risk({.clock = loop.clock(), .limits = orders::RiskLimits(false), .account = "BENCH"});
        orders::OrderManager manager({.loop = loop,
                                      .log = log,
                                      .journal = *journal,
                                      .venue = venue,
                                      .account = "BENCH",
                                      .tag = "b3nc",
                                      .risk = risk});
        const Result<void> started = co_await manager.start();
        if (!started) {
            give_up(started.error().describe());
        }
        co_await manager.wait_settled(std::chrono::seconds(10));
        const Stage stage{.loop = loop, .manager = manager, .venue = venue};
        co_await scene(stage);
        co_await manager.stop();
        co_await journal->close();
    });
}

runtime::Task<void> place_one(orders::OrderManager& manager, int number) {
    orders::PlaceOptions options;
    options.key = "key-" + std::to_string(number);
    orders::OrderForm form{
        .side = Side::buy, .symbol = "GOOG", .size = orders::SizeInUnits{1}, .price = orders::MarketForm{}};
    Instrument goog;
    goog.symbol = "GOOG";
    const Result<orders::Placed> placed = co_await manager.place(std::move(form), std::move(goog), std::move(options));
    if (!placed) {
        give_up(placed.error().describe());
    }
    if (placed->order.state != OrderState::filled) {
        give_up("order " + placed->order.request.id.value + " is " + std::string(name_of(placed->order.state)));
    }
}

void measure_path(const std::string& folder, bool synced) {
    std::vector<double> wire;
    std::vector<double> outcome;
    with_manager(folder, synced, [&](Stage stage) -> runtime::Task<void> {
        const Clock& clock = stage.loop.clock();
        for (int i = 0; i < single_count; ++i) {
            const Duration asked = clock.elapsed();
            co_await place_one(stage.manager, i);
            wire.push_back(us(stage.venue.last_submitted() - asked));
            outcome.push_back(us(clock.elapsed() - asked));
        }
    });
    measured[synced ? "wire" : "wire.unsynced"].push_back(p50(wire));
    measured[synced ? "outcome" : "outcome.unsynced"].push_back(p50(outcome));
}

void measure_flood(const std::string& folder) {
    with_manager(folder, true, [&](Stage stage) -> runtime::Task<void> {
        stage.venue.hold_answers();
        runtime::TaskScope scope(stage.loop);
        const Duration began = stage.loop.clock().elapsed();
        for (int i = 0; i < flood_count; ++i) {
            scope.spawn("command", [stage, i](runtime::TaskInfo&) { return place_one(stage.manager, i); });
        }
        while (stage.venue.submitted() < flood_count) {
            co_await runtime::sleep_for(stage.loop, std::chrono::microseconds(200));
        }
        measured["flood"].push_back(us(stage.venue.last_submitted() - began));
        stage.venue.release_answers();
        co_await scope.join();
        measured["flood.done"].push_back(us(stage.loop.clock().elapsed() - began));
    });
}

void measure_round(const std::string& folder) {
    const auto fresh = [&](const std::string& name) {
        std::filesystem::remove_all(folder + "/" + name);
        std::filesystem::create_directory(folder + "/" + name);
        return folder + "/" + name;
    };
    measure_flush(fresh("flush"));
    measure_path(fresh("synced"), true);
    measure_flush(fresh("flush")); // what the disk does changes: before and after count alike
    measure_commits(fresh("commits"));
    measure_journal(fresh("journal"));
    measure_path(fresh("unsynced"), false);
    measure_flood(fresh("flood"));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        give_up("usage: bench_orders FOLDER ROUNDS");
    }
    for (int round = 0; round < std::stoi(argv[2]); ++round) {
        measure_round(argv[1]);
    }
    std::vector<double>& flushes = measured["fdatasync"]; // two in each round
    for (std::size_t i = 0; i < flushes.size() / 2; ++i) {
        flushes[i] = (flushes[2 * i] + flushes[2 * i + 1]) / 2;
    }
    flushes.resize(flushes.size() / 2);
    for (const auto& [name, values] : measured) {
        std::printf("%s", name.c_str());
        for (const double value : values) {
            std::printf("\t%.3f", value);
        }
        std::printf("\n");
    }
}
