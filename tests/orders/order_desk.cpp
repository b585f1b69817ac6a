#include "tests/orders/order_desk.hpp"

#include "core/orders/order_event_codec.hpp"

#include <asio/io_context.hpp>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace tradesh::test {

using namespace std::chrono_literals;
using orders::Order;
using orders::OrderForm;
using orders::Placed;
using orders::PlaceOptions;
using runtime::Task;
using runtime::TaskInfo;

OrderForm limit_form(Side side, Decimal quantity, Decimal price) {
    OrderForm form = market_form(side, quantity);
    form.price = orders::LimitForm{{.base = orders::PriceBase::absolute, .offset = price}};
    return form;
}

OrderForm market_form(Side side, Decimal quantity) {
    OrderForm form;
    form.side = side;
    form.symbol = "GOOG";
    form.size = orders::SizeInUnits{quantity};
    return form;
}

OrderForm with_exits(OrderForm form) {
    form.target = orders::PriceWord{.base = orders::PriceBase::absolute, .offset = 110};
    form.protect = orders::PriceWord{.base = orders::PriceBase::absolute, .offset = 90};
    return form;
}

PlaceOptions with_key(std::string key) {
    PlaceOptions options;
    options.key = std::move(key);
    return options;
}

Instrument goog() {
    Instrument instrument;
    instrument.symbol = "GOOG";
    return instrument;
}

namespace {

/// In memory where there is such a place: hundreds of desks are opened, and what is tested is not the disk.
std::filesystem::path desk_parent() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

} // namespace

OrderDesk::OrderDesk(bool link_up, std::size_t ended_kept) : folder_(desk_parent()), ended_kept_(ended_kept) {
    open(link_up);
    if (link_up && !settle()) {
        throw std::runtime_error("the desk does not settle");
    }
}

OrderDesk::~OrderDesk() { shut(); }

void OrderDesk::open(bool link_up) {
    commands_ = std::make_unique<runtime::TaskScope>(time.loop);
    venue = std::make_unique<ScriptedVenue>(time.loop, exchange);
    if (!link_up) {
        venue->link_down();
    }
    run([this]() -> Task<void> {
        Result<std::unique_ptr<store::Journal>> opened = co_await store::Journal::open(time.loop, path_, "k4x9");
        if (!opened) {
            throw std::runtime_error(opened.error().describe());
        }
        journal = std::move(*opened);
    });
    risk = std::make_unique<orders::RiskBook>(
        orders::RiskBook::Parts{.clock = time.loop.clock(), .limits = limits, .account = "T1"});
    manager = std::make_unique<orders::OrderManager>(
        orders::OrderManager::Parts{.loop = time.loop,
                                    .log = log_,
                                    .journal = *journal,
                                    .venue = *venue,
                                    .account = "T1",
                                    .tag = tag,
                                    .risk = *risk,
                                    .ended_kept = ended_kept_,
                                    .notify = [this](const std::string& line) { notices.push_back(line); }});
    run([this]() -> Task<void> {
        const Result<void> started = co_await manager->start();
        if (!started) {
            throw std::runtime_error(started.error().describe());
        }
    });
}

void OrderDesk::shut() {
    if (before_shut) {
        before_shut();
    }
    commands_->cancel();
    run([this]() -> Task<void> {
        co_await commands_->join();
        co_await manager->stop();
    });
    close_journal();
    manager.reset();
    journal.reset();
    venue.reset();
}

void OrderDesk::run(std::function<Task<void>()> body) {
    runtime::TaskScope scope(time.loop);
    std::string failure;
    scope.on_failure = [&](const TaskInfo&, const std::string& what) { failure = what; };
    scope.spawn("test", [&](TaskInfo&) { return body(); });
    time.loop.poll();
    while (!scope.empty()) {
        if (time.loop.context().run_one_for(10s) == 0) {
            throw std::runtime_error("the test's own step hangs");
        }
    }
    if (!failure.empty()) {
        throw std::runtime_error(failure);
    }
}

void OrderDesk::copy_journal(const std::string& to) {
    run([this, &to]() -> Task<void> {
        // On the writer's thread no commit is half done, and a copy is what the disk would hold.
        auto copy = [this, &to](store::JournalFile&) -> Result<void> {
            for (const char* part : {"", "-wal"}) {
                std::filesystem::copy_file(path_ + part, to + part);
            }
            return {};
        };
        const Result<void> copied = co_await journal->with_file(copy);
        if (!copied) {
            throw std::runtime_error(copied.error().describe());
        }
    });
}

void OrderDesk::crash() {
    venue->cut();
    restore(back_up());
}

std::string OrderDesk::back_up() {
    std::string copy = folder_.file("orders-" + std::to_string(++generation_) + ".db");
    copy_journal(copy);
    return copy;
}

