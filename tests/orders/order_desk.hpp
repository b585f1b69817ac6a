#pragma once

#include "core/orders/order_manager.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/scripted_venue.hpp"
#include "tests/support/virtual_loop.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::test {

/// "buy GOOG 10 limit 99.5 day".
orders::OrderForm limit_form(Side side, Decimal quantity, Decimal price);
orders::OrderForm market_form(Side side, Decimal quantity);
/// The same with a target at 110 and a stop at 90.
orders::OrderForm with_exits(orders::OrderForm form);
orders::PlaceOptions with_key(std::string key);
Instrument goog();

/// An OrderManager at work on a real journal file and a scripted venue, in virtual time. The journal's writer is a real
/// thread: time moves on only when it, too, has nothing left to do.
class OrderDesk {
public:
    /// With the link down the first settlement has to wait.
    explicit OrderDesk(bool link_up = true, std::size_t ended_kept = orders::ended_orders_kept);
    ~OrderDesk();

    template <class T>
    using Outcome = std::shared_ptr<std::optional<Result<T>>>;

    // A command as a client runs it; `begin_` leaves it running, the others let time pass until it has ended.
    Outcome<orders::Placed> begin_place(orders::OrderForm form, orders::PlaceOptions options = {});
    Outcome<orders::Order> begin_cancel(ClientOrderId id);
    Outcome<orders::Order> begin_replace(ClientOrderId id, Decimal quantity, Decimal limit, std::string key = "");
    Outcome<orders::Withdrawal> begin_withdraw(Duration limit = std::chrono::seconds(20));
    Result<orders::Placed> place(orders::OrderForm form, orders::PlaceOptions options = {});
    Result<orders::Order> cancel(ClientOrderId id);
    Result<orders::Order> replace(ClientOrderId id, Decimal quantity, Decimal limit, std::string key = "");
    orders::Withdrawal withdraw(Duration limit = std::chrono::seconds(20));
    Result<std::vector<std::string>> reconcile();
    /// By any name, in memory or not.
    Result<orders::Order> look_up(const std::string& name);
    Result<orders::Order> wait_final(ClientOrderId id);
    orders::OrderLedger load_all();
    /// Ends the waiting of every command that still runs, as Ctrl-C does.
    void interrupt();

    /// Lets time pass until `done`; false when that takes more than two minutes or nothing is left to happen.
    bool run_until(const std::function<bool()>& done);
    /// Runs what is ready and what the disk brings, without moving time.
    void run_ready();
    void run_for(Duration span);
    /// Runs one handler of the loop, waiting for the disk, or for the next timer, where nothing else is ready.
    void turn();

    /// The process dies here, without a word to anybody; the next one starts on what is on the disk.
    void crash();
    /// The same with a clean stop in between.
    void restart();
    /// A copy of the journal as it is now; `restore` is a crash after which the next process starts on that copy.
    std::string back_up();
    void restore(const std::string& backup);
    void close_journal();
    /// From here on every write to the journal fails, or works again.
    void write_protect(bool on);
    bool settle();

    const orders::Order& order(const std::string& id) const;
    const orders::OrderLedger& ledger() const { return manager->ledger(); }
    /// Kinds of the journal's rows for the order, in sequence.
    std::vector<std::string> journal_kinds(const std::string& id);
    /// The ledger that the journal's rows make.
    orders::OrderLedger replayed();
    /// True when some notice to the prompts contains the text.
    bool was_told(std::string_view text) const;

    VirtualLoop time;
    ScriptedExchange exchange{time.loop};
    std::unique_ptr<ScriptedVenue> venue;
    std::unique_ptr<store::Journal> journal;
    std::string tag = "k4x9"; ///< of the ids of orders; the next core takes it as it is then
    orders::RiskLimits limits;
    std::unique_ptr<orders::RiskBook> risk;
    std::unique_ptr<orders::OrderManager> manager;
    std::vector<std::string> notices;
    /// Whoever else uses journal and manager leaves here.
    std::function<void()> before_shut;

private:
    void open(bool link_up = true);
    void shut();
    void copy_journal(const std::string& to);
    void run(std::function<runtime::Task<void>()> body);
    void barrier();
    void pass_time(); ///< to the next timer

    TemporaryFolder folder_;
    std::string path_ = folder_.file("orders-1.db");
    std::size_t ended_kept_;
    int generation_ = 1;
    runtime::Log log_;
    std::unique_ptr<runtime::TaskScope> commands_;
};

} // namespace tradesh::test
