#include "core/market/option_payoff.hpp"

#include "core/market/option_contract.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tradesh;

namespace {

ExpiryLoss loss_of(const std::vector<std::pair<std::string, int>>& legs) {
    std::vector<OptionHolding> held;
    for (const auto& [symbol, units] : legs) {
        held.push_back({.option = parse_option_symbol(symbol).value(), .units = units});
    }
    return largest_loss_at_expiry(held);
}

} // namespace

TEST_CASE("the largest loss at expiry is where the payoff is least: at zero, at a strike, or beyond the last") {
    struct Example {
        std::string what;
        std::vector<std::pair<std::string, int>> legs;
        Decimal amount;
        bool bounded = true;
    };
    const std::string c100 = "GOOG261218C00100000";
    const std::string c110 = "GOOG261218C00110000";
    const std::string c120 = "GOOG261218C00120000";
    const std::string p90 = "GOOG261218P00090000";
    const std::string p100 = "GOOG261218P00100000";
    const std::string later_c100 = "GOOG270115C00100000";
    const std::vector<Example> examples{
        {"nothing", {}, 0},
        {"calls bought", {{c100, 1}}, 0},
        {"a debit spread", {{c100, 1}, {c110, -1}}, 0},
        {"a credit spread of calls", {{c100, -1}, {c110, 1}}, 10},
        {"a credit spread of puts", {{p90, 100}, {p100, -100}}, 1000},
        {"puts sold", {{p90, -1}}, 90},
        {"an iron condor loses on one side", {{p90, 1}, {p100, -1}, {c110, -1}, {c120, 1}}, 10},
        {"a butterfly", {{c100, 1}, {c110, -2}, {c120, 1}}, 0},
        {"calls sold", {{c100, -1}}, 100, false},
        {"two calls sold on one bought", {{c100, 1}, {c110, -2}}, 100, false},
        {"a calendar", {{later_c100, 1}, {c100, -1}}, 0},
        {"what expires first covers nothing", {{later_c100, -1}, {c100, 1}}, 100, false},
    };
    for (const Example& example : examples) {
        CAPTURE(example.what);
        const ExpiryLoss loss = loss_of(example.legs);
        CHECK(loss.amount == example.amount);
        CHECK(loss.bounded == example.bounded);
    }
}
