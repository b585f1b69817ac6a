#pragma once

#include "cli/commands/command_table.hpp"
#include "cli/interpreter.hpp"
#include "core/engine/engine.hpp"
#include "core/store/market_store.hpp"
#include "core/store/saved_items.hpp"
#include "core/venue/history_simulation_options.hpp"
#include "tests/cli/fake_client.hpp"
#include "tests/store/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::venue::history_simulator {
class SimulatedHistory;
}

namespace tradesh::test {

/// Time that flows as it does, from a moment that every test begins at: Friday, 2026-11-20 15:00 UTC.
class ShiftedClock final : public Clock {
public:
    ShiftedClock() : begun_(system_.elapsed()) {}
    Instant now() const override;
    Duration elapsed() const override { return system_.elapsed(); }

private:
    SystemClock system_;
    Duration begun_;
};

/// A simulated source that answers at once and has no holes of its own.
venue::HistorySimulationOptions quick_history();

/// The real commands over a real engine with a paper venue, in a folder of its own, for a client in memory. Words in,
/// output and exit code out.
class DataShell {
public:
    /// Without options the venue has no price history. A core that serves takes triggers; their lines do nothing.
    explicit DataShell(std::optional<venue::HistorySimulationOptions> history = quick_history(),
                       const std::function<void(engine::Profile&)>& change_profile = {}, bool serving = false);
    ~DataShell();

    int run(std::vector<std::string> words);
    /// The same with --json; the object it printed.
    nlohmann::json ask(std::vector<std::string> words);
    /// How often the source was asked.
    std::uint64_t requests() const;
    void interrupt();
    runtime::Loop& loop() { return loop_; }
    /// Erases stored bars without a word of what was answered for them: a hole, as a damaged file has it.
    void make_hole(const std::string& symbol, Timeframe timeframe, Instant from, Instant to);
    /// Days of implied volatility in market.db.
    std::size_t stored_volatilities(const std::string& symbol);
    /// Puts an item among what people saved, as an earlier version may have.
    void keep(store::SavedKind kind, store::SavedItem item);

    FakeClient client;
    int code = 0; ///< of the last `run` or `ask`

private:
    void finish(runtime::Task<void> task);

    TemporaryFolder folder_;
    ShiftedClock clock_;
    runtime::Loop loop_{clock_};
    runtime::Log log_;
    std::optional<venue::HistorySimulationOptions> history_options_;
    venue::history_simulator::SimulatedHistory* history_ = nullptr;
    cli::CommandTable table_;
    cli::Session session_;
    int commands_ = 0;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<cli::InterpreterServices> services_;
    std::unique_ptr<cli::Interpreter> interpreter_;
    runtime::TaskScope scope_{loop_};
};

} // namespace tradesh::test
