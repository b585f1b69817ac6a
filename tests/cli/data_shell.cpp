#include "tests/cli/data_shell.hpp"

#include "app/core/paper_reference.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/trigger_desk.hpp"
#include "core/venue/history_simulator/simulated_history.hpp"
#include "core/venue/paper/paper_venue.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tradesh::test {

using namespace std::chrono_literals;
using runtime::Task;

Instant ShiftedClock::now() const {
    constexpr std::chrono::sys_days friday = std::chrono::year(2026) / std::chrono::November / 20;
    return friday + 15h + (system_.elapsed() - begun_);
}

venue::HistorySimulationOptions quick_history() {
    venue::HistorySimulationOptions options;
    options.latency = 1ms;
    options.paces = {venue::Pace{.requests = 1'000, .window = 1s}};
    options.no_trade_share = 0;
    return options;
}

DataShell::DataShell(std::optional<venue::HistorySimulationOptions> history,
                     const std::function<void(engine::Profile&)>& change_profile, bool serving)
    : history_options_(std::move(history)),
      table_(cli::all_commands()) {
    engine::Profile profile;
    profile.name = "test";
    profile.simulated_history = history_options_.has_value(); // its market.db is its own
    if (change_profile) {
        change_profile(profile);
    }
    Place place;
    place.profile = "test";
    place.directory = folder_.path();
    place.shared_directory = folder_.path();
    place.config_directory = folder_.path();
    engine::MakeVenue make_venue = [this](const engine::VenueParts& parts) -> std::unique_ptr<venue::Venue> {
        std::unique_ptr<venue::history_simulator::SimulatedHistory> source;
        if (history_options_) {
            source = std::make_unique<venue::history_simulator::SimulatedHistory>(parts.loop, parts.workers,
                                                                                  *history_options_);
            history_ = source.get();
        }
        venue::paper::PaperOptions options;
        options.directory = parts.place.directory;
        auto reference = [&instruments = parts.instruments](std::string symbol) {
            return core_process::last_close(instruments, std::move(symbol));
        };
        return std::make_unique<venue::paper::PaperVenue>(parts.loop, std::move(options), std::move(reference),
                                                          std::move(source));
    };
    engine_ = std::make_unique<engine::Engine>(engine::Engine::Parts{
        .loop = loop_,
        .log = log_,
        .place = place,
        .profile = profile,
        .make_venue = std::move(make_venue),
        .installation = "test",
        .fill_with_secret_bytes = [](std::span<std::byte> bytes) { std::ranges::fill(bytes, std::byte{7}); },
        .build = "0",
        .pid = 1,
        .serving = serving});
    finish([](engine::Engine& engine) -> Task<void> {
        const Result<void> started = co_await engine.start();
        if (!started) {
            throw std::runtime_error(started.error().describe());
        }
    }(*engine_));
    engine_->triggers().begin(
        [](engine::CommandDue) -> Task<engine::CommandOutcome> { co_return engine::CommandOutcome{}; });
    services_ = std::make_unique<cli::InterpreterServices>(
        cli::InterpreterServices{.loop = loop_,
                                 .log = log_,
                                 .commands = table_,
                                 .engine = engine_.get(),
                                 .next_correlation = [this] { return "c" + std::to_string(++commands_); },
                                 .envelope = {{}, "test", "paper", "paper"},
                                 .version = "0"});
    interpreter_ = std::make_unique<cli::Interpreter>(*services_, session_, client);
}

DataShell::~DataShell() {
    finish([](engine::Engine& engine) -> Task<void> { co_await engine.stop(); }(*engine_));
}

void DataShell::finish(Task<void> task) {
    bool done = false;
    scope_.spawn("test", [this, &task, &done](runtime::TaskInfo&) -> Task<void> {
        co_await std::move(task);
        done = true;
        loop_.stop();
    });
    loop_.poll();
    if (!done) {
        loop_.run();
    }
    loop_.poll(); // lets the scope see that its task has ended
}

int DataShell::run(std::vector<std::string> words) {
    client.out.clear();
    client.err.clear();
    finish([](DataShell& shell, cli::RunRequest request) -> Task<void> {
        const int ended = co_await shell.interpreter_->run(std::move(request));
        shell.code = ended;
    }(*this, cli::RunRequest{cli::RunRequest::Kind::argv, std::move(words), {}}));
    return code;
}

nlohmann::json DataShell::ask(std::vector<std::string> words) {
    words.emplace_back("--json");
    run(std::move(words));
    return nlohmann::json::parse(client.out);
}

std::uint64_t DataShell::requests() const { return history_->traffic().requests; }

void DataShell::interrupt() { interpreter_->cancel(SIGINT); }

void DataShell::make_hole(const std::string& symbol, Timeframe timeframe, Instant from, Instant to) {
    Result<std::unique_ptr<store::MarketFile>> file = store::MarketFile::open(folder_.file("market.db"));
    REQUIRE(file);
    Result<store::Transaction> transaction = store::Transaction::begin((*file)->database);
    REQUIRE(transaction);
    const Result<std::optional<Instrument>> instrument = (*file)->instruments.find(symbol);
    REQUIRE((instrument && *instrument));
    const store::SeriesKey key{.instrument = (*instrument)->id, .timeframe = timeframe, .source = BarSource::paper};
    REQUIRE((*file)->bars.erase(key, from, to));
    REQUIRE((*file)->coverage.erase(key, from, to));
    REQUIRE(transaction->commit());
}

std::size_t DataShell::stored_volatilities(const std::string& symbol) {
    const std::unique_ptr<store::MarketFile> file =
        store::MarketFile::open_for_reading(folder_.file("market.db")).value();
    const Instrument instrument = file->instruments.find(symbol).value().value();
    const TradingDate today = std::chrono::floor<std::chrono::days>(clock_.now());
    return file->volatilities.read(instrument.id, "paper", today - std::chrono::days(800), today).value().size();
}

void DataShell::keep(store::SavedKind kind, store::SavedItem item) {
    finish([](engine::SavedDesk& desk, store::SavedKind the_kind, store::SavedItem the_item) -> Task<void> {
        const Result<bool> kept = co_await desk.put(the_kind, std::move(the_item));
        if (!kept) {
            throw std::runtime_error(kept.error().describe());
        }
    }(engine_->saved(), kind, std::move(item)));
}

} // namespace tradesh::test
