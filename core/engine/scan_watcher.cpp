#include "core/engine/scan_watcher.hpp"

#include "core/engine/side_by_side.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

namespace {

constexpr std::size_t quotes_at_once_max = 50;
/// Bars open and end on whole minutes.
constexpr Duration load_step = std::chrono::minutes(1);
/// Bars are asked for when the source should have them, and a little later again while it does not.
constexpr Duration load_margin = std::chrono::milliseconds(200);
constexpr Duration load_again_after = std::chrono::seconds(2);
constexpr int loads_max = 10;

} // namespace

ScanWatcher::ScanWatcher(Parts parts)
    : parts_(std::move(parts)),
      watch_(parts_.source, parts_.program, parts_.symbols, parts_.how.cooldown),
      ready_(parts_.loop),
      tasks_(parts_.loop) {}

Task<Result<WatchSummary>> ScanWatcher::run() {
    if (parts_.loads) {
        Result<void> loaded = co_await load_all();
        if (!loaded) {
            co_return fail(std::move(loaded.error()));
        }
    }
    if (parts_.find_instrument) {
        co_await find_instruments();
    }
    Result<void> done = co_await round(true);
    if (done) {
        if (!live_.empty()) {
            tasks_.spawn("scan watch quotes", [this](TaskInfo& info) { return ask_quotes(info); });
        }
        if (parts_.loads) {
            tasks_.spawn("scan watch loads", [this](TaskInfo& info) { return keep_loading(info); });
        }
    }
    while (done) {
        const Wake wake = co_await ready_.wait_for(parts_.how.every);
        if (wake == Wake::cancelled) {
            break;
        }
        ready_.reset();
        co_await follow_new_symbols();
        done = co_await round(false);
    }
    tasks_.cancel();
    co_await tasks_.join();
    summary_.symbols = parts_.symbols.size();
    if (!done) {
        co_return fail(std::move(done.error()));
    }
    co_return summary_;
}

Task<Result<void>> ScanWatcher::round(bool initial) {
    std::vector<scan::SymbolBar> bars = std::exchange(arrived_, {});
    const std::vector<Duration> arrivals = std::exchange(arrived_elapsed_, {});
    const Instant now = parts_.loop.clock().now();
    auto work = [this, &bars, now] { return watch_.round(std::move(bars), now); };
    Result<scan::WatchRound> found = co_await parts_.workers.run(work);
    ++summary_.rounds;
    for (const Duration arrival : arrivals) {
        parts_.quote_times.record(parts_.loop.clock().elapsed() - arrival);
    }
    if (!found && initial) {
        co_return fail(std::move(found.error()));
    }
    if (!found) { // the store may be well again in a moment
        report("", std::move(found.error()));
        found = scan::WatchRound{};
    }
    Result<void> told = co_await tell(std::move(*found), initial);
    co_return told;
}

Task<Result<void>> ScanWatcher::tell(scan::WatchRound round, bool initial) {
    for (Error& failure : std::exchange(failures_, {})) {
        round.news.push_back(fail(std::move(failure)));
    }
    for (Result<scan::ScanChange>& each : round.news) {
        WatchNews news{.symbol = each ? each->symbol : each.error().subject, .change = std::move(each)};
        news.initial = initial;
        if (news.change) {
            ++summary_.changes;
            const auto live = std::ranges::find(live_, news.symbol, [](const LiveSymbol& symbol) -> const std::string& {
                return symbol.instrument.symbol;
            });
            news.simulated = news.change->provisional && live != live_.end() && live->simulated;
        }
        Result<void> told = co_await parts_.on_news(news);
        if (!told) {
            co_return told;
        }
    }
    co_return Result<void>();
}

void ScanWatcher::report(const std::string& symbol, Error error) {
    if (told_failures_.emplace(symbol, error.code).second) {
        failures_.push_back(std::move(error).attempting("watch").on(symbol));
        ready_.set();
    }
}

Task<void> ScanWatcher::find_instruments() {
    std::vector<Instrument> instruments;
    for (const std::string& symbol : parts_.symbols) {
        Result<Instrument> instrument = co_await parts_.find_instrument(symbol);
        if (instrument) { // of an unknown one the missing bars are told
            instruments.push_back(std::move(*instrument));
        }
    }
    auto work = [this, &instruments] {
        std::map<std::string, std::shared_ptr<const BarCompletion>, std::less<>> known;
        for (const Instrument& instrument : instruments) {
            const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
            std::shared_ptr<const BarCompletion>& completion = known[std::string(calendar ? calendar->name() : "")];
            if (!completion) {
                completion =
                    std::make_shared<const BarCompletion>(calendar ? BarCompletion(*calendar) : BarCompletion());
            }
            live_.push_back({.instrument = instrument, .completion = completion, .forming = {}});
        }
    };
    co_await parts_.workers.run(work);
}

