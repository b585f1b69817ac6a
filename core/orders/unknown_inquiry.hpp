#pragma once

#include "core/base/time.hpp"
#include "core/market/order.hpp"

#include <map>
#include <optional>
#include <vector>

namespace tradesh::orders {

/// Which orders the venue is being asked about, and when again: after 0.5, 1, 2, 5, 10 and 30 s, then every 30 s.
/// Nothing is ever resent. "Not found" proves an order's absence only once the venue has missed it three times and
/// enough time has passed for it to turn up. Pure: the manager asks. Moments are those of Clock::elapsed().
class UnknownInquiry {
public:
    struct Case {
        int times = 0;          ///< how often the venue has answered
        int misses = 0;         ///< of these: it did not find the order
        int tries = 0;          ///< how often it was asked, answered or not
        Duration began{0};      ///< when it was first doubtful; never before it was sent
        Duration next{0};       ///< when it is asked again
        bool is_asked = false;  ///< a question is on its way
        bool has_moved = false; ///< the order moved since it went out
    };

    /// An order of which the venue has to be asked, at once; nothing when it is already being asked about.
    void begin(const ClientOrderId& order, Duration now);
    void end(const ClientOrderId& order) { cases_.erase(order); }
    /// Null when the order is in no doubt.
    const Case* find(const ClientOrderId& order) const;
    bool empty() const { return cases_.empty(); }
    std::vector<ClientOrderId> all() const;

    /// When the next question is due; nullopt when there is none.
    std::optional<Duration> next_due() const;
    std::vector<ClientOrderId> due(Duration now) const;

    /// The question goes out; until its answer none is due. False when one is on its way already, or nobody is in
    /// doubt.
    bool ask(const ClientOrderId& order);
    /// The order moved, or was in somebody's hand: an answer to what is being asked may be older than that.
    void moved(const ClientOrderId& order);
    /// The venue could not be asked, or its answer came too late: that says nothing.
    void failed(const ClientOrderId& order, Duration now);
    /// It found the order, and still not all there is to know.
    void found(const ClientOrderId& order, Duration now);
    /// It did not find the order; true when that proves that there is none.
    bool missed(const ClientOrderId& order, Duration now, Duration turns_up_within);

private:
    std::map<ClientOrderId, Case> cases_;
};

} // namespace tradesh::orders
