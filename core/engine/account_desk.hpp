#pragma once

#include "core/engine/trading_desk.hpp"
#include "core/orders/fill_reader.hpp"
#include "core/orders/profit_and_loss.hpp"
#include "core/runtime/workers.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// What is open now by our own record, and what it is worth.
struct OpenProfit {
    std::string symbol;
    Currency currency;
    TradingDate today;                 ///< on the clock that dates its trades
    std::optional<Decimal> unrealised; ///< nullopt without a usable quote: it is not guessed
    QuoteKind mark_kind = QuoteKind::realtime;
};

struct ProfitReport {
    orders::ProfitAndLoss book;
    std::vector<OpenProfit> open;
    std::vector<std::string> warnings; ///< what makes it less than the whole truth, one sentence each
};

/// What the account has done: the journal's fills, and what they come to.
class AccountDesk {
public:
    struct Parts {
        const Profile& profile;
        const Clock& clock;
        Instruments& instruments;
        TradingDesk& trading;
        store::Journal& journal;
        runtime::Workers& workers; ///< time zones are read from files
    };
    explicit AccountDesk(Parts parts) : parts_(parts) {}

    /// Profit and loss by average cost. The day of a trade is that of its exchange's clock on live profiles and of UTC
    /// on paper, where markets never close. With `symbol`, of that alone.
    runtime::Task<Result<ProfitReport>> profit(orders::ProfitGrouping grouping, std::optional<std::string> symbol);
    /// The executions of the journal from a moment on, in the order of their times.
    orders::FillReader fills(Instant from) const { return orders::FillReader(parts_.journal, from); }
    store::Journal& journal() { return parts_.journal; }

private:
    runtime::Task<Result<void>> fold_all(ProfitReport& report, const std::optional<std::string>& symbol,
                                         const std::vector<ValuedPosition>& held);
    runtime::Task<std::optional<orders::ContractTerms>> terms_of(std::string symbol,
                                                                 const std::vector<ValuedPosition>& held);
    runtime::Task<void> value_open(ProfitReport& report);

    Parts parts_;
};

} // namespace tradesh::engine
