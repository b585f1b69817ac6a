#pragma once

#include "tests/support/exchange_server.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::test {

/// A home with an exchange beside it, real clients, and a core that may be killed at any moment.
class TradingHome {
public:
    TradingHome();
    ~TradingHome();
    TradingHome(const TradingHome&) = delete;
    TradingHome& operator=(const TradingHome&) = delete;

    ExchangeServer& exchange() { return *exchange_; }

    /// `tradesh WORDS...` in this home.
    ProcessOptions client(std::vector<std::string> words) const;
    /// Runs it and parses the one JSON object it prints (`--json` is added).
    nlohmann::json ask(std::vector<std::string> words) const;

    /// `kill -9` of whatever core holds the lock now; false when there is none.
    bool kill_core() const;

private:
    std::filesystem::path directory_;
    std::unique_ptr<ExchangeServer> exchange_;
};

} // namespace tradesh::test
