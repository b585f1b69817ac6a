#include "tests/venue/paper_fixture.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::venue;

namespace {

/// Submits orders as fast as it can and writes the number of each one that the venue has announced; never returns.
[[noreturn]] void trade_until_killed(const std::string& directory, int first, int announcements) {
    SystemClock clock;
    runtime::Loop loop(clock);
    FakeHistory history;
    paper::PaperVenue venue(loop, paper::PaperOptions{.directory = directory}, history.source());
    runtime::TaskScope scope(loop);
    scope.spawn("orders", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        const Result<AccountIdentity> opened = co_await venue.open();
        if (!opened) {
            ::_exit(1);
        }
        for (int number = first;; ++number) {
            const PriceRule price = number % 3 == 0 ? PriceRule(MarketPrice{}) : limit("2");
            const OrderRequest request = order("o" + std::to_string(number), Side::buy, "1", price);
            const Result<void> submitted = co_await venue.submit(request);
            if (!submitted) {
                ::_exit(2);
            }
        }
    });
    scope.spawn("reader", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        for (;;) {
            const std::optional<TradingEvent> event = co_await venue.next_event();
            if (!event) {
                ::_exit(3);
            }
            const std::string line = to_line(*event) + "\n";
            if (::write(announcements, line.data(), line.size()) < 0) {
                ::_exit(4);
            }
        }
    });
    loop.run();
    ::_exit(5);
}

/// Lines that the child announced before it was killed in the middle of its work.
Lines run_and_kill(const std::string& directory, int first, std::size_t lines_before_kill) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        trade_until_killed(directory, first, ends[1]);
    }
    ::close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(std::ranges::count(text, '\n')) >= lines_before_kill) {
            ::kill(child, SIGKILL); // what the pipe still holds is read on
        }
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    Lines lines;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
        lines.push_back(text.substr(at, end - at));
    }
    return lines;
}

} // namespace

TEST_CASE("kill -9 at any moment: everything announced is there, nothing is doubled, and the books balance") {
    const std::uint32_t seed = 4711;
    INFO("seed " << seed);
    std::mt19937 random(seed);
    TempDirectory directory;
    std::size_t announced_fills = 0;
    for (int round = 0; round < 8; ++round) {
        const int first = round * 1'000'000;
        const Lines announced = run_and_kill(directory.path, first, 1 + random() % 60);
        VirtualLoop time;
        time.clock.advance(std::chrono::seconds(1));
        FakeHistory history;
        paper::PaperVenue venue(time.loop, paper::PaperOptions{.directory = directory.path}, history.source());
        VenueUnderTest test(time.loop, venue);
        test.open().value();
        for (const std::string& line : announced) {
            INFO(line);
            const std::size_t id = line.find('o', line.find(' '));
            const std::optional<VenueOrder> found = test.find(line.substr(id, line.find(' ', id) - id)).value();
            REQUIRE(found);
            announced_fills += line.starts_with("filled") ? 1 : 0;
            CHECK((!line.starts_with("filled") || found->state == OrderState::filled));
        }
        const TradingSnapshot snapshot = test.snapshot().value();
        Decimal cash = 100'000;
        Decimal held;
        std::set<std::string> executions;
        std::set<std::string> orders;
        for (const Fill& fill : snapshot.fills) {
            cash -= fill.price * fill.quantity + fill.fee.amount;
            held += fill.quantity;
            executions.insert(fill.execution.value);
            orders.insert(fill.order.value);
        }
        CHECK(executions.size() == snapshot.fills.size());
        CHECK(orders.size() == snapshot.fills.size()); // each is for one unit
        CHECK(snapshot.fills.size() >= announced_fills);
        CHECK(snapshot.account.cash == cash);
        CHECK((snapshot.positions.empty() ? Decimal(0) : snapshot.positions.at(0).quantity) == held);
        test.close();
    }
}
