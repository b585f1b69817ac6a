#pragma once

#include "core/history/bar_load.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/history/scripted_history.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <memory>
#include <optional>
#include <thread>

namespace tradesh::test {

/// A loader on virtual time over a store with real threads: time moves on only while the store is idle.
class LoadBench {
public:
    LoadBench() {
        workers.stop(); // planning runs inline from here on
        std::optional<Result<std::unique_ptr<store::MarketStore>>> opened;
        tasks.spawn("open", [&](runtime::TaskInfo&) -> runtime::Task<void> {
            Result<std::unique_ptr<store::MarketStore>> outcome =
                co_await store::MarketStore::open(time.loop, folder.file("market.db"));
            opened = std::move(outcome);
        });
        while (!tasks.empty()) {
            time.loop.poll();
            std::this_thread::yield();
        }
        market = std::move(*opened).value();
        source.first = at("2026-10-01");
        restart();
    }
    ~LoadBench() {
        run([this]() -> runtime::Task<void> { co_await loader->stop(); });
    }

    /// Another loader over the same store, as after the end of the process.
    void restart() {
        if (loader) {
            run([this]() -> runtime::Task<void> { co_await loader->stop(); });
        }
        loader = std::make_unique<history::BarLoader>(history::BarLoader::Parts{
            .loop = time.loop, .log = log, .workers = workers, .store = *market, .source = source});
    }

    static Instant at(std::string_view text) { return parse_instant(text).value(); }

    Instrument instrument(const std::string& symbol = "BTCUSD") {
        Result<Instrument> stored = fail(ErrorKind::failed, "x", "x");
        run([&]() -> runtime::Task<void> {
            auto put = [&symbol](store::MarketFile& file) -> Result<Instrument> {
                const Result<std::optional<Instrument>> known = file.instruments.find(symbol);
                if (known && *known) {
                    return **known;
                }
                return file.instruments.add(
                    Instrument{.id = {}, .symbol = symbol, .kind = Crypto{.base = Currency("BTC")}});
            };
            const Result<Instrument> outcome = co_await market->write(put);
            stored = outcome;
        });
        return stored.value();
    }
    history::LoadRequest request(history::LoadMode mode, const std::string& symbol = "BTCUSD") {
        history::LoadRequest wanted;
        wanted.instrument = instrument(symbol);
        wanted.timeframe = Timeframe::h1;
        wanted.mode = mode;
        return wanted;
    }

    /// Starts a load; `run_all` or `run_for` lets it happen.
    struct Running {
        std::optional<Result<history::LoadReport>> report;
        std::unique_ptr<runtime::TaskScope> scope;
    };
    std::unique_ptr<Running> start(history::LoadRequest wanted, history::OnProgress on_progress = {}) {
        auto running = std::make_unique<Running>();
        running->scope = std::make_unique<runtime::TaskScope>(time.loop);
        running->scope->spawn(
            "load", [this, wanted, on_progress, place = running.get()](runtime::TaskInfo&) -> runtime::Task<void> {
                Result<history::LoadReport> report = co_await loader->load(wanted, on_progress);
                place->report = std::move(report);
            });
        return running;
    }
    history::LoadReport load(history::LoadRequest wanted) {
        const std::unique_ptr<Running> running = start(std::move(wanted));
        run_all();
        return running->report.value().value();
    }
    history::LoadPlan plan(history::LoadRequest wanted) {
        std::optional<Result<history::LoadPlan>> plan;
        run([&]() -> runtime::Task<void> {
            Result<history::LoadPlan> outcome = co_await loader->plan(wanted);
            plan = std::move(outcome);
        });
        return plan.value().value();
    }

    void run(const std::function<runtime::Task<void>()>& body) {
        tasks.spawn("test", [&](runtime::TaskInfo&) { return body(); });
        while (!tasks.empty()) {
            step();
        }
    }
    void run_all() {
        while (step()) {
        }
    }
    void run_for(Duration span) {
        const Duration end = time.clock.elapsed() + span;
        while (step(end)) {
        }
        time.clock.advance(end - time.clock.elapsed());
    }

    std::vector<Instant> stored_times(const Instrument& instrument) {
        Bars bars;
        run([&]() -> runtime::Task<void> {
            const store::SeriesKey key{
                .instrument = instrument.id, .timeframe = Timeframe::h1, .source = source.script.source};
            auto look = [key](store::MarketFile& file) {
                return file.bars.range(key, at("2000-01-01"), at("2030-01-01"));
            };
            Result<Bars> read = co_await market->read(look);
            bars = std::move(read).value();
        });
        return bars.open_time;
    }
    /// Slots of the calendar, [from, to), without the source's holes.
    std::vector<Instant> slots(Instant from, Instant to) const {
        std::vector<Instant> times;
        for (Instant time_of = from; time_of < to; time_of += std::chrono::hours(1)) {
            if (!source.holes.contains(time_of)) {
                times.push_back(time_of);
            }
        }
        return times;
    }

    TemporaryFolder folder;
    VirtualLoop time;
    runtime::Log log;
    runtime::Workers workers{time.loop, "test", 1};
    std::unique_ptr<store::MarketStore> market;
    ScriptedHistory source{time.loop};
    std::unique_ptr<history::BarLoader> loader;
    runtime::TaskScope tasks{time.loop};

private:
    /// Runs what is ready; moves on to the next timer (not beyond `end`) when the store is idle. False at rest.
    bool step(std::optional<Duration> end = std::nullopt) {
        time.loop.poll();
        if (!market->idle()) {
            std::this_thread::yield();
            return true;
        }
        const std::optional<Duration> next = time.loop.timers().next();
        if (!next || (end && *next > *end)) {
            return false;
        }
        time.clock.advance(std::max(Duration(0), *next - time.clock.elapsed()));
        time.loop.timers().fire_due();
        return true;
    }
};

} // namespace tradesh::test
