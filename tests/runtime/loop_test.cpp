#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/mailbox.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace tradesh;
using namespace tradesh::runtime;
using namespace std::chrono_literals;
using tradesh::test::VirtualLoop;

TEST_CASE("sleeping tasks wake in the order of their deadlines, in no real time") {
    VirtualLoop time;
    std::vector<std::string> trace;
    TaskScope scope(time.loop);
    const auto sleeper = [&](std::string name, Duration delay) {
        scope.spawn(name, [&, name, delay](TaskInfo&) -> Task<void> {
            const bool slept = co_await sleep_for(time.loop, delay);
            trace.push_back(name + (slept ? " slept" : " was cancelled"));
        });
    };
    sleeper("long", 4h);
    sleeper("short", 1ms);
    sleeper("middle", 10s);
    time.run_until_idle();
    CHECK(trace == std::vector<std::string>{"short slept", "middle slept", "long slept"});
    CHECK(time.clock.elapsed() == 4h);
    CHECK(scope.empty());
}

TEST_CASE("cancelling a scope ends every wait in it, as a value") {
    VirtualLoop time;
    Event never(time.loop);
    TaskScope scope(time.loop);
    std::vector<Wake> wakes;
    const auto waiter = [&](TaskInfo& info) -> Task<void> {
        info.awaits = "an event that never comes";
        const Wake first = co_await never.wait();
        wakes.push_back(first);
        const Wake second = co_await never.wait_for(1h); // already cancelled: returns at once
        wakes.push_back(second);
    };
    scope.spawn("one", waiter);
    scope.spawn("two", waiter);
    time.loop.poll();
    REQUIRE(scope.list().size() == 2);
    CHECK(scope.list()[0].awaits == "an event that never comes");
    scope.cancel();
    time.run_until_idle();
    CHECK(wakes == std::vector<Wake>(4, Wake::cancelled));
    CHECK(scope.empty());
    CHECK(time.loop.timers().size() == 0);
}

TEST_CASE("an event wakes its waiters once, before its deadline") {
    VirtualLoop time;
    Event event(time.loop);
    TaskScope scope(time.loop);
    std::vector<Wake> wakes;
    scope.spawn("waiter", [&](TaskInfo&) -> Task<void> {
        const Wake early = co_await event.wait_for(5s);
        wakes.push_back(early);
        event.reset();
        const Wake late = co_await event.wait_for(5s);
        wakes.push_back(late);
    });
    time.loop.poll();
    event.set();
    time.run_until_idle();
    CHECK(wakes == std::vector<Wake>{Wake::signalled, Wake::timeout});
}

TEST_CASE("workers run off the loop thread and hand back values and exceptions") {
    SystemClock clock;
    Loop loop(clock);
    Workers workers(loop, "test", 2);
    TaskScope scope(loop);
    const std::thread::id loop_thread = std::this_thread::get_id();
    bool other_thread = false;
    bool back_on_loop = false;
    std::string caught;
    scope.spawn("caller", [&](TaskInfo&) -> Task<void> {
        auto ask = [] { return std::this_thread::get_id(); };
        const std::thread::id worker = co_await workers.run(ask);
        other_thread = worker != loop_thread;
        back_on_loop = std::this_thread::get_id() == loop_thread;
        auto fail_there = [] { throw std::runtime_error("broken there"); };
        try {
            co_await workers.run(fail_there);
        } catch (const std::runtime_error& error) {
            caught = error.what();
        }
        loop.stop();
    });
    loop.run();
    CHECK(other_thread);
    CHECK(back_on_loop);
    CHECK(caught == "broken there");
    CHECK(loop.handler_times().count() > 0);
}

TEST_CASE("a mailbox refuses when full and hands out what it had before it closed") {
    VirtualLoop time;
    Mailbox<int> box(time.loop, 2);
    CHECK(box.try_push(1));
    CHECK(box.try_push(2));
    CHECK_FALSE(box.try_push(3));
    box.close();
    CHECK_FALSE(box.try_push(4));
    std::vector<int> received;
    bool ended = false;
    TaskScope scope(time.loop);
    scope.spawn("reader", [&](TaskInfo&) -> Task<void> {
        for (;;) {
            const std::optional<int> item = co_await box.pop();
            if (!item) {
                break;
            }
            received.push_back(*item);
        }
        ended = true;
    });
    time.run_until_idle();
    CHECK(received == std::vector<int>{1, 2});
    CHECK(ended);
}