void OrderDesk::restore(const std::string& backup) {
    venue->cut();
    shut();
    std::filesystem::remove(path_ + ".reserve");
    path_ = backup;
    open();
}

void OrderDesk::restart() {
    shut();
    open();
}

void OrderDesk::close_journal() {
    run([this]() -> Task<void> {
        const Result<void> closed = co_await journal->close();
        static_cast<void>(closed);
    });
}

void OrderDesk::write_protect(bool on) {
    run([this, on]() -> Task<void> {
        auto set = [on](store::JournalFile& file) {
            return file.database().execute(on ? "PRAGMA query_only=1" : "PRAGMA query_only=0");
        };
        const Result<void> done = co_await journal->with_file(set);
        if (!done) {
            throw std::runtime_error(done.error().describe());
        }
    });
}

void OrderDesk::barrier() {
    run([this]() -> Task<void> {
        auto nothing = [](store::JournalFile&) { return Result<void>(); };
        const Result<void> reached = co_await journal->with_file(nothing);
        static_cast<void>(reached); // a closed journal has nothing left to write
    });
    time.loop.poll();
}

void OrderDesk::run_ready() {
    time.loop.poll();
    while (!journal->is_idle()) {
        barrier();
    }
}

bool OrderDesk::run_until(const std::function<bool()>& done) {
    const Duration end = time.clock.elapsed() + 2min;
    for (;;) {
        run_ready();
        if (done()) {
            return true;
        }
        const std::optional<Duration> next = time.loop.timers().next();
        if (!next || *next > end) {
            return false;
        }
        pass_time();
    }
}

void OrderDesk::pass_time() {
    const std::optional<Duration> next = time.loop.timers().next();
    if (!next) {
        throw std::runtime_error("nothing is left to happen");
    }
    if (*next > time.clock.elapsed()) {
        time.clock.advance(*next - time.clock.elapsed());
    }
    time.loop.timers().fire_due();
}

void OrderDesk::run_for(Duration span) {
    bool over = false;
    const runtime::Timers::Id id = time.loop.timers().after(span, [&] { over = true; });
    run_until([&] { return over; });
    time.loop.timers().cancel(id);
}

void OrderDesk::turn() {
    time.loop.context().restart();
    if (time.loop.context().poll_one() > 0) {
        return;
    }
    if (journal->is_idle()) {
        pass_time();
    } else if (time.loop.context().run_one_for(10s) == 0) {
        throw std::runtime_error("the journal hangs");
    }
}

bool OrderDesk::settle() {
    run_ready();
    // What waits for the venue's answer is left alone until its time is up; only then is the venue asked about it.
    const auto idle = [this] {
        bool settles = false;
        bool sends = false;
        for (const TaskInfo& task : manager->tasks()) {
            settles |= task.name == "settle with the venue" && task.awaits == "a reason to settle";
            sends |= task.name.starts_with("send ");
        }
        return settles && !sends && exchange.scripts_done() && manager->in_doubt().empty();
    };
    return run_until(idle);
}

OrderDesk::Outcome<Placed> OrderDesk::begin_place(OrderForm form, PlaceOptions options) {
    const auto outcome = std::make_shared<std::optional<Result<Placed>>>();
    commands_->spawn("place", [this, outcome, form, options](TaskInfo&) -> Task<void> {
        Result<Placed> placed = co_await manager->place(form, goog(), options);
        outcome->emplace(std::move(placed));
    });
    return outcome;
}

OrderDesk::Outcome<Order> OrderDesk::begin_cancel(ClientOrderId id) {
    const auto outcome = std::make_shared<std::optional<Result<Order>>>();
    commands_->spawn("cancel", [this, outcome, id](TaskInfo&) -> Task<void> {
        const PlaceOptions options;
        Result<Order> cancelled = co_await manager->cancel(id, options);
        outcome->emplace(std::move(cancelled));
    });
    return outcome;
}

OrderDesk::Outcome<Order> OrderDesk::begin_replace(ClientOrderId id, Decimal quantity, Decimal limit, std::string key) {
    const auto outcome = std::make_shared<std::optional<Result<Order>>>();
    commands_->spawn("replace", [this, outcome, id, quantity, limit, key](TaskInfo&) -> Task<void> {
        const orders::ReplaceWish wish{.quantity = quantity, .price = LimitPrice{limit}};
        const PlaceOptions options = with_key(key);
        Result<Order> replaced = co_await manager->replace(id, goog(), wish, options);
        outcome->emplace(std::move(replaced));
    });
    return outcome;
}

