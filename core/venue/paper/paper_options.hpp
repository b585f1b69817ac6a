#pragma once

#include "core/base/error.hpp"
#include "core/exchange/fee_model.hpp"
#include "core/market/instrument.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace tradesh::venue::paper {

/// When the simulated market is open. `always`: day orders end at midnight UTC; orders on open and on close keep the
/// hours of the instrument's exchange, and are refused where those are not known.
enum class Session : std::uint8_t { always };

struct PaperOptions {
    std::string directory; ///< of the profile; holds paper.db
    std::string account = "PAPER-1";
    Money cash{.amount = 100'000, .currency = Currency("USD")}; ///< of a new account
    std::uint64_t seed = 1;                                     ///< of the prices of a new account
    exchange::FeeModel fees = {};
    Session session = Session::always;
    /// The disk is full: makes some room on it, false when there is none to be made.
    std::function<runtime::Task<bool>()> make_room{};
};

/// What a new instrument starts from: its last stored close. A combo has none: it is priced by its legs.
struct ReferencePrice {
    Instrument instrument;
    Decimal last_close;
    Instant time;
};

/// Looks up a symbol in the stored history; error not_found when there is none.
using ReferencePriceSource = std::function<runtime::Task<Result<ReferencePrice>>(std::string symbol)>;

} // namespace tradesh::venue::paper
