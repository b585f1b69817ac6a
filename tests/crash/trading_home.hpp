#pragma once

#include "tests/support/exchange_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/webhook_receiver.hpp"

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

    /// Stores daily bars of a symbol of the test data.
    void import(const std::string& symbol) const;

    /// `tradesh WORDS...` in this home.
    ProcessOptions client(std::vector<std::string> words) const;
    /// Runs it and parses the one JSON object it prints (`--json` is added).
    nlohmann::json ask(std::vector<std::string> words) const;

    /// From here on a receiver in this process is told of every event of every order.
    void add_webhook();
    /// The receiver fails this once: it closes without an answer.
    void disturb_webhook() { receiver_->answer({.cut_after = 0}); }
    /// Waits until nothing is left to be delivered; what has arrived, first and later attempts alike.
    std::vector<ReceivedWebhook> webhooks_received();

    /// `kill -9` of whatever core holds the lock now; false when there is none.
    bool kill_core() const;
    /// Ends the core, by `kill -9` or with a clean stop, and waits until it is gone.
    void end_core(int signal) const;

private:
    pid_t core_pid() const; ///< 0 when none runs

    std::filesystem::path directory_;
    std::unique_ptr<ExchangeServer> exchange_;
    std::unique_ptr<HttpServer> receiver_;
};

} // namespace tradesh::test
