#include "core/scan/built_in_scans.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::scan {
namespace {

constexpr std::string_view bot_2022 = "Alpaca StochRSI/EMA trading bot, 2022";
constexpr std::string_view bot_2025 = "Alpaca StochRSI/EMA trading bot, August 2025";
constexpr std::string_view bot_scanner = "Alpaca StochRSI/EMA trading bot, indicator rules of its crypto version";
constexpr std::string_view bot_scalper = "Alpaca StochRSI/EMA trading bot, scalper of its crypto version";

constexpr std::string_view differs_2022 =
    "The bot looked at bars of 1m: say -t 1m. Its RSI was an average whose weights are normalised from the first bar; "
    "this one begins as Wilder's does, so the first hundred bars of a series differ a little. Where the RSI stood "
    "still over the whole period, its stochastic was empty and is 0 here. It smoothed K and D of the StochRSI with the "
    "lengths of the Stochastic, both 3.";
constexpr std::string_view differs_2025 =
    "The bot looked at bars of 1m: say -t 1m. The RSI begins as Wilder's does. The bands stand at 35 and 65: the "
    "original's upper band of 100 never sold, and its bands moved with the volatility. The strength that is asked for "
    "rises with it here as there: 0.3 instead of 0.1 where the ATR is above 1.5 times its mean.";
constexpr std::string_view differs_scanner =
    "The bot looked at bars of 1m: say -t 1m. Its RSI was 0 before its first value and so spoiled the first windows of "
    "the StochRSI; here they are unknown. It smoothed the stochastic in place, so that smoothed values were smoothed "
    "again; here they are not.";
constexpr std::string_view differs_scalper =
    "The bot looked at bars of 1m: say -t 1m. It took a relative place from 20 bars on, and 50 for an indicator "
    "without "
    "history; here 200 values are needed and what is missing is unknown. Its EMAs saw only as many prices as they are "
    "long; here they see all. The surge is a volume above 1.5 times the mean of the 10 bars before. It did not act on "
    "its sell signals.";

constexpr std::string_view stochastic_rsi = "stochrsi(14, 14, 3, 3)";
constexpr std::string_view stochastic_rsi_d = "stochrsi.d(14, 14, 3, 3)";

constexpr std::string_view any_2022_stochrsi =
    "any(stochrsi(14, 14, 3, 3) > stochrsi.d(14, 14, 3, 3) and stochrsi(14, 14, 3, 3) < 35, 2)";
// The bot's column was the difference to the bar before, so only the first bar of a run counts.
constexpr std::string_view let_2022_stoch =
    "let k = stoch:close(14, 3, 3), d = stoch:close.d(14, 3, 3), up = k > d and k < 35 and k[1] < 35 in ";
constexpr std::string_view any_2022_stoch = "any(up and not up[1], 2)";
constexpr std::string_view any_2022_ema = "any(close > ema:first(9), 2)";

BuiltInScan of_2022(std::string_view name, std::string_view summary, std::string expression) {
    return {.name = name,
            .summary = summary,
            .expression = std::move(expression),
            .source = bot_2022,
            .differs = differs_2022};
}

/// How far K is beyond its band, 0 to 1.
std::string strength_2025(bool buys) {
    const std::string k(stochastic_rsi);
    return buys ? "min(1, (35 - " + k + ") / 35)" : "min(1, (" + k + " - 65) / 35)";
}

std::string rule_2025(bool buys) {
    return "let k = " + std::string(stochastic_rsi) + ", d = " + std::string(stochastic_rsi_d) +
           ", strength = " + strength_2025(buys) + ", volatility = atr:ema(14) / sma(atr:ema(14), 14) in " +
           (buys ? "k > d and k < 35 and strength >= if(volatility > 1.5, 0.3, 0.1)"
                 : "k < d and k > 65 and strength >= 0.2");
}

BuiltInScan of_2025(std::string_view name, std::string_view summary, bool buys) {
    return {.name = name,
            .summary = summary,
            .expression = rule_2025(buys),
            .source = bot_2025,
            .differs = differs_2025,
            .show = strength_2025(buys) + " as strength",
            .sort = "strength",
            .objections = {"not", "not", "too weak"}};
}

/// "points" for a value in its bands, of which the best comes first.
std::string points(const std::string& value, const std::string& sign, const std::vector<std::string>& bands) {
    std::string text = "0";
    for (std::size_t i = bands.size(); i > 0; --i) {
        text = "if(" + value + " " + sign + " " + bands[i - 1] + ", " + std::to_string(bands.size() - i + 1) + ", " +
               text + ")";
    }
    return text;
}

/// Place of `name` between the least and the greatest of its own last 200 values.
std::string place_of(const std::string& name) {
    return "(" + name + " - lowest(" + name + ", 200)) / (highest(" + name + ", 200) - lowest(" + name + ", 200))";
}

/// What both sides count, up to the condition.
std::string scalper_scores() {
    return "let r = rsi:sma(14), k = stoch:close(rsi:sma(14), 14, 1, 1), place = " + place_of("r") +
           ", place_k = " + place_of("k") + ", surges = volume > 1.5 * sma(volume, 10)[1], buy_points = " +
           points("place", "<", {"0.15", "0.25", "0.4", "0.55"}) + " + " +
           points("place_k", "<", {"0.1", "0.25", "0.4", "0.55"}) +
           " + if(ema(12) > ema(26), 1, 0) + if(ema(9) > ema(21), 1, 0), sell_points = " +
           points("place", ">", {"0.85", "0.75", "0.6", "0.45"}) + " + " +
           points("place_k", ">", {"0.9", "0.75", "0.6", "0.45"}) +
           " + if(ema(12) < ema(26), 1, 0) + if(ema(9) < ema(21), 1, 0), "
           "buy_score = buy_points + if(buy_points >= 3 and surges, 1, 0), "
           "sell_score = sell_points + if(sell_points >= 3 and surges, 1, 0) in ";
}

BuiltInScan of_scalper(std::string_view name, std::string_view summary, bool buys) {
    const std::string blocks = buys ? "r > 70 or place > 0.85 or k > 85 or place_k > 0.9"
                                    : "r < 30 or place < 0.15 or k < 15 or place_k < 0.1";
    const std::string score = buys ? "buy_score" : "sell_score";
    const std::string other = buys ? "sell_score" : "buy_score";
    return {.name = name,
            .summary = summary,
            .expression = scalper_scores() + "not (" + blocks + ") and " + score +
                          " >= if(abs(change_pct(close, 5)) > 1, 2, 4) and " + score + " > " + other,
            .source = bot_scalper,
            .differs = differs_scalper,
            .show = scalper_scores() + "min(0.95, 0.5 + 0.1 * " + score + ") as confidence",
            .sort = "confidence",
            .objections = {"blocked", "blocked", "blocked", "blocked", "too weak", "too weak"}};
}

std::vector<BuiltInScan> make_scans() {
    const std::string all_2022 = std::string(let_2022_stoch) + std::string(any_2022_stochrsi) + " and " +
                                 std::string(any_2022_stoch) + " and " + std::string(any_2022_ema);
    return {
        of_2022("alpaca-2022", "StochRSI, Stochastic and EMA, each within the last two bars", all_2022),
        of_2022("alpaca-2022-stochrsi", "K above D and below 35, on one of the last two bars",
                std::string(any_2022_stochrsi)),
        of_2022("alpaca-2022-stoch", "K comes above D below 35, on one of the last two bars",
                std::string(let_2022_stoch) + std::string(any_2022_stoch)),
        of_2022("alpaca-2022-ema", "Close above its EMA of 9, on one of the last two bars", std::string(any_2022_ema)),
        of_2025("alpaca-2025-buy", "StochRSI turned up below 35, by strength", true),
        of_2025("alpaca-2025-sell", "StochRSI turned down above 65, by strength", false),
        {.name = "alpaca-scanner-buy",
         .summary = "StochRSI, Stochastic and RSI are all low",
         .expression = "stochrsi(9, 9, 3, 3) < 25 and stoch(9, 2, 2) < 30 and rsi(14) < 35",
         .source = bot_scanner,
         .differs = differs_scanner},
        {.name = "alpaca-scanner-sell",
         .summary = "StochRSI, Stochastic and RSI are all high",
         .expression = "stochrsi(9, 9, 3, 3) > 75 and stoch(9, 2, 2) > 70 and rsi(14) > 65",
         .source = bot_scanner,
         .differs = differs_scanner},
        of_scalper("alpaca-scalper-buy", "RSI and its stochastic low in their own range, by confidence", true),
        of_scalper("alpaca-scalper-sell", "RSI and its stochastic high in their own range, by confidence", false),
    };
}

} // namespace

std::span<const BuiltInScan> built_in_scans() {
    static const std::vector<BuiltInScan> scans = make_scans();
    return scans;
}

const BuiltInScan* find_built_in_scan(std::string_view name) {
    const auto found = std::ranges::find(built_in_scans(), name, &BuiltInScan::name);
    return found == built_in_scans().end() ? nullptr : &*found;
}

} // namespace tradesh::scan