Task<void> ScanWatcher::ask_quotes(TaskInfo& info) {
    const SideBody body = [this](std::size_t index, TaskInfo& task) -> Task<void> {
        task.awaits = "a quote of " + live_[index].instrument.symbol;
        co_await ask_quote(live_[index]);
    };
    for (;;) {
        info.awaits = "quotes";
        co_await run_side_by_side(parts_.loop, "quote lane", live_.size(), quotes_at_once_max, body);
        info.awaits = "the next quotes";
        const bool slept = co_await runtime::sleep_for(parts_.loop, parts_.how.every);
        if (!slept) {
            co_return;
        }
    }
}

Task<void> ScanWatcher::ask_quote(LiveSymbol& symbol) {
    const std::string& name = symbol.instrument.symbol;
    const std::optional<Slot> slot =
        symbol.completion->in_progress(parts_.program.timeframe(), parts_.loop.clock().now());
    if (!slot) {
        report("", Error(ErrorKind::not_found, "watch.closed",
                         "no bar is in progress while the exchange of " + name + " is closed")
                       .advise("stored bars are followed all the same"));
        co_return;
    }
    Result<Quote> quote = co_await parts_.quotes.quote(symbol.instrument);
    if (!quote) {
        if (quote.error().kind != ErrorKind::cancelled) {
            report(name, std::move(quote.error()));
        }
        co_return;
    }
    const std::optional<double> price = scan::price_of(*quote);
    if (!price) {
        report(name, Error(ErrorKind::not_found, "quote.no_price", "the venue tells no price"));
        co_return;
    }
    ++summary_.quotes;
    symbol.simulated = quote->kind == QuoteKind::simulated;
    const std::optional<Slot> before =
        symbol.completion->in_progress(parts_.program.timeframe(), slot->begin - Duration(1));
    const std::optional<Instant> follows = before ? std::optional(before->open_time) : std::nullopt;
    arrived_.push_back({.symbol = name, .bar = symbol.forming.update(*slot, *price, follows)});
    arrived_elapsed_.push_back(quote->received_elapsed);
    ready_.set();
}

Task<Result<void>> ScanWatcher::load_all() {
    Result<void> others = co_await parts_.loads->others();
    if (!others) {
        co_return others;
    }
    const SideBody body = [this](std::size_t index, TaskInfo& task) -> Task<void> {
        const std::string symbol = parts_.symbols[index]; // new ones may join meanwhile
        task.awaits = "price history of " + symbol;
        Result<void> loaded = co_await parts_.loads->symbol(symbol);
        if (!loaded && loaded.error().kind != ErrorKind::cancelled) {
            report(symbol, std::move(loaded.error()));
        }
    };
    co_await run_side_by_side(parts_.loop, "load lane", parts_.symbols.size(), parts_.at_a_time, body);
    co_return Result<void>();
}

/// A venue publishes a bar some time after its end; which bars are due, the load knows.
Task<void> ScanWatcher::keep_loading(TaskInfo& info) {
    for (;;) {
        const Duration late = parts_.loads->publish_delay + load_margin;
        const Duration since_epoch = parts_.loop.clock().now().time_since_epoch() - late;
        info.awaits = "the end of a bar";
        const bool slept = co_await runtime::sleep_for(parts_.loop, load_step - since_epoch % load_step);
        if (!slept) {
            co_return;
        }
        info.awaits = "bars that are due";
        co_await load_due(parts_.loop.clock().now() + load_step);
    }
}

Task<void> ScanWatcher::load_due(Instant until) {
    for (int loads = 1;; ++loads) {
        parts_.loads->asked_in_vain(); // what was before does not count
        Result<void> loaded = co_await load_all();
        if (!loaded && loaded.error().kind != ErrorKind::cancelled) {
            const std::string subject = loaded.error().subject;
            report(subject, std::move(loaded.error()));
        }
        ready_.set();
        const bool again =
            loads < loads_max && parts_.loads->asked_in_vain() && parts_.loop.clock().now() + load_again_after < until;
        if (!again) {
            co_return;
        }
        const bool slept = co_await runtime::sleep_for(parts_.loop, load_again_after);
        if (!slept) {
            co_return;
        }
    }
}

Task<void> ScanWatcher::follow_new_symbols() {
    if (!parts_.find_symbols) {
        co_return;
    }
    const Result<std::vector<std::string>> found = co_await parts_.find_symbols();
    if (found) { // where none is left, those that were followed are told of
        watch_.follow(*found);
        parts_.symbols = watch_.symbols();
    }
}

} // namespace tradesh::engine
