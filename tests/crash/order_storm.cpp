#include "tests/crash/order_storm.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <list>
#include <random>
#include <set>
#include <stdexcept>

namespace tradesh::test {
namespace {

using nlohmann::json;

/// Of one key. An order in doubt needs a core that lives for some seconds, and those here seldom do.
constexpr int attempts_max = 20'000;

/// One order on its way.
struct Errand {
    std::string key;
    std::vector<std::string> words;
    std::unique_ptr<Process> attempt{};
    int process = -1; ///< descriptor that tells when the attempt has ended
    int attempts = 0;
};

class Storm {
public:
    Storm(TradingHome& home, const StormOptions& options) : home_(home), options_(options), random_(options.seed) {}

    StormReport run() {
        auto next_kill = after_pause();
        while (begun_ < options_.orders || !open_.empty()) {
            while (static_cast<int>(open_.size()) < options_.clients && begun_ < options_.orders) {
                begin();
            }
            wait_until(next_kill);
            if (std::chrono::steady_clock::now() >= next_kill) {
                if (report_.kills < options_.kills && home_.kill_core()) {
                    ++report_.kills;
                }
                next_kill = after_pause();
            }
            take_answers();
            // Orders may be placed faster than kills fall: then more of them are begun, so that each kill meets some.
            if (begun_ == options_.orders && report_.kills < options_.kills) {
                ++options_.orders;
            }
        }
        return report_;
    }

private:
    using Moment = std::chrono::steady_clock::time_point;

    int any(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
    Moment after_pause() {
        return std::chrono::steady_clock::now() + std::chrono::milliseconds(any(options_.kill_pause_ms_max));
    }

    void begin() {
        const std::string key = "errand-" + std::to_string(++begun_);
        open_.push_back(Errand{.key = key, .words = order_words()});
        start(open_.back());
        if (options_.faults > 0 && begun_ % std::max(1, options_.orders / options_.faults) == 0) {
            disturb();
        }
    }

    /// Mostly what fills at once; some that rests, some that the exchange refuses to fill.
    std::vector<std::string> order_words() {
        const std::string quantity = std::to_string(1 + any(4));
        switch (any(9)) {
        case 0: return {"buy", "GOOG", quantity, "limit", "700", "--wait", "ack"};
        case 1: return {"buy", "GOOG", quantity, "limit", "790", "tif", "ioc"};
        case 2: return {"buy", "GOOG", quantity, "limit", "801", "--wait", "fill"};
        default: return {"buy", "GOOG", quantity, "market", "--wait", "fill"};
        }
    }

    void disturb() {
        switch (any(5)) {
        case 5: home_.disturb_webhook(); break;
        case 0: home_.exchange().drop_acknowledgements(1); break;
        case 1: home_.exchange().duplicate_fills(1 + any(2)); break;
        case 2: home_.exchange().disconnect_at(1 + any(6), ExchangeServer::Moment::before_processing); break;
        case 3: home_.exchange().disconnect_at(1 + any(6), ExchangeServer::Moment::after_processing); break;
        default: home_.exchange().disconnect_now(); break;
        }
    }

    void start(Errand& errand) {
        std::vector<std::string> words = errand.words;
        for (const char* word : {"--timeout", "2s", "--json", "--key"}) {
            words.emplace_back(word);
        }
        words.push_back(errand.key);
        ++errand.attempts;
        ++report_.attempts;
        errand.attempt = std::make_unique<Process>(home_.client(std::move(words)));
        errand.process = static_cast<int>(::syscall(SYS_pidfd_open, errand.attempt->pid(), 0));
    }

    /// Returns when some attempt has ended or the moment has come.
    void wait_until(Moment moment) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - std::chrono::steady_clock::now());
        std::vector<pollfd> watched;
        for (const Errand& errand : open_) {
            watched.push_back({.fd = errand.process, .events = POLLIN, .revents = 0});
        }
        ::poll(watched.data(), watched.size(), static_cast<int>(std::max<std::int64_t>(0, left.count())));
    }

    static bool has_ended(const Errand& errand) {
        pollfd watched{.fd = errand.process, .events = POLLIN, .revents = 0};
        return ::poll(&watched, 1, 0) == 1;
    }

    void take_answers() {
        for (auto errand = open_.begin(); errand != open_.end();) {
            if (!has_ended(*errand)) {
                ++errand;
                continue;
            }
            ::close(errand->process);
            if (is_answered(*errand, errand->attempt->wait())) {
                errand = open_.erase(errand);
            } else {
                start(*errand);
                ++errand;
            }
        }
    }

    /// True when the answer is definite; otherwise the same key is tried again, as a careful script does.
    bool is_answered(const Errand& errand, const Ended& ended) {
        ++report_.exits[ended.code];
        const bool may_retry = ended.code == 5 || ended.code == 11 || ended.code == 13;
        if ((ended.code != 0 && !may_retry) || errand.attempts >= attempts_max) {
            throw std::runtime_error(errand.key + " ended with " + std::to_string(ended.code) + " at attempt " +
                                     std::to_string(errand.attempts) + "\n" + ended.out + ended.err);
        }
        if (ended.code == 0) {
            report_.order_of_key[errand.key] = json::parse(ended.out).at("data").at("order").get<std::string>();
        }
        return ended.code == 0;
    }

