#pragma once

#include "core/market/instrument.hpp"
#include "core/market/option_chain.hpp"
#include "core/market/session_calendar.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tradesh::exchange {

/// Simulated option chains: a pure function of seed, underlying, its price and the time.
///
/// Each underlying has a level of volatility that changes by the day of its exchange around one of its own, slowly and
/// never far.
///
/// Fridays, or the last trading day before one without a session: eight weekly expiries, then the third one of each
/// month for a year. An option is listed until the close of that day. Strikes at usual steps (0.5 below 25, 1 below
/// 100, 2.5 below 250, 5 below 500, 10 below 1,000 and so on tenfold) on both sides of the spot. Volatility is a smile
/// in the log of strike over forward that flattens with time; a call and a put of one strike share it, so that the
/// middles of their quotes keep put-call parity to within the widths of those. Quotes grow wider with price and
/// distance; interest gathers near the money, at round strikes and in monthly expiries.
class OptionChainModel {
public:
    struct Options {
        std::uint64_t seed = 1;
        double rate = 0.04;
        double dividend_yield = 0.01;
        std::size_t strikes_each_side = 20; ///< at most; none at or below zero
    };
    explicit OptionChainModel(Options options) : options_(options) {}

    /// `spot` is above zero, `calendar` that of the underlying; expiries that it does not reach are not listed. The
    /// chain's kind is simulated.
    OptionChain chain(const Instrument& underlying, Decimal spot, Instant time, const SessionCalendar& calendar) const;

    /// One contract of the chain: the same quote as there. `expires` is what `expiry_close` says of it.
    OptionQuote quote(const Instrument& underlying, Decimal spot, Instant time, const SessionCalendar& calendar,
                      const Option& option, Instant expires) const;

    /// The volatility of the day at the money, whatever the expiry.
    double level(const Instrument& underlying, std::chrono::sys_days date) const;
    /// The volatility behind the quotes of a day: what the middle of a quote implies, to within its width.
    double volatility(const Instrument& underlying, std::chrono::sys_days date, double log_strike_over_forward,
                      double years) const;

private:
    OptionChain empty_chain(const Instrument& underlying, Decimal spot, Instant time,
                            const SessionCalendar& calendar) const;
    /// The smile of one underlying on one day.
    struct Smile {
        double level = 0;
        double skew = 0;
        double volatility(double log_strike_over_forward, double years) const;
    };
    Smile smile(const Instrument& underlying, std::chrono::sys_days date) const;
    void add_expiry(OptionChain& chain, const Smile& smile, const Session& last, bool monthly) const;
    void fill_quote(OptionQuote& quote, const OptionChain& chain, const Smile& smile, bool monthly) const;

    Options options_;
};

} // namespace tradesh::exchange
