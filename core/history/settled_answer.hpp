#pragma once

#include "core/history/fetch_plan.hpp"

#include <optional>
#include <span>

namespace tradesh::history {

/// What of an answer goes into the store, and what is still to be asked for.
///
/// Stored is a bar that lies on a slot of the request whose end has been published, before the moment that the answer
/// is complete to. So no bar of the store is half, and none lies off the calendar because a source said so.
struct SettledAnswer {
    Bars bars;
    Instant answered_to;          ///< the source has answered for [request.from, answered_to)
    std::size_t no_trades = 0;    ///< slots in there without a bar
    std::size_t not_final = 0;    ///< bars left out because their slot had not been published
    std::size_t outside = 0;      ///< bars left out because they were not asked for
    std::size_t off_calendar = 0; ///< bars left out because they lie on no slot
    std::optional<Segment> rest;  ///< what the source has not answered for and must have
};

/// `slots` are those of the request, ascending; one that ends after `published_until` may be absent or half.
/// Errors (failed): "history.unsorted" where open times do not ascend, "history.no_progress" where the answer is
/// complete for no slot that it should be.
Result<SettledAnswer> settle_answer(const venue::HistoryAnswer& answer, const venue::HistoryRequest& request,
                                    std::span<const Slot> slots, Instant published_until);

} // namespace tradesh::history
