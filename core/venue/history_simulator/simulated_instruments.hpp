#pragma once

#include "core/market/instrument.hpp"

#include <string_view>

namespace tradesh::venue::history_simulator {

/// An instrument of the simulation and the manner of its prices.
struct SimulatedInstrument {
    Instrument instrument;      ///< without an id; nothing in it is assumed
    double level = 0;           ///< about where its price lies, in its currency
    double volatility = 1;      ///< 1 moves about 1.7 % a day
    double drift_a_year = 0;    ///< makes up for what splits and dividends take away
    double minute_turnover = 0; ///< traded in a usual minute, in its currency
};

/// By rule of the symbol: "EURUSD" is forex, "BTCUSD" crypto, "7203.T" and the suffixes .L .DE .HK are stocks of Tokyo,
/// London, Frankfurt and Hong Kong, ES NQ YM RTY are futures of GLOBEX (the front contract of `today` stands for one
/// unbroken series), one to five letters are a stock of New York. The manner of its prices follows from seed and
/// symbol. Error not_found, with the venue's words, for every other symbol.
Result<SimulatedInstrument> find_simulated_instrument(std::string_view symbol, std::uint64_t seed,
                                                      std::chrono::sys_days today);

} // namespace tradesh::venue::history_simulator
