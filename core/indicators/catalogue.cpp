#include "core/indicators/catalogue.hpp"

#include "core/indicators/indicator_list.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::indicators {
namespace {

using Inputs = std::span<const std::span<const double>>;
using Outputs = std::span<const std::span<double>>;

template <template <class> class State>
constexpr std::size_t input_count = State<double>::description.inputs.size();

template <template <class> class State>
std::array<double, input_count<State>> bar_at(Inputs inputs, std::size_t i) {
    std::array<double, input_count<State>> bar;
    for (std::size_t input = 0; input < bar.size(); ++input) {
        bar[input] = inputs[input][i];
    }
    return bar;
}

template <template <class> class State>
void batch(Inputs inputs, Parameters parameters, Outputs outputs) {
    State<double> state(parameters);
    for (std::size_t i = 0; i < inputs[0].size(); ++i) {
        push_bar(state, bar_at<State>(inputs, i));
        const auto values = values_of(state);
        for (std::size_t output = 0; output < values.size(); ++output) {
            outputs[output][i] = values[output];
        }
    }
}

template <template <class> class State>
class RunningState final : public Running {
public:
    explicit RunningState(Parameters parameters) : state_(parameters) {}
    explicit RunningState(const State<double>& state) : state_(state) {}

    void update(std::span<const double> inputs, std::span<double> outputs) override {
        std::array<double, input_count<State>> bar;
        std::ranges::copy_n(inputs.begin(), bar.size(), bar.begin());
        push_bar(state_, bar);
        std::ranges::copy(values_of(state_), outputs.begin());
    }
    std::unique_ptr<Running> clone() const override { return std::make_unique<RunningState>(state_); }

private:
    State<double> state_;
};

template <template <class> class State>
constexpr Indicator describe(std::size_t kernel) {
    static_assert(State<double>::description.outputs.size() ==
                  std::tuple_size_v<decltype(values_of(std::declval<const State<double>&>()))>);
    return {State<double>::description,
            kernel,
            [](Parameters parameters) { return State<double>(parameters).lookback(); },
            [](Parameters parameters) { return State<double>(parameters).settling(); },
            [](Parameters parameters) -> std::unique_ptr<Running> {
                return std::make_unique<RunningState<State>>(parameters);
            },
            batch<State>};
}

template <template <class> class... States>
constexpr auto describe_all(StateList<States...>) {
    std::size_t kernel = 0;
    std::array<Indicator, sizeof...(States)> indicators{describe<States>(kernel++)...};
    std::ranges::sort(indicators, {}, &Indicator::name);
    return indicators;
}

constexpr auto all = describe_all(AllStates{});
static_assert(std::ranges::adjacent_find(all, {}, &Indicator::name) == all.end());

/// Variants that are the usual one by name, and names that others use.
struct OtherName {
    std::string_view other;
    std::string_view ours;
};
constexpr std::array renamings{
    OtherName{"ema:sma-seeded", "ema"},
    OtherName{"ema:sma", "ema"},
    OtherName{"rsi:wilder", "rsi"},
    OtherName{"atr:wilder", "atr"},
    OtherName{"bbands:population", "bbands"},
    OtherName{"bbands:ddof0", "bbands"},
    OtherName{"bbands:ddof1", "bbands:sample"},
    OtherName{"stddev:population", "stddev"},
    OtherName{"var:population", "var"},
    OtherName{"stoch:hl", "stoch"},
    OtherName{"stochrsi:chain", "stochrsi"},
    OtherName{"cmo:wilder", "cmo"},
    OtherName{"apo:sma", "apo"},
    OtherName{"ppo:sma", "ppo"},
    OtherName{"macd:sma-seeded", "macd"},
    OtherName{"keltner:wilder", "keltner"},
    OtherName{"supertrend:wilder", "supertrend"},
    OtherName{"ma_distance:sma", "ma_distance"},
    OtherName{"fisher:ehlers", "fisher"},
    OtherName{"rvi:symmetric", "rvi"},
    OtherName{"wilder", "rma"},
    OtherName{"avg", "sma"},
    OtherName{"stdev", "stddev"},
    OtherName{"percentrank", "percent_rank"},
    OtherName{"bollingerbands", "bbands"},
    OtherName{"stochastic", "stoch"},
    OtherName{"williamsr", "willr"},
    OtherName{"momentum", "mom"},
    OtherName{"adline", "ad"},
    OtherName{"volumeratio", "volume_ratio"},
    OtherName{"donchianchannels", "donchian"},
    OtherName{"keltnerchannels", "keltner"},
    OtherName{"squeezeintensity", "squeeze"},
    OtherName{"parabolicsar", "sar"},
    OtherName{"fishertransform", "fisher"},
    OtherName{"distancefromma", "ma_distance"},
};

} // namespace

std::span<const Indicator> catalogue() { return all; }

const Indicator* find_indicator(std::string_view name) {
    const auto renamed = std::ranges::find(renamings, name, &OtherName::other);
    const auto found = std::ranges::find(all, renamed == renamings.end() ? name : renamed->ours, &Indicator::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string_view> other_names(const Indicator& indicator) {
    std::vector<std::string_view> names;
    for (const OtherName& renaming : renamings) {
        if (renaming.ours == indicator.name) {
            names.push_back(renaming.other);
        }
    }
    return names;
}

std::string signature(const Indicator& indicator) {
    std::string text(indicator.name);
    std::string_view separator = "(";
    for (const Input& input : indicator.inputs) {
        text.append(separator).append(input.name);
        if (input.usual && name_of(*input.usual) != input.name) {
            text.append(" = ").append(name_of(*input.usual));
        }
        separator = ", ";
    }
    for (const Parameter& parameter : indicator.parameters) {
        std::string usual = std::to_string(parameter.usual);
        usual.erase(usual.find_last_not_of('0') + 1);
        usual.erase(usual.find_last_not_of('.') + 1);
        text.append(separator).append(parameter.name).append(" = ").append(usual);
        separator = ", ";
    }
    return text + ")";
}

void compute(const Indicator& indicator, Inputs inputs, Parameters parameters, Outputs outputs) {
    indicator.batch(inputs, parameters, outputs);
}

} // namespace tradesh::indicators
