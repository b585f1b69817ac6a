#include "core/runtime/event.hpp"

#include "core/runtime/loop.hpp"

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <functional>
#include <list>
#include <optional>
#include <utility>

namespace tradesh::runtime {

struct Event::State {
    struct Waiter {
        std::move_only_function<void(Wake)> resume;
        std::optional<Timers::Id> deadline;
    };
    using Place = std::list<Waiter>::iterator;

    explicit State(Loop& loop) : loop(loop) {}

    void wake(Place place, Wake why) {
        Waiter waiter = std::move(*place);
        waiters.erase(place);
        if (waiter.deadline) {
            loop.timers().cancel(*waiter.deadline);
        }
        waiter.resume(why);
    }
    void wake_all(Wake why) {
        while (!waiters.empty()) {
            wake(waiters.begin(), why);
        }
    }

    /// Stores the coroutine's handler until one of set, deadline and cancellation comes first.
    template <class Handler>
    void add(Handler handler, std::optional<Duration> limit) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        const Place place = waiters.emplace(waiters.end());
        place->resume = [this_loop = &loop, handler = std::move(handler)](Wake why) mutable {
            asio::post(this_loop->context(), [handler = std::move(handler), why]() mutable { handler(why); });
        };
        if (limit) {
            place->deadline = loop.timers().after(*limit, [this, place] {
                place->deadline.reset();
                wake(place, Wake::timeout);
            });
        }
        if (slot.is_connected()) {
            slot.assign([this, place](asio::cancellation_type) { wake(place, Wake::cancelled); });
            // The slot must be emptied before the waiter goes away, or a later cancellation would follow a dead place.
            place->resume = [inner = std::move(place->resume), slot](Wake why) mutable {
                if (why != Wake::cancelled) {
                    slot.clear();
                }
                inner(why);
            };
        }
    }

    Loop& loop;
    std::list<Waiter> waiters;
    bool set = false;
};

Event::Event(Loop& loop) : state_(std::make_shared<State>(loop)) {}
Event::~Event() {
    if (state_) {
        state_->wake_all(Wake::cancelled);
    }
}
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(Event&&) noexcept = default;

void Event::set() {
    state_->set = true;
    state_->wake_all(Wake::signalled);
}
void Event::reset() { state_->set = false; }
bool Event::is_set() const { return state_->set; }

namespace {

/// Waiting after a cancellation would throw on resumption; a wait reports it as a value instead.
template <class State>
Task<Wake> wait_on(std::shared_ptr<State> state, std::optional<Duration> limit) {
    if (state->set) {
        co_return Wake::signalled;
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        co_return Wake::cancelled;
    }
    auto start = [state, limit](auto handler) { state->add(std::move(handler), limit); };
    const Wake wake =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Wake)>(start, asio::use_awaitable);
    co_return wake;
}

} // namespace

Task<Wake> Event::wait() { return wait_on(state_, std::nullopt); }
Task<Wake> Event::wait_for(Duration limit) { return wait_on(state_, limit); }

} // namespace tradesh::runtime
