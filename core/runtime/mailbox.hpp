#pragma once

#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"

#include <deque>
#include <optional>
#include <utility>

namespace tradesh::runtime {

/// A bounded queue between tasks of one loop. Nothing in it is ever dropped: a full box refuses, and the sender
/// decides. It closes with an end marker, so what was sent before `close` is still received.
template <class T>
class Mailbox {
public:
    Mailbox(Loop& loop, std::size_t capacity) : capacity_(capacity), ready_(loop) {}

    /// False when full or closed.
    [[nodiscard]] bool try_push(T item) {
        if (closed_ || items_.size() >= capacity_) {
            return false;
        }
        items_.push_back(std::move(item));
        ready_.set();
        return true;
    }
    void close() {
        closed_ = true;
        ready_.set();
    }
    bool closed() const { return closed_; }
    std::size_t size() const { return items_.size(); }

    /// The next item; nullopt once closed and empty, or when the waiting task is cancelled.
    Task<std::optional<T>> pop() {
        while (items_.empty() && !closed_) {
            ready_.reset();
            const Wake wake = co_await ready_.wait();
            if (wake == Wake::cancelled) {
                co_return std::nullopt;
            }
        }
        co_return try_pop();
    }

    /// The next item when there is one.
    std::optional<T> try_pop() {
        if (items_.empty()) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        return item;
    }

private:
    std::size_t capacity_;
    std::deque<T> items_;
    bool closed_ = false;
    Event ready_;
};

} // namespace tradesh::runtime