OrderDesk::Outcome<orders::Withdrawal> OrderDesk::begin_withdraw(Duration limit) {
    const auto outcome = std::make_shared<std::optional<Result<orders::Withdrawal>>>();
    commands_->spawn("withdraw", [this, outcome, limit](TaskInfo&) -> Task<void> {
        const auto all = [](const Order&) { return true; };
        const PlaceOptions options;
        orders::Withdrawal withdrawal = co_await manager->withdraw(all, "panic", options, limit);
        outcome->emplace(std::move(withdrawal));
    });
    return outcome;
}

Result<Order> OrderDesk::replace(ClientOrderId id, Decimal quantity, Decimal limit, std::string key) {
    const auto outcome = begin_replace(std::move(id), quantity, limit, std::move(key));
    if (!run_until([&] { return outcome->has_value(); })) {
        throw std::runtime_error("the replacing does not end");
    }
    return std::move(**outcome);
}

orders::Withdrawal OrderDesk::withdraw(Duration limit) {
    const auto outcome = begin_withdraw(limit);
    if (!run_until([&] { return outcome->has_value(); })) {
        std::string awaited;
        for (const TaskInfo& task : manager->tasks()) {
            awaited += "; " + task.name + " awaits " + task.awaits;
        }
        throw std::runtime_error("the withdrawing does not end" + awaited);
    }
    return std::move((*outcome)->value());
}

Result<Placed> OrderDesk::place(OrderForm form, PlaceOptions options) {
    const auto outcome = begin_place(std::move(form), std::move(options));
    if (!run_until([&] { return outcome->has_value(); })) {
        throw std::runtime_error("the placing does not end");
    }
    return std::move(**outcome);
}

Result<Order> OrderDesk::cancel(ClientOrderId id) {
    const auto outcome = begin_cancel(std::move(id));
    if (!run_until([&] { return outcome->has_value(); })) {
        throw std::runtime_error("the cancelling does not end");
    }
    return std::move(**outcome);
}

Result<std::vector<std::string>> OrderDesk::reconcile() {
    const auto outcome = std::make_shared<std::optional<Result<std::vector<std::string>>>>();
    commands_->spawn("reconcile", [this, outcome](TaskInfo&) -> Task<void> {
        Result<std::vector<std::string>> findings = co_await manager->reconcile();
        outcome->emplace(std::move(findings));
    });
    if (!run_until([&] { return outcome->has_value(); })) {
        throw std::runtime_error("the settlement does not end");
    }
    return std::move(**outcome);
}

Result<Order> OrderDesk::look_up(const std::string& name) {
    Result<Order> found = fail(ErrorKind::failed, "test.not_run", "the look-up did not run");
    run([&]() -> Task<void> {
        const Result<ClientOrderId> id = co_await manager->resolve(name);
        if (id) {
            found = co_await manager->find(*id);
        } else {
            found = fail(id.error());
        }
    });
    return found;
}

Result<Order> OrderDesk::wait_final(ClientOrderId id) {
    Result<Order> ended = fail(ErrorKind::failed, "test.not_run", "the waiting did not run");
    run([&]() -> Task<void> { ended = co_await manager->wait_final(id, 0s); });
    return ended;
}

orders::OrderLedger OrderDesk::load_all() {
    orders::OrderLedger everything;
    run([&]() -> Task<void> {
        Result<orders::OrderLedger> loaded = co_await manager->load_all();
        everything = std::move(loaded.value());
    });
    return everything;
}

void OrderDesk::interrupt() { commands_->cancel(); }

const Order& OrderDesk::order(const std::string& id) const {
    const Order* found = manager->ledger().find(ClientOrderId(id));
    if (found == nullptr) {
        throw std::runtime_error("no order " + id);
    }
    return *found;
}

std::vector<std::string> OrderDesk::journal_kinds(const std::string& id) {
    std::vector<std::string> kinds;
    run([&]() -> Task<void> {
        auto look_up = [&id](store::JournalFile& file) { return file.events_of_order(id); };
        const Result<std::vector<store::JournalRow>> rows = co_await journal->with_file(look_up);
        for (const store::JournalRow& row : rows.value()) {
            kinds.push_back(row.event.kind);
        }
    });
    return kinds;
}

orders::OrderLedger OrderDesk::replayed() {
    orders::OrderLedger ledger;
    run([&]() -> Task<void> {
        auto read = [&ledger](store::JournalFile& file) {
            return file.replay(1, [&](const store::JournalRow& row) -> Result<void> {
                if (orders::is_order_event(row.event)) {
                    ledger.apply(orders::decode(row.event).value());
                }
                return {};
            });
        };
        const Result<void> done = co_await journal->with_file(read);
        if (!done) {
            throw std::runtime_error(done.error().describe());
        }
    });
    return ledger;
}

bool OrderDesk::was_told(std::string_view text) const {
    for (const std::string& notice : notices) {
        if (notice.contains(text)) {
            return true;
        }
    }
    return false;
}

} // namespace tradesh::test
