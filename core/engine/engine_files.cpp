// The part of Engine that opens what lasts: the journal, the price history and the way to the venue.

#include "core/engine/engine.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/side_by_side.hpp"
#include "core/store/journal.hpp"
#include "core/store/market_store.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using runtime::Task;

/// The journal beside all else that needs no journal, because each waits for the disk.
Task<Result<void>> Engine::open_files(const std::string& market_path) {
    Result<void> recording;
    Result<void> connected;
    const SideBody open = [&](std::size_t index, runtime::TaskInfo&) -> Task<void> {
        if (index == 0) {
            recording = co_await open_journal();
            journal_tried_.set();
        } else {
            co_await open_market(market_path);
            instruments_ = std::make_unique<Instruments>(*market_);
            connected = co_await open_venue();
        }
    };
    co_await run_side_by_side(parts_.loop, "open", 2, 2, open);
    if (!recording && connected) {
        co_await venue_->close(); // nothing goes on that nobody records
    }
    if (recording) {
        co_await look_for_history(market_path);
    }
    co_return recording ? connected : recording;
}

/// Every start makes the file of the price history where there is none: of a profile that has traded it is gone.
Task<void> Engine::look_for_history(const std::string& path) {
    if (!market_->was_created()) {
        co_return;
    }
    auto count = [](store::JournalFile& file) -> Result<std::int64_t> { return file.last_seq(); };
    const Result<std::int64_t> recorded = co_await journal_->with_file(count);
    if (recorded.value_or(0) > 0) {
        warn("the price history " + path +
             " is gone although the journal tells of trading; an empty one was made: "
             "what is held can be closed, and whatever needs history fails until it is imported or loaded again");
    }
}

/// The disk is full for somebody other than the journal.
Task<bool> Engine::make_room() {
    co_await journal_tried_.wait();
    if (journal_ == nullptr) {
        co_return false;
    }
    const bool has_room = co_await journal_->give_up_room();
    co_return has_room;
}

Task<Result<void>> Engine::open_journal() {
    const std::string path = parts_.place.directory + "/orders.db";
    Result<std::unique_ptr<store::Journal>> journal =
        co_await store::Journal::open(parts_.loop, path, parts_.installation);
    if (!journal) {
        co_return fail(std::move(journal.error()));
    }
    journal_ = std::move(*journal);
    std::ranges::for_each(journal_->findings(), [this](const std::string& finding) { warn(finding); });
    co_return Result<void>();
}

/// Price history can be had again, and nothing that stops trading may wait for it.
Task<void> Engine::open_market(const std::string& path) {
    Result<std::unique_ptr<store::MarketStore>> market = co_await store::MarketStore::open(parts_.loop, path);
    bool has_room = true;
    while (!market && market.error().code == "store.full" && has_room) {
        has_room = co_await make_room();
        market = co_await store::MarketStore::open(parts_.loop, path);
    }
    if (!market) {
        parts_.log.error("engine", "market.not_opened", market.error());
        warn("the price history cannot be opened, and whatever needs it fails: " + market.error().describe() +
             (market.error().hint.empty() ? "" : "; " + market.error().hint));
    }
    market_ =
        market ? std::move(*market) : store::MarketStore::without_file(parts_.loop, path, std::move(market.error()));
}

Task<Result<void>> Engine::open_venue() {
    venue_ = parts_.make_venue(VenueParts{.loop = parts_.loop,
                                          .log = parts_.log,
                                          .profile = parts_.profile,
                                          .place = parts_.place,
                                          .instruments = *instruments_,
                                          .workers = workers_,
                                          .make_room = [this] { return make_room(); }});
    instruments_->ask(*venue_);
    Result<venue::AccountIdentity> account = co_await venue_->open();
    bool has_room = true;
    while (!account && account.error().code == "store.full" && has_room) {
        has_room = co_await make_room();
        account = co_await venue_->open();
    }
    if (!account) {
        co_return fail(std::move(account.error()).attempting("open the venue").on(parts_.profile.venue));
    }
    account_ = std::move(*account);
    // Whether it is play money is what the account itself says, never what the configuration hopes.
    if (!account_.simulated && !parts_.profile.live) {
        co_return fail(Error(ErrorKind::config, "profile.mode_mismatch",
                             "account " + account_.account + " trades real money, but profile '" + parts_.profile.name +
                                 "' is not declared live")
                           .attempting("open the venue")
                           .on(parts_.profile.venue)
                           .advise("use the paper account, or declare a live profile on purpose"));
    }
    co_return Result<void>();
}

} // namespace tradesh::engine
