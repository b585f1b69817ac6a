#pragma once

#include "core/indicators/bands.hpp"
#include "core/indicators/cascaded_average.hpp"
#include "core/indicators/convergence.hpp"
#include "core/indicators/directional.hpp"
#include "core/indicators/momentum.hpp"
#include "core/indicators/moving_average.hpp"
#include "core/indicators/price.hpp"
#include "core/indicators/regression.hpp"
#include "core/indicators/relative_strength.hpp"
#include "core/indicators/standing.hpp"
#include "core/indicators/statistic.hpp"
#include "core/indicators/stochastic.hpp"
#include "core/indicators/transform.hpp"
#include "core/indicators/trend.hpp"
#include "core/indicators/true_range.hpp"
#include "core/indicators/volume.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <utility>

namespace tradesh::indicators {

/// The indicators of the catalogue, in the order of their kernels.
///
/// Each is a class template over its value with a `description`, a constructor from its parameters, `lookback()`,
/// `settling()`, `push(input...)`, and `value()` or, for several outputs, `values()`. An unknown input begins it anew.
/// Where old bars matter little it has `pass(input...)`, for bars so long before the first value that is asked for that
/// at least `overlap()` others are pushed in between: it does what is left of `push` for them.
template <template <class> class... States>
struct StateList {
    static constexpr std::size_t size = sizeof...(States);
};

using AllStates =
    StateList<Sma, Ema, EmaFirst, EmaAdjusted, Rma, Wma, Trima, Hma, Vwma,                   // averages
              Dema, Tema, T3, Kama,                                                          //
              Macd, MacdFirst, MacdSma, Apo, ApoEma, Ppo, PpoEma, MaDistance, MaDistanceEma, // convergence
              Rsi, RsiSma, Cmo, CmoSum,                                                      // rises and falls
              Stochastic, StochasticOfClose, FastStochastic, StochasticRsi, FastStochasticRsi, WilliamsR, // ranges
              Momentum, RateOfChange, RateOfChangeFraction, RateOfChangeRatio, Trix, Cci, UltimateOscillator, Aroon,
              AroonOscillator, BalanceOfPower, // momentum
              PlusMovement, MinusMovement, PlusIndicator, MinusIndicator, DirectionalIndex, AverageDirectionalIndex,
              DirectionalRating,                                                  // direction
              TrueRange, Atr, AtrSma, AtrEma, Natr,                               // volatility
              Bollinger, BollingerSample, Keltner, KeltnerSma, Donchian, Squeeze, // bands
              OnBalanceVolume, OnBalanceVolumeFromZero, AccumulationLine, AccumulationOscillator, MoneyFlowIndex,
              ChaikinMoneyFlow, Vwap, VwapFromStart, VolumeRatio,        // volume
              ParabolicSar, SuperTrend, SuperTrendSma, Ichimoku, ZigZag, // trend
              Fisher, FisherSmoothed, VigorIndex, VigorIndexSma,         // transforms
              Sum, Highest, Lowest, MidPoint, MidPrice, StandardDeviation, StandardDeviationSample, Variance,
              VarianceSample, Correlation, Beta, Rank, Percentile, PercentRank, Quantile, // statistics
              LinearRegression, TimeSeriesForecast, LinearRegressionSlope, LinearRegressionAngle,
              LinearRegressionIntercept,                               // regression
              AveragePrice, MedianPrice, TypicalPrice, WeightedClose>; // prices

/// A bar of which one input is unknown is unknown in all of them.
template <class V, std::size_t Count>
std::array<V, Count> known_together(std::array<V, Count> bar) {
    if constexpr (Count > 1) {
        V all = bar[0];
        for (std::size_t i = 1; i < Count; ++i) {
            all += bar[i];
        }
        const auto hole = is_unknown(all);
        if (any(hole)) [[unlikely]] {
            for (V& x : bar) {
                x = choose(hole, V(unknown), x);
            }
        }
    }
    return bar;
}

/// Gives a bar to a state.
template <class State, class V, std::size_t Count>
void push_bar(State& state, const std::array<V, Count>& given) {
    const std::array<V, Count> bar = known_together(given);
    [&]<std::size_t... Input>(std::index_sequence<Input...>) {
        state.push(bar[Input]...);
    }(std::make_index_sequence<Count>());
}
template <class State, class V, std::size_t Count>
void pass_bar(State& state, const std::array<V, Count>& given) {
    const std::array<V, Count> bar = known_together(given);
    [&]<std::size_t... Input>(std::index_sequence<Input...>) {
        state.pass(bar[Input]...);
    }(std::make_index_sequence<Count>());
}

/// Its outputs on the last bar, as an array.
template <class State>
auto values_of(const State& state) {
    if constexpr (requires { state.values(); }) {
        return state.values();
    } else {
        return std::array{state.value()};
    }
}

} // namespace tradesh::indicators
