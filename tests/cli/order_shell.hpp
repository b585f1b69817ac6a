#pragma once

#include "tests/cli/data_shell.hpp"

#include <string>
#include <vector>

namespace tradesh::test {

/// The real order commands on a paper venue with a few stocks that trade around 100. Paper prices move by themselves:
/// a test that needs one in place asks for the quote first.
class OrderShell {
public:
    explicit OrderShell(const std::vector<std::string>& symbols = {"KO", "PEP"}, bool serving = false)
        : shell(std::nullopt, {}, serving) {
        for (const std::string& symbol : symbols) {
            shell.client.files[symbol + ".csv"] = "date,open,high,low,close,volume\n"
                                                  "2026-11-18,100,101,99,100,1000\n"
                                                  "2026-11-19,100,101,99,100,1000\n";
            shell.run({"data", "import", symbol + ".csv", "--symbol", symbol, "--exchange", "NYSE"});
        }
    }

    /// Words as typed in argv, split at spaces.
    int run(const std::string& line) { return shell.run(words_of(line)); }
    nlohmann::json ask(const std::string& line) { return shell.ask(words_of(line)); }
    /// What is held, "0" when flat.
    std::string position(const std::string& symbol) {
        const nlohmann::json positions = ask("pos")["data"];
        for (const nlohmann::json& row : positions) {
            if (row["symbol"] == symbol) {
                return row["quantity"];
            }
        }
        return "0";
    }
    std::size_t open_orders() { return ask("orders")["data"].size(); }

    DataShell shell;

private:
    static std::vector<std::string> words_of(const std::string& line) {
        std::vector<std::string> words;
        std::size_t at = 0;
        while ((at = line.find_first_not_of(' ', at)) != std::string::npos) {
            const std::size_t end = std::min(line.find(' ', at), line.size());
            words.push_back(line.substr(at, end - at));
            at = end;
        }
        return words;
    }
};

} // namespace tradesh::test
