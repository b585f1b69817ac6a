#pragma once

#include "tests/support/exchange_server.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <sys/types.h>

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
    /// The folder of the profile: orders.db and what stands beside it.
    std::filesystem::path profile_folder() const { return directory_ / "share" / "paper"; }

    /// `tradesh WORDS...` in this home.
    ProcessOptions client(std::vector<std::string> words) const;
    /// Runs it and parses the one JSON object it prints (`--json` is added).
    nlohmann::json ask(std::vector<std::string> words) const;

    /// `kill -9` of whatever core holds the lock now; false when there is none.
    bool kill_core() const;
    /// Ends the core, by `kill -9` or with a clean stop, and waits until it is gone.
    void end_core(int signal) const;

private:
    pid_t core_pid() const; ///< 0 when none runs

    std::filesystem::path directory_;
    std::unique_ptr<ExchangeServer> exchange_;
};

} // namespace tradesh::test