    TradingHome& home_;
    StormOptions options_;
    std::mt19937 random_;
    StormReport report_;
    std::list<Errand> open_;
    int begun_ = 0;
};

/// Every order of the journal, by id; only once none is unknown any more.
std::map<std::string, json> settled_journal(TradingHome& home) {
    for (int tries = 0;; ++tries) {
        const json reconciled = home.ask({"order", "reconcile"});
        const json listed = home.ask({"order", "list", "--all"});
        if (reconciled.at("ok") != true || listed.at("ok") != true) {
            throw std::runtime_error("cannot settle: " + reconciled.dump() + listed.dump());
        }
        std::map<std::string, json> rows;
        bool undecided = false;
        for (const json& row : listed.at("data")) {
            const std::string state = row.at("state");
            undecided = undecided || state == "unknown" || state == "sending" || state == "intent";
            rows[row.at("order").get<std::string>()] = row;
        }
        if (!undecided || tries == 200) {
            return rows;
        }
    }
}

class Comparison {
public:
    Comparison(TradingHome& home, const StormReport& report)
        : home_(home),
          report_(report),
          journal_(settled_journal(home)) {}

    std::vector<std::string> run() {
        Decimal held = 0;
        for (const VenueOrder& order : home_.exchange().orders()) {
            compare(order);
            held += Decimal(sign_of(order.request.side)) * order.filled;
        }
        for (const auto& [id, row] : journal_) {
            const std::string state = row.at("state");
            if (!at_venue_.contains(id) && state != "not_sent" && state != "denied") {
                tell(id, "is " + state + " in the journal, and the exchange does not know it");
            }
        }
        compare_positions(held);
        compare_keys();
        compare_webhooks();
        return std::move(found_);
    }

private:
    void tell(const std::string& what, const std::string& words) { found_.push_back(what + " " + words); }

    void compare(const VenueOrder& order) {
        const std::string id = order.request.id.value;
        at_venue_.insert(id);
        if (const int sent = home_.exchange().submissions(id); sent != 1) {
            tell(id, "was sent " + std::to_string(sent) + " times");
        }
        const auto row = journal_.find(id);
        if (row == journal_.end()) {
            tell(id, "is at the exchange and not in the journal");
            return;
        }
        compare(id, "state", row->second.at("state"), std::string(name_of(order.state)));
        compare(id, "filled", row->second.at("filled"), order.filled.to_string());
        const json average = row->second.at("average_price");
        if (average.is_null() != !order.average_price ||
            (order.average_price && Decimal::parse(average.get<std::string>()).value() != *order.average_price)) {
            tell(id, "has average price " + average.dump() + " in the journal, not that of the exchange");
        }
        const std::string key = row->second.at("key");
        if (!orders_of_key_[key].empty()) {
            tell(id, "and " + orders_of_key_[key] + " both came of key " + key);
        }
        orders_of_key_[key] = id;
    }

    void compare(const std::string& id, const std::string& what, const json& ours, const std::string& theirs) {
        if (ours != theirs) {
            tell(id, "has " + what + " " + ours.dump() + " in the journal and " + theirs + " at the exchange");
        }
    }

    void compare_positions(Decimal held) {
        Decimal recorded = 0;
        for (const auto& [id, row] : journal_) {
            recorded += Decimal::parse(row.at("filled").get<std::string>()).value();
        }
        Decimal position = 0;
        for (const Position& each : home_.exchange().positions()) {
            position += each.quantity;
        }
        if (recorded != position || held != position) {
            tell("the position", "is " + position.to_string() + ", the orders there filled " + held.to_string() +
                                     ", the journal says " + recorded.to_string());
        }
    }

    /// What a client was told is so.
    void compare_keys() {
        for (const auto& [key, id] : report_.order_of_key) {
            if (orders_of_key_[key] != id) {
                tell(key, "was said to be order " + id + " and is " + orders_of_key_[key]);
            }
        }
    }

    /// Every order's last message tells of it as the journal does, and before it came all the others, in order.
    void compare_webhooks() {
        const std::vector<ReceivedWebhook> received = home_.webhooks_received();
        std::map<std::string, const ReceivedWebhook*> last;
        for (const ReceivedWebhook& message : received) {
            const ReceivedWebhook*& known = last[message.order];
            if (known == nullptr || message.sequence > known->sequence) {
                known = &message;
            }
        }
        for (const auto& [id, row] : journal_) {
            if (!last.contains(id)) {
                tell(id, "was never told to the webhook");
                continue;
            }
            const json data = json::parse(last.at(id)->body).at("data");
            compare(id, "webhook state", row.at("state"), data.at("state").get<std::string>());
            compare(id, "webhook filled", row.at("filled"), data.at("filled").get<std::string>());
        }
        for (const std::string& fault : faults_of(received)) {
            tell("the webhook:", fault);
        }
    }

    TradingHome& home_;
    const StormReport& report_;
    std::map<std::string, json> journal_;
    std::set<std::string> at_venue_;
    std::map<std::string, std::string> orders_of_key_;
    std::vector<std::string> found_;
};

} // namespace

StormReport run_storm(TradingHome& home, const StormOptions& options) {
    home.add_webhook();
    return Storm(home, options).run();
}

std::vector<std::string> find_disagreements(TradingHome& home, const StormReport& report) {
    return Comparison(home, report).run();
}

} // namespace tradesh::test
