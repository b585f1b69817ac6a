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
