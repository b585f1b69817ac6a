#include "core/scan/built_in_scans.hpp"

#include "core/expression/evaluation.hpp"
#include "core/indicators/unknown.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

using namespace tradesh;
using namespace tradesh::expression;

namespace {

using Series = std::vector<double>;
constexpr double nan_value = indicators::unknown;

// The rules once more, in plain loops over whole series.

Series each(std::size_t bars, const std::function<double(std::size_t)>& value) {
    Series series(bars);
    for (std::size_t i = 0; i < bars; ++i) {
        series[i] = value(i);
    }
    return series;
}

/// `value` of the last n values up to each; unknown where one of them is.
Series over(const Series& x, std::size_t n, const std::function<double(const Series&)>& value) {
    return each(x.size(), [&](std::size_t i) {
        if (i + 1 < n) {
            return nan_value;
        }
        const Series window(x.begin() + static_cast<std::ptrdiff_t>(i + 1 - n),
                            x.begin() + static_cast<std::ptrdiff_t>(i + 1));
        const bool known = std::ranges::none_of(window, [](double v) { return std::isnan(v); });
        return known ? value(window) : nan_value;
    });
}

double mean(const Series& x) {
    double sum = 0;
    for (const double value : x) {
        sum += value;
    }
    return sum / static_cast<double>(x.size());
}
Series sma(const Series& x, std::size_t n) { return over(x, n, mean); }
double least(const Series& x) { return *std::ranges::min_element(x); }
double most(const Series& x) { return *std::ranges::max_element(x); }

/// Wilder's, or with plain means.
Series rsi(const Series& x, std::size_t n, bool plain) {
    const auto rise = [&](std::size_t i) { return std::max(0.0, x[i] - x[i - 1]); };
    const auto fall = [&](std::size_t i) { return std::max(0.0, x[i - 1] - x[i]); };
    const auto length = static_cast<double>(n);
    double up = 0;
    double down = 0;
    return each(x.size(), [&](std::size_t i) {
        if (i == 0) {
            return nan_value;
        }
        if (i <= n) {
            up += rise(i) / length;
            down += fall(i) / length;
        } else if (plain) {
            up += (rise(i) - rise(i - n)) / length;
            down += (fall(i) - fall(i - n)) / length;
        } else {
            up += (rise(i) - up) / length;
            down += (fall(i) - down) / length;
        }
        return i < n ? nan_value : 100 * up / (up + down);
    });
}

Series raw_stochastic(const Series& x, std::size_t n) {
    return over(x, n, [](const Series& w) { return 100 * (w.back() - least(w)) / (most(w) - least(w)); });
}

Series ema(const Series& x, std::size_t n, bool from_first) {
    const double weight = 2.0 / (static_cast<double>(n) + 1);
    const std::size_t seed = from_first ? 1 : n;
    double value = 0;
    return each(x.size(), [&](std::size_t i) {
        if (i < seed) {
            value += x[i] / static_cast<double>(seed);
        } else {
            value += weight * (x[i] - value);
        }
        return i + 1 < seed ? nan_value : value;
    });
}

struct Market {
    Series open, high, low, close, volume;
};

/// Waves with noise, so that every rule speaks now and then.
Market made_up_market(unsigned seed, std::size_t bars) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> noise(-1, 1);
    Market market;
    double price = 100;
    for (std::size_t i = 0; i < bars; ++i) {
        const double open = price;
        price *= 1 + 0.004 * std::sin(static_cast<double>(i) / 9) + 0.006 * noise(random);
        market.open.push_back(open);
        market.close.push_back(price);
        market.high.push_back(std::max(open, price) * (1 + 0.002 * std::abs(noise(random))));
        market.low.push_back(std::min(open, price) * (1 - 0.002 * std::abs(noise(random))));
        market.volume.push_back(1'000 * (1.5 + noise(random)));
    }
    return market;
}

Program compiled(const scan::BuiltInScan& scan) {
    QueryCompiler compiler;
    Result<void> read = compiler.condition(scan.expression);
    INFO(scan.name << ": " << scan.expression);
    if (!read) {
        FAIL(read.error().describe());
    }
    if (!scan.show.empty()) {
        read = compiler.columns(scan.show);
        if (!read) {
            FAIL(read.error().describe());
        }
    }
    Result<Program> program = std::move(compiler).finish();
    if (!program) {
        FAIL(program.error().describe());
    }
    return *program;
}

Program compiled(std::string_view name) {
    const scan::BuiltInScan* scan = scan::find_built_in_scan(name);
    REQUIRE(scan != nullptr);
    return compiled(*scan);
}

SeriesValues evaluated(const Program& program, const Market& market) {
    BarColumns columns{.bars = market.close.size(),
                       .values = {market.open, market.high, market.low, market.close, market.volume}};
    const StreamBars stream{.columns = columns, .complete_at = {}};
    return evaluate_outputs(program, std::span(&stream, 1));
}

/// K and D are the same number, but for rounding, on the bar or one of the two before it.
std::function<bool(std::size_t)> tie_of(const Series& k, const Series& d) {
    return [&k, &d](std::size_t i) {
        const auto same = [&](std::size_t bar) { return std::abs(k[bar] - d[bar]) < 1e-9; };
        return same(i) || same(i - 1) || same(i - 2);
    };
}

using Rule = std::function<bool(std::size_t)>;

bool never(std::size_t) { return false; }

/// The rule speaks on the same bars as the scan, from `begin` on, and does so both ways. On bars of a tie, where
/// rounding decides, nothing is compared.
void check_same(const Series& result, std::size_t begin, const Rule& rule, const Rule& is_tie = never) {
    std::size_t signals = 0;
    for (std::size_t i = begin; i < result.size(); ++i) {
        if (is_tie(i)) {
            continue;
        }
        INFO("bar " << i);
        REQUIRE(!std::isnan(result[i]));
        REQUIRE((result[i] == 1.0) == rule(i));
        signals += rule(i) ? 1 : 0;
    }
    CHECK(signals > 0);
    CHECK(signals < result.size() - begin);
}

constexpr unsigned seed = 20'221'118;

struct Scores {
    Series r, k, place, place_k, buy, sell;
};

Series place_of(const Series& x) {
    return over(x, 200, [](const Series& w) { return (w.back() - least(w)) / (most(w) - least(w)); });
}

double points(double value, const std::array<double, 4>& bands, bool low) {
    for (std::size_t i = 0; i < bands.size(); ++i) {
        if (low ? value < bands[i] : value > bands[i]) {
            return 4 - static_cast<double>(i);
        }
    }
    return 0;
}

Scores scores_of(const Market& market) {
    Scores s;
    s.r = rsi(market.close, 14, true);
    s.k = raw_stochastic(s.r, 14);
    s.place = place_of(s.r);
    s.place_k = place_of(s.k);
    const Series fast = ema(market.close, 12, false);
    const Series slow = ema(market.close, 26, false);
    const Series nine = ema(market.close, 9, false);
    const Series twenty_one = ema(market.close, 21, false);
    const Series usual = sma(market.volume, 10);
    const auto score = [&](std::size_t i, bool buys) {
        double sum = buys ? points(s.place[i], {0.15, 0.25, 0.4, 0.55}, true) +
                                points(s.place_k[i], {0.1, 0.25, 0.4, 0.55}, true)
                          : points(s.place[i], {0.85, 0.75, 0.6, 0.45}, false) +
                                points(s.place_k[i], {0.9, 0.75, 0.6, 0.45}, false);
        sum += (buys ? fast[i] > slow[i] : fast[i] < slow[i]) ? 1 : 0;
        sum += (buys ? nine[i] > twenty_one[i] : nine[i] < twenty_one[i]) ? 1 : 0;
        return sum + (sum >= 3 && i > 0 && market.volume[i] > 1.5 * usual[i - 1] ? 1 : 0);
    };
    s.buy = each(market.close.size(), [&](std::size_t i) { return score(i, true); });
    s.sell = each(market.close.size(), [&](std::size_t i) { return score(i, false); });
    return s;
}

} // namespace

