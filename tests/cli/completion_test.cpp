#include "cli/completion.hpp"
#include "tests/cli/shell.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::cli;

namespace {

class Symbols final : public CompletionSource {
public:
    std::vector<std::string> values(ValueKind kind, std::string_view prefix) const override {
        std::vector<std::string> found;
        for (const std::string symbol : {"GOOG", "GLD", "KO"}) {
            if (kind == ValueKind::symbol && symbol.starts_with(prefix)) {
                found.push_back(symbol);
            }
        }
        return found;
    }
};

std::string completed(const std::string& line) {
    const CommandTable table = test::fake_table();
    Session session;
    session.variables["RISK"] = "500";
    session.aliases["day"] = "data show";
    const Symbols symbols;
    const CompletionResult result = complete(table, session, &symbols, line, line.size());
    std::string all = std::to_string(result.start) + ":";
    for (const Completion& item : result.items) {
        all += " " + item.text;
    }
    return all + (result.wants_files ? " FILES" : "");
}

} // namespace

TEST_CASE("completion knows verbs, options and values where each belongs") {
    CHECK(completed("da") == "0: data day");
    CHECK(completed("data ") == "5: show list");
    CHECK(completed("data show G") == "10: GOOG GLD");
    CHECK(completed("data show GOOG ") == "15:");
    CHECK(completed("data show GOOG --t") == "15: --timeframe --tz --timing --timeout");
    CHECK(completed("data show GOOG -t 1d") == "18: 1d");
    CHECK(completed("data show -n 5 K") == "15: KO");
    CHECK(completed("data list; buy K") == "15: KO");
    CHECK(completed("try buy ") == "8: GOOG GLD KO");
    CHECK(completed("set X $R") == "6: $RISK");
    CHECK(completed("source ") == "7: FILES");
    CHECK(completed("data list -o ") == "13: FILES");
    CHECK(completed("data show 'GO") == "10:");
    CHECK(completed("help sch") == "5: schema");
}

TEST_CASE("completion knows names of scans and lists, and the words of expressions") {
    class Names final : public CompletionSource {
    public:
        std::vector<std::string> values(ValueKind kind, std::string_view prefix) const override {
            const std::string name = kind == ValueKind::scan        ? "alpaca-2022"
                                     : kind == ValueKind::watchlist ? "tech"
                                     : kind == ValueKind::symbol    ? "TSLA"
                                                                    : "";
            return !name.empty() && name.starts_with(prefix) ? std::vector{name} : std::vector<std::string>();
        }
    };
    const auto after = [](const std::string& line) {
        const Session session;
        const Names names;
        const CompletionResult result = complete(all_commands(), session, &names, line, line.size());
        std::string all = std::to_string(result.start) + ":";
        for (const Completion& item : result.items) {
            all += " " + item.text;
        }
        return all;
    };
    CHECK(after("scan run alp") == "9: alpaca-2022");
    CHECK(after("scan show ") == "10: alpaca-2022");
    CHECK(after("scan run volu") == "9: volume volume_ratio");
    CHECK(after("scan run \"close > stochr") == "18: stochrsi stochrsi:fast");
    CHECK(after("scan run 'close > crosses_a") == "18: crosses_above");
    CHECK(after("scan run x --show \"atr(14), vol") == "28: volume volume_ratio");
    CHECK(after("scan run x -u AAPL,@t") == "14: AAPL,@tech");
    CHECK(after("scan run x -u AAPL,T") == "14: AAPL,TSLA");
    CHECK(after("watchlist add t") == "14: tech");
    CHECK(after("data show 'TS") == "10:");
}
