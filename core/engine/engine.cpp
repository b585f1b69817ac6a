#include "core/engine/engine.hpp"

#include "core/engine/account_desk.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/group_desk.hpp"
#include "core/engine/history_desk.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/option_desk.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/scan_desk.hpp"
#include "core/engine/trading_desk.hpp"
#include "core/engine/trigger_desk.hpp"
#include "core/engine/webhook_desk.hpp"
#include "core/orders/order_manager.hpp"
#include "core/orders/webhook_http_sender.hpp"
#include "core/store/journal.hpp"
#include "core/store/market_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::engine {

using runtime::LogLevel;
using runtime::Task;

namespace {

/// A watch tells what enters and what leaves; at its beginning it is silent of what does not fit.
Task<Result<void>> follow_bars(ScanDesk& scans, bool load, expression::Program program, std::string symbol,
                               OnTruth on_truth) {
    ScanWanted wanted{.program = std::move(program), .universe = std::move(symbol), .load_first = load};
    const WatchWanted how{.every = quote_every, .live = true};
    bool told = false;
    const OnNews on_news = [&](const WatchNews& news) -> Task<Result<void>> {
        if (!news.change) {
            on_truth(fail(news.change.error()));
            co_return Result<void>();
        }
        if (!std::exchange(told, true) && !news.initial) {
            on_truth(false);
        }
        on_truth(news.change->kind == scan::ChangeKind::entered);
        co_return Result<void>();
    };
    const Result<WatchSummary> summary = co_await scans.watch(std::move(wanted), how, on_news);
    co_return summary ? Result<void>() : fail(summary.error());
}

} // namespace

Engine::Engine(Parts parts)
    : parts_(std::move(parts)),
      workers_(parts_.loop, "worker", parts_.profile.workers),
      journal_tried_(parts_.loop) {}

Engine::~Engine() = default;

Task<Result<void>> Engine::start() {
    // What is made up stays apart from what was bought or imported.
    const std::string market_path =
        (parts_.profile.simulated_history ? parts_.place.directory : parts_.place.shared_directory) + "/market.db";
    const Result<void> opened = co_await open_files(market_path);
    if (!opened) {
        co_return fail(opened.error());
    }
    const Result<void> traded = co_await open_trading();
    if (!traded) {
        co_return fail(traded.error());
    }
    open_history();
    options_ = std::make_unique<OptionDesk>(OptionDesk::Parts{.loop = parts_.loop,
                                                              .workers = workers_,
                                                              .store = *market_,
                                                              .instruments = *instruments_,
                                                              .venue = *venue_,
                                                              .own_market = parts_.profile.simulated_history});
    saved_ = std::make_unique<SavedDesk>(workers_, parts_.place.shared_directory + "/saved.db");
    scans_ = std::make_unique<ScanDesk>(ScanDesk::Parts{.loop = parts_.loop,
                                                        .workers = workers_,
                                                        .saved = *saved_,
                                                        .history = *history_,
                                                        .instruments = *instruments_,
                                                        .quotes = venue_->market_data(),
                                                        .market_path = market_path});
    const Result<void> triggers_read = co_await open_triggers();
    if (!triggers_read) {
        co_return fail(triggers_read.error());
    }
    if (journal_->disk_full()) {
        untold_.push_back(warnings().back()); // the last is that of the disk
    }
    parts_.log.write(
        LogLevel::info, "engine", "engine.started", "",
        {{"profile", parts_.profile.name}, {"venue", parts_.profile.venue}, {"account", account_.account}});
    co_return Result<void>();
}

void Engine::warn(std::string what) {
    parts_.log.write(LogLevel::warning, "engine", "start.found", "", {{"what", what}});
    untold_.push_back(what);
    found_.push_back(std::move(what));
}

std::vector<std::string> Engine::warnings() const {
    std::vector<std::string> all = found_;
    if (journal_->disk_full()) {
        all.push_back("the disk is full: only cancels, reducing orders and halts are still recorded, new orders are "
                      "refused; make room on the disk of " +
                      parts_.place.directory);
    }
    return all;
}