TEST_CASE("every built-in scan compiles, has a source and a name of its own") {
    for (const scan::BuiltInScan& scan : scan::built_in_scans()) {
        const Program program = compiled(scan);
        CHECK(program.type() == Type::boolean);
        CHECK(!scan.source.empty());
        CHECK(!scan.summary.empty());
        CHECK(!scan.differs.empty());
        CHECK(scan::find_built_in_scan(scan.name) == &scan);
        if (!scan.sort.empty()) {
            CHECK(std::ranges::find(program.outputs(), scan.sort, &Output::label) != program.outputs().end());
        }
        const auto clauses = std::ranges::count(program.outputs(), OutputRole::clause, &Output::role);
        CHECK((scan.objections.empty() || static_cast<std::size_t>(clauses) == scan.objections.size()));
    }
}

TEST_CASE("the rules of 2022 speak where the bot did") {
    const Market market = made_up_market(seed, 400);
    const Series strength = rsi(market.close, 14, false);
    const Series k = sma(raw_stochastic(strength, 14), 3);
    const Series d = sma(k, 3);
    const Rule stochrsi = [&](std::size_t i) { return k[i] > d[i] && k[i] < 35; };
    const Series fast = sma(raw_stochastic(market.close, 14), 3);
    const Series slow = sma(fast, 3);
    const Rule up = [&](std::size_t i) { return fast[i] > slow[i] && fast[i] < 35 && fast[i - 1] < 35; };
    const Rule stoch = [&](std::size_t i) { return up(i) && !up(i - 1); };
    const Series average = ema(market.close, 9, true);
    const Rule above = [&](std::size_t i) { return market.close[i] > average[i]; };
    const auto lately = [](const Rule& rule) { return [&rule](std::size_t i) { return rule(i) || rule(i - 1); }; };
    constexpr std::size_t begin = 60;
    check_same(evaluated(compiled("alpaca-2022-stochrsi"), market).result, begin, lately(stochrsi), tie_of(k, d));
    check_same(evaluated(compiled("alpaca-2022-stoch"), market).result, begin, lately(stoch), tie_of(fast, slow));
    check_same(evaluated(compiled("alpaca-2022-ema"), market).result, begin, lately(above));
    check_same(evaluated(compiled("alpaca-2022"), market).result, begin,
               [&](std::size_t i) { return lately(stochrsi)(i) && lately(stoch)(i) && lately(above)(i); });
}

