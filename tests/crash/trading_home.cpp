#include "tests/crash/trading_home.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace tradesh::test {
namespace {

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "tradesh-crash-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    return name;
}

Instrument goog() {
    Instrument instrument;
    instrument.symbol = "GOOG";
    instrument.exchange = "NASDAQ";
    instrument.zone = "America/New_York";
    return instrument;
}

const std::string webhook_secret = "whsec_c3Rvcm0gYWZ0ZXIgc3Rvcm0gYW5kIG5vdGhpbmcgbG9zdA==";

} // namespace

TradingHome::TradingHome() : directory_(make_directory()) {
    std::filesystem::create_directories(directory_ / "share");
    ExchangeServer::Options options;
    options.socket_path = (directory_ / "share" / "exchange.sock").string();
    options.cash = 100'000'000;
    exchange_ = std::make_unique<ExchangeServer>(options);
    exchange_->list(goog());
    exchange_->set_price("GOOG", Decimal::of(80'000, 2), Decimal::of(80'010, 2), 1'000'000);
    import("GOOG");
}

void TradingHome::import(const std::string& symbol) const {
    const std::string file = std::string(TEST_DATA_DIR) + "/" + symbol + "_1d.csv";
    const Ended imported = run(client({"data", "import", file, "--symbol", symbol, "--exchange", "NASDAQ"}));
    if (imported.code != 0) {
        throw std::runtime_error("cannot import: " + imported.err);
    }
}

TradingHome::~TradingHome() {
    kill_core();
    exchange_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

ProcessOptions TradingHome::client(std::vector<std::string> words) const {
    ProcessOptions options;
    options.words = std::move(words);
    options.words.insert(options.words.begin(), std::string(CRASH_BIN_DIR) + "/tradesh");
    options.environment = {{"TRADESH_HOME", directory_.string()}, {"PATH", "/usr/bin:/bin"}};
    return options;
}

nlohmann::json TradingHome::ask(std::vector<std::string> words) const {
    words.insert(words.begin(), "--json"); // what stands behind the `do` of a trigger is the trigger's
    const Ended ended = run(client(std::move(words)));
    nlohmann::json answer = nlohmann::json::parse(ended.out, nullptr, false);
    if (answer.is_discarded()) {
        throw std::runtime_error("no JSON (exit " + std::to_string(ended.code) + "): " + ended.out + ended.err);
    }
    return answer;
}

void TradingHome::add_webhook() {
    receiver_ = std::make_unique<HttpServer>();
    const std::filesystem::path secret = directory_ / "hook.secret";
    std::ofstream(secret) << webhook_secret << "\n";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const Ended added =
        run(client({"webhook", "add", "storm", receiver_->url("/hook"), "--allow-private", "--secret-file", secret}));
    if (added.code != 0) {
        throw std::runtime_error("cannot add a webhook: " + added.err);
    }
}

std::vector<ReceivedWebhook> TradingHome::webhooks_received() {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    for (;;) {
        const nlohmann::json state = ask({"webhook", "list"}).at("data").at(0);
        if (state.at("pending").get<std::string>() == "0" && state.at("lag").is_null()) {
            return received_webhooks(*receiver_, orders::WebhookSecret::parse(webhook_secret).value());
        }
        if (std::chrono::steady_clock::now() > limit) {
            throw std::runtime_error("webhooks are not delivered: " + state.dump());
        }
    }
}

pid_t TradingHome::core_pid() const {
    std::ifstream lock(profile_folder() / "core.lock");
    pid_t pid = 0;
    if (!(lock >> pid) || pid <= 1) {
        return 0;
    }
    // The pid of a core that is gone stays in the lock and may by now be another process.
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", ignored);
    return program == std::filesystem::path(CRASH_BIN_DIR) / "tradesh-core" ? pid : 0;
}

bool TradingHome::kill_core() const {
    const pid_t pid = core_pid();
    return pid != 0 && ::kill(pid, SIGKILL) == 0;
}

void TradingHome::end_core(int signal) const {
    if (const pid_t pid = core_pid(); pid != 0) {
        ::kill(pid, signal);
        await_end(pid);
    }
}

} // namespace tradesh::test