/// What orders go through, from the risk checks to the webhooks.
Task<Result<void>> Engine::open_trading() {
    risk_book_ = std::make_unique<orders::RiskBook>(orders::RiskBook::Parts{.clock = clock(),
                                                                            .limits = parts_.profile.limits,
                                                                            .account = account_.account,
                                                                            .simulated = account_.simulated,
                                                                            .rates = parts_.profile.rates});
    const Result<void> passing_on = co_await open_webhooks();
    if (!passing_on) {
        co_return fail(passing_on.error());
    }
    manager_ = std::make_unique<orders::OrderManager>(
        orders::OrderManager::Parts{.loop = parts_.loop,
                                    .log = parts_.log,
                                    .journal = *journal_,
                                    .venue = *venue_,
                                    .account = account_.account,
                                    .tag = parts_.installation,
                                    .risk = *risk_book_,
                                    .notify = [this](const std::string& line) { notify(line); }});
    risk_ = std::make_unique<RiskDesk>(RiskDesk::Parts{.loop = parts_.loop,
                                                       .log = parts_.log,
                                                       .workers = workers_,
                                                       .journal = *journal_,
                                                       .venue = *venue_,
                                                       .instruments = *instruments_,
                                                       .book = *risk_book_,
                                                       .manager = *manager_,
                                                       .profile = parts_.profile,
                                                       .place = parts_.place,
                                                       .notify = [this](const std::string& line) { notify(line); },
                                                       .warn = [this](const std::string& what) { warn(what); }});
    const Result<void> loaded = co_await risk_->load(); // a halt holds before the first order can be placed
    if (!loaded) {
        co_return fail(loaded.error());
    }
    const Result<void> started = co_await manager_->start();
    if (!started) {
        co_return fail(started.error());
    }
    risk_->begin();
    trading_ =
        std::make_unique<TradingDesk>(parts_.profile, clock(), workers_, *instruments_, *venue_, *manager_, *risk_);
    groups_ = std::make_unique<GroupDesk>(
        GroupDesk::Parts{.loop = parts_.loop,
                         .log = parts_.log,
                         .journal = *journal_,
                         .manager = *manager_,
                         .account = account_.account,
                         .venue = std::string(venue_->name()),
                         .place =
                             [this](orders::OrderForm form, orders::PlaceOptions options, Permission permission) {
                                 return trading_->place(std::move(form), std::move(options), permission);
                             },
                         .rehearse =
                             [this](orders::OrderForm form, orders::PlaceOptions options, Permission permission) {
                                 return trading_->rehearse(std::move(form), std::move(options), permission);
                             },
                         .notify = [this](const std::string& line) { notify(line); }});
    const Result<void> groups_read = co_await groups_->start();
    if (!groups_read) {
        co_return fail(groups_read.error());
    }
    account_desk_ = std::make_unique<AccountDesk>(AccountDesk::Parts{.profile = parts_.profile,
                                                                     .clock = clock(),
                                                                     .instruments = *instruments_,
                                                                     .trading = *trading_,
                                                                     .journal = *journal_,
                                                                     .workers = workers_});
    co_return Result<void>();
}

/// Before the manager, whose first settlement may already have something to tell.
Task<Result<void>> Engine::open_webhooks() {
    std::uint64_t seed = 0;
    parts_.fill_with_secret_bytes(std::as_writable_bytes(std::span(&seed, 1)));
    webhooks_ = std::make_unique<WebhookDesk>(
        WebhookDesk::Parts{.loop = parts_.loop,
                           .log = parts_.log,
                           .journal = *journal_,
                           .directory = parts_.place.directory,
                           .source = {.installation = {},
                                      .profile = parts_.profile.name,
                                      .mode = std::string(parts_.profile.mode()),
                                      .simulated = account_.simulated},
                           .sender = std::make_unique<orders::HttpWebhookSender>(parts_.loop),
                           .seed = seed,
                           .fill_with_secret_bytes = parts_.fill_with_secret_bytes,
                           .notify = [this](const std::string& line) { notify(line); }});
    co_return co_await webhooks_->start();
}

void Engine::open_history() {
    if (venue::History* source = venue_->history()) {
        loader_ = std::make_unique<history::BarLoader>(history::BarLoader::Parts{
            .loop = parts_.loop, .log = parts_.log, .workers = workers_, .store = *market_, .source = *source});
    }
    data_ = std::make_unique<DataDesk>(DataDesk::Parts{.store = *market_,
                                                       .instruments = *instruments_,
                                                       .workers = workers_,
                                                       .clock = clock(),
                                                       .source = venue_->history()});
    history_ = std::make_unique<HistoryDesk>(HistoryDesk::Parts{.loop = parts_.loop,
                                                                .store = *market_,
                                                                .instruments = *instruments_,
                                                                .data = *data_,
                                                                .loader = loader_.get(),
                                                                .venue = std::string(venue_->name())});
}

Task<Result<void>> Engine::open_triggers() {
    const FollowBars follow = [this](expression::Program program, std::string symbol, OnTruth on_truth) {
        return follow_bars(*scans_, loader_ != nullptr, std::move(program), std::move(symbol), std::move(on_truth));
    };
    triggers_ = std::make_unique<TriggerDesk>(
        TriggerDesk::Parts{.loop = parts_.loop,
                           .log = parts_.log,
                           .workers = workers_,
                           .journal = *journal_,
                           .manager = *manager_,
                           .venue = *venue_,
                           .find_instrument = [this](std::string symbol) { return instruments_->find_traded(symbol); },
                           .follow_bars = follow,
                           .account = account_.account,
                           .profile = parts_.profile.name,
                           .serving = parts_.serving,
                           .notify = [this](const std::string& line) { notify(line); }});
    Result<void> read = co_await triggers_->start();
    co_return read;
}

Task<void> Engine::stop() {
    if (triggers_) {
        co_await triggers_->stop();
    }
    if (groups_) {
        co_await groups_->stop();
    }
    if (risk_) {
        co_await risk_->stop();
    }
    if (manager_) {
        co_await manager_->stop();
    }
    if (loader_) { // what it has under way needs the venue
        co_await loader_->stop();
    }
    if (venue_) {
        co_await venue_->close();
    }
    if (webhooks_) { // after all that may still record something
        co_await webhooks_->stop();
    }
    if (journal_) {
        const Result<void> closed = co_await journal_->close();
        if (!closed) {
            parts_.log.error("engine", "journal.close_failed", closed.error());
        }
    }
    parts_.log.write(LogLevel::info, "engine", "engine.stopped", "");
    parts_.log.flush();
}

std::shared_ptr<void> Engine::subscribe(Notice notice) {
    const auto entry = std::make_shared<Notice>(std::move(notice));
    notices_.push_back(entry);
    return {entry.get(), [this, entry](void*) { notices_.remove(entry); }};
}

void Engine::notify(const std::string& line) {
    for (const std::shared_ptr<Notice>& notice : std::list(notices_)) {
        (*notice)(line);
    }
}

} // namespace tradesh::engine