TEST_CASE("the rules of August 2025 ask for strength, and show it") {
    const Market market = made_up_market(seed, 400);
    const Series k = sma(raw_stochastic(rsi(market.close, 14, false), 14), 3);
    const Series d = sma(k, 3);
    const Series range = each(market.close.size(), [&](std::size_t i) {
        return i == 0 ? market.high[0] - market.low[0]
                      : std::max({market.high[i] - market.low[i], std::abs(market.high[i] - market.close[i - 1]),
                                  std::abs(market.low[i] - market.close[i - 1])});
    });
    const Series atr = ema(range, 14, true); // its seed is forgotten after a hundred bars
    const Series usual = sma(atr, 14);
    constexpr std::size_t begin = 200;
    const SeriesValues buys = evaluated(compiled("alpaca-2025-buy"), market);
    check_same(
        buys.result, begin,
        [&](std::size_t i) {
            const double strength = std::min(1.0, (35 - k[i]) / 35);
            return k[i] > d[i] && k[i] < 35 && strength >= (atr[i] / usual[i] > 1.5 ? 0.3 : 0.1);
        },
        tie_of(k, d));
    const SeriesValues sells = evaluated(compiled("alpaca-2025-sell"), market);
    check_same(
        sells.result, begin,
        [&](std::size_t i) { return k[i] < d[i] && k[i] > 65 && std::min(1.0, (k[i] - 65) / 35) >= 0.2; },
        tie_of(k, d));
    const Program program = compiled("alpaca-2025-sell");
    const auto shown = std::ranges::find(program.outputs(), "strength", &Output::label) - program.outputs().begin();
    const double strength = sells.outputs[static_cast<std::size_t>(shown)][300];
    CHECK(std::abs(strength - std::min(1.0, (k[300] - 65) / 35)) < 1e-9);
}

TEST_CASE("the rules of the scanner ask for three extremes at once") {
    const Market market = made_up_market(seed, 800);
    const Series k = sma(raw_stochastic(rsi(market.close, 9, false), 9), 3);
    const Series r = rsi(market.close, 14, false);
    const Series highest = over(market.high, 9, most);
    const Series lowest = over(market.low, 9, least);
    const Series stoch =
        sma(each(market.close.size(),
                 [&](std::size_t i) { return 100 * (market.close[i] - lowest[i]) / (highest[i] - lowest[i]); }),
            2);
    check_same(evaluated(compiled("alpaca-scanner-buy"), market).result, 60,
               [&](std::size_t i) { return k[i] < 25 && stoch[i] < 30 && r[i] < 35; });
    check_same(evaluated(compiled("alpaca-scanner-sell"), market).result, 60,
               [&](std::size_t i) { return k[i] > 75 && stoch[i] > 70 && r[i] > 65; });
}

TEST_CASE("the scalper scores both sides, blocks, and takes the better one") {
    const Market market = made_up_market(seed, 900);
    const Scores s = scores_of(market);
    const auto least_score = [&](std::size_t i) {
        return std::abs(100 * (market.close[i] / market.close[i - 5] - 1)) > 1 ? 2.0 : 4.0;
    };
    constexpr std::size_t begin = 300;
    const SeriesValues buys = evaluated(compiled("alpaca-scalper-buy"), market);
    check_same(buys.result, begin, [&](std::size_t i) {
        const bool blocked = s.r[i] > 70 || s.place[i] > 0.85 || s.k[i] > 85 || s.place_k[i] > 0.9;
        return !blocked && s.buy[i] >= least_score(i) && s.buy[i] > s.sell[i];
    });
    check_same(evaluated(compiled("alpaca-scalper-sell"), market).result, begin, [&](std::size_t i) {
        const bool blocked = s.r[i] < 30 || s.place[i] < 0.15 || s.k[i] < 15 || s.place_k[i] < 0.1;
        return !blocked && s.sell[i] >= least_score(i) && s.sell[i] > s.buy[i];
    });
    const Program program = compiled("alpaca-scalper-buy");
    const auto shown = std::ranges::find(program.outputs(), "confidence", &Output::label) - program.outputs().begin();
    const Series& confidence = buys.outputs[static_cast<std::size_t>(shown)];
    for (std::size_t i = begin; i < confidence.size(); ++i) {
        REQUIRE(std::abs(confidence[i] - std::min(0.95, 0.5 + 0.1 * s.buy[i])) < 1e-9);
    }
}
