#pragma once

#include "core/engine/profile.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/venue/venue.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::history {
class BarLoader;
}
namespace tradesh::orders {
class OrderManager;
class RiskBook;
} // namespace tradesh::orders
namespace tradesh::store {
class Journal;
class MarketStore;
} // namespace tradesh::store

namespace tradesh::engine {

// The verbs, each family in a header of its own: a command includes the one that it uses.
class AccountDesk;
class DataDesk;
class GroupDesk;
class HistoryDesk;
class Instruments;
class OptionDesk;
class SavedDesk;
class ScanDesk;
class RiskDesk;
class TradingDesk;
class WebhookDesk;
class TriggerDesk;

/// What a venue needs of the engine that owns it. Everything outlives the venue.
struct VenueParts {
    runtime::Loop& loop;
    runtime::Log& log;
    const Profile& profile;
    const Place& place;
    Instruments& instruments;
    runtime::Workers& workers;
    /// For a venue that keeps a file beside the journal: the disk is full, false when no room can be made.
    std::function<runtime::Task<bool>()> make_room{};
};
/// Makes the venue that a profile names; the wiring of the program knows the concrete ones.
using MakeVenue = std::function<std::unique_ptr<venue::Venue>(const VenueParts&)>;

/// One histogram of `status latency`.
struct StageTimes {
    std::string stage;
    const runtime::Histogram* times = nullptr;
};

/// Everything a core does, behind the verbs that every front end calls. Started once, stopped once, and warm between:
/// a command opens nothing that is open.
class Engine {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        Place place;
        Profile profile;
        MakeVenue make_venue;
        std::string installation; ///< four random characters: the tag of this core's orders, and a new journal's name
        /// Fills with what nobody can guess: secrets are made of it.
        std::function<void(std::span<std::byte>)> fill_with_secret_bytes;
        std::string build; ///< version of the program
        int pid = 0;
        Duration started{0};  ///< Clock::elapsed() when the process began
        bool serving = false; ///< the core stays until it is told to leave, so triggers may wait in it
    };

    explicit Engine(Parts parts);
    ~Engine();

    /// Opens journal, market data and venue, in this order of dependence, and begins to settle with the venue. Without
    /// the market data it starts all the same, and so it does on a full disk: orders must be cancelled then as well.
    runtime::Task<Result<void>> start();
    /// Closes them in the opposite order, also those that a start which failed has opened.
    runtime::Task<void> stop();

    DataDesk& data() { return *data_; }
    HistoryDesk& history() { return *history_; }
    ScanDesk& scans() { return *scans_; }
    OptionDesk& options() { return *options_; }
    SavedDesk& saved() { return *saved_; }
    RiskDesk& risk() { return *risk_; }
    const RiskDesk& risk() const { return *risk_; }
    TradingDesk& trading() { return *trading_; }
    AccountDesk& account_desk() { return *account_desk_; }
    WebhookDesk& webhooks() { return *webhooks_; }
    TriggerDesk& triggers() { return *triggers_; }
    const TriggerDesk& triggers() const { return *triggers_; }
    GroupDesk& groups() { return *groups_; }
    Instruments& instruments() { return *instruments_; }
    runtime::Loop& loop() { return parts_.loop; }
    /// For what a front end works out: drawings.
    runtime::Workers& workers() { return workers_; }
    const Clock& clock() const { return parts_.loop.clock(); }
    runtime::Log& log() { return parts_.log; }
    const Profile& profile() const { return parts_.profile; }
    const Place& place() const { return parts_.place; }
    const std::string& build() const { return parts_.build; }
    int pid() const { return parts_.pid; }
    Duration uptime() const { return clock().elapsed() - parts_.started; }
    const venue::AccountIdentity& account() const { return account_; }
    venue::Venue& venue() { return *venue_; }

    /// What is amiss with the files, a sentence each: as found at the start, and a disk that is full now.
    std::vector<std::string> warnings() const;
    /// Those of the start, to be told once.
    std::vector<std::string> take_warnings() { return std::exchange(untold_, {}); }
    /// For `status`: what is open, what runs, how long things take.
    std::vector<venue::ConnectionInfo> connections() const;
    std::vector<runtime::TaskInfo> tasks() const;
    std::vector<StageTimes> latency() const;
    /// Called by the interpreter as a command ends.
    void command_ended(Duration took) { command_times_.record(took); }
    std::uint64_t commands_run() const { return command_times_.count(); }

    /// Lines that every prompt shows: fills, findings, the link. The token unsubscribes when it is destroyed.
    using Notice = std::function<void(const std::string&)>;
    std::shared_ptr<void> subscribe(Notice notice);
    /// Adds the tasks of a client to `tasks`, until the token is destroyed.
    using ListTasks = std::function<std::vector<runtime::TaskInfo>()>;
    std::shared_ptr<void> show_tasks(ListTasks list);

private:
    runtime::Task<Result<void>> open_files(const std::string& market_path);
    runtime::Task<Result<void>> open_journal();
    runtime::Task<bool> make_room();
    runtime::Task<void> open_market(const std::string& path);
    runtime::Task<void> look_for_history(const std::string& path);
    runtime::Task<Result<void>> open_venue();
    void warn(std::string what);
    runtime::Task<Result<void>> open_trading();
    runtime::Task<Result<void>> open_webhooks();
    void open_history();
    runtime::Task<Result<void>> open_triggers();
    void notify(const std::string& line);

    Parts parts_;
    runtime::Workers workers_;
    std::vector<std::string> found_; ///< at the start
    std::vector<std::string> untold_;
    runtime::Event journal_tried_; ///< it is open, or cannot be opened
    std::unique_ptr<store::Journal> journal_;
    std::unique_ptr<store::MarketStore> market_;
    std::unique_ptr<Instruments> instruments_;
    std::unique_ptr<venue::Venue> venue_;
    std::unique_ptr<orders::RiskBook> risk_book_;
    std::unique_ptr<orders::OrderManager> manager_;
    std::unique_ptr<history::BarLoader> loader_; ///< null where the venue has no price history
    std::unique_ptr<DataDesk> data_;
    std::unique_ptr<HistoryDesk> history_;
    std::unique_ptr<OptionDesk> options_;
    std::unique_ptr<SavedDesk> saved_;
    std::unique_ptr<ScanDesk> scans_;
    std::unique_ptr<RiskDesk> risk_;
    std::unique_ptr<TradingDesk> trading_;
    std::unique_ptr<AccountDesk> account_desk_;
    std::unique_ptr<WebhookDesk> webhooks_;
    std::unique_ptr<TriggerDesk> triggers_;
    std::unique_ptr<GroupDesk> groups_;
    venue::AccountIdentity account_;
    std::list<std::shared_ptr<Notice>> notices_;
    std::list<std::shared_ptr<ListTasks>> task_lists_;
    runtime::Histogram command_times_;
};

} // namespace tradesh::engine
