#pragma once

#include "tests/crash/trading_home.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tradesh::test {

/// Many keyed orders from several one-shot clients at once, while the core is killed at random moments and the exchange
/// loses acknowledgements, repeats fills and drops connections.
struct StormOptions {
    unsigned seed = 0;
    int orders = 60;
    int clients = 4;
    int kills = 50;
    int faults = 10;            ///< of the exchange, spread over the orders
    int kill_pause_ms_max = 25; ///< between two kills
};

/// What the clients were told in the end.
struct StormReport {
    std::map<std::string, std::string> order_of_key;
    int attempts = 0; ///< one-shots that were run
    int kills = 0;
    std::map<int, int> exits; ///< how often each exit code came
};

/// Every key is tried again until its answer is definite. Throws when a client ends in a way that none may.
StormReport run_storm(TradingHome& home, const StormOptions& options);

/// Waits until the core knows the fate of every order, and compares journal and exchange. One sentence for each thing
/// that is not as it must be: an order sent twice or not on record, another state, filled quantity, average price or
/// position, an order still unknown, a key that stands for two orders.
std::vector<std::string> find_disagreements(TradingHome& home, const StormReport& report);

} // namespace tradesh::test
