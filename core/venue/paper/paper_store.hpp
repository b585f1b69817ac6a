#pragma once

#include "core/exchange/price_model.hpp"
#include "core/market/session_calendar.hpp"
#include "core/store/database.hpp"
#include "core/venue/paper/paper_options.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::venue::paper {

/// Everything a paper exchange needs to go on where it stopped.
struct PaperState {
    std::string id_prefix;
    std::uint64_t seed = 0;
    Instant time; ///< up to which the market has run
    exchange::ExchangeState exchange;
    std::map<std::string, exchange::Anchor> anchors; ///< by symbol
    /// Of the options among the instruments: by which days they expire. Filled by `load` from the calendars, not kept.
    std::map<std::string, SessionCalendar> calendars;
};

/// One commit: what changed, and how far the exchange's counters and its time have come.
struct PaperChanges {
    exchange::Changes exchange;
    std::vector<Instrument> instruments;
    std::map<std::string, exchange::Anchor> anchors;
    Instant time;
    std::uint64_t last_order = 0;
    std::uint64_t last_execution = 0;
    std::uint64_t last_priority = 0;
};

/// paper.db: account, orders, executions, positions, instruments and anchors of one paper account. Synchronous, for one
/// worker thread. A commit survives the loss of power when it returns. Errors: those of store::Database, and config,
/// "paper.account_changed" or "paper.damaged".
class PaperStore {
public:
    /// Opens the file, or creates it with the account of `options`; `now` becomes part of the ids of a new exchange.
    static Result<PaperStore> open(const PaperOptions& options, Instant now);

    Result<PaperState> load();
    Result<void> commit(const PaperChanges& changes);
    Result<std::optional<exchange::Order>> find(const ClientOrderId& id);
    /// Executions from `since` on, up to the execution of that number, oldest first.
    Result<std::vector<Fill>> fills_since(Instant since, std::uint64_t last_execution);

private:
    explicit PaperStore(store::Database database) : database_(std::move(database)) {}
    Result<void> ensure_account(const PaperOptions& options, Instant now);
    Result<void> read_exchange(PaperState& state);
    Result<void> read_instruments(PaperState& state);
    Result<void> read_holdings(PaperState& state);
    Result<void> read_orders(PaperState& state);
    Result<void> write(const PaperChanges& changes);
    Result<void> write_fill(const Fill& fill, std::uint64_t number);
    Error damaged(std::string_view table) const;

    store::Database database_;
};

} // namespace tradesh::venue::paper
