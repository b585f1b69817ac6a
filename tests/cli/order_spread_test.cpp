#include "tests/cli/order_shell.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

/// The calls of one expiry that are quoted on both sides, by strike.
std::vector<std::string> calls(OrderShell& shell, const std::string& symbol) {
    const json chain = shell.ask("data chain " + symbol + " --dte 20..40 --right call");
    INFO(chain.dump() << shell.shell.client.err);
    std::vector<std::string> symbols;
    const json& rows = chain["data"].is_array() ? chain["data"] : chain["data"]["options"];
    std::string expiry;
    for (const json& row : rows) {
        const std::string contract = row["symbol"];
        expiry = expiry.empty() ? contract.substr(symbol.size(), 6) : expiry;
        if (contract.substr(symbol.size(), 6) == expiry && !row["bid"].is_null() && !row["ask"].is_null()) {
            symbols.push_back(contract);
        }
    }
    return symbols;
}

} // namespace

TEST_CASE("a spread is one order that moves its legs") {
    OrderShell shell;
    const std::vector<std::string> contracts = calls(shell, "KO");
    REQUIRE(contracts.size() >= 4);
    const std::string& low = contracts[contracts.size() / 2 - 1];
    const std::string& high = contracts[contracts.size() / 2];
    const std::string legs = low + ",-" + high;
    const json rehearsed = shell.ask("order spread KO " + legs + " 2 limit 5 --dry-run");
    INFO(rehearsed.dump());
    CHECK(shell.shell.code == 0);
    const json placed = shell.ask("order spread KO " + legs + " 2 limit 5 --key s1 --wait fill");
    INFO(placed.dump());
    CHECK(shell.shell.code == 0);
    CHECK(placed["data"]["state"] == "filled");
    CHECK(placed["data"]["symbol"].get<std::string>().starts_with("KO=2"));
    CHECK(shell.position(low) == "2");
    CHECK(shell.position(high) == "-2");
    CHECK(shell.ask("order spread KO " + legs + " 2 limit 5 --key s1")["data"]["replayed"] == true);
}

TEST_CASE("the words of a spread are checked before anything is looked up") {
    OrderShell shell;
    const std::string legs = "KO261218C00100000,-KO261218C00105000";
    CHECK(shell.run("order spread KO " + legs + " 1 market") == 2);
    CHECK(shell.run("order spread KO " + legs + " 1 limit 0 --dry-run") != 2); // a net of nothing is a price
    CHECK(shell.run("order spread PEP " + legs + " 1 limit 1") == 2);
    CHECK(shell.run("order spread KO KO261218C00100000 1 limit 1") == 2);
    CHECK(shell.run("order spread KO " + legs + " 1 limit 1 target 2") == 2);
    CHECK(shell.run("order spread KO KO201218C00100000,-KO201218C00105000 1 limit 1") == 12); // long expired
    CHECK(shell.open_orders() == 0);
}
