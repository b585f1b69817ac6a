#include "app/core/client_runner.hpp"

#include "cli/commands/order_group.hpp"
#include "cli/commands/saved_scan.hpp"
#include "core/engine/group_desk.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/trading_desk.hpp"
#include "core/engine/trigger_desk.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tradesh::core_process {
namespace {

using runtime::Task;

/// Most values offered for one word.
constexpr std::size_t completions_max = 300;
/// How long the first command of a core waits for journal and venue to be settled.
constexpr Duration settlement_patience = std::chrono::seconds(2);

/// What the engine knows that a word may become. The symbols were read just before.
class KnownValues final : public cli::CompletionSource {
public:
    KnownValues(const orders::OrderLedger& ledger, std::vector<Instrument> instruments, std::vector<std::string> scans,
                std::vector<std::string> watchlists)
        : ledger_(ledger),
          instruments_(std::move(instruments)),
          scans_(std::move(scans)),
          watchlists_(std::move(watchlists)) {}

    std::vector<std::string> values(cli::ValueKind kind, std::string_view prefix) const override {
        std::vector<std::string> found;
        const auto offer = [&](const std::string& value) {
            if (value.starts_with(prefix) && found.size() < completions_max) {
                found.push_back(value);
            }
        };
        if (kind == cli::ValueKind::symbol) {
            for (const Instrument& instrument : instruments_) {
                offer(instrument.symbol);
            }
        } else if (kind == cli::ValueKind::order_id) {
            for (const orders::Order* order : ledger_.open()) {
                offer(order->request.id.value);
            }
        } else if (kind == cli::ValueKind::scan || kind == cli::ValueKind::watchlist) {
            std::ranges::for_each(kind == cli::ValueKind::scan ? scans_ : watchlists_, offer);
        }
        return found;
    }

private:
    const orders::OrderLedger& ledger_;
    std::vector<Instrument> instruments_;
    std::vector<std::string> scans_;
    std::vector<std::string> watchlists_;
};

cli::RunRequest interpreter_request(attach::RunRequest request, cli::ClientKind client) {
    cli::RunRequest run;
    run.argv = std::move(request.words);
    if (client == cli::ClientKind::prompt) {
        run.kind = cli::RunRequest::Kind::prompt;
        run.line = std::move(request.text);
        return run;
    }
    if (request.form != attach::RunForm::words) {
        run.argv.emplace_back(request.form == attach::RunForm::text ? "-c" : "-f");
        run.argv.push_back(std::move(request.text));
    }
    return run;
}

} // namespace

ClientRunner::ClientRunner(const cli::InterpreterServices& services, engine::Engine& engine, cli::ClientChannel& client)
    : services_(services),
      engine_(engine),
      client_(client),
      interpreter_(services, session_, client),
      tasks_(engine.show_tasks([this] { return interpreter_.tasks(); })) {
    if (client.facts().kind == cli::ClientKind::prompt) {
        notices_ = engine.subscribe([&client](const std::string& line) { client.notify(line); });
        // A prompt whose core has died brings the code of its last command along.
        const auto code = client.facts().environment.find("TRADESH_LAST_CODE");
        session_.last_code = code == client.facts().environment.end() ? 0 : std::atoi(code->second.c_str());
    }
}

/// What a start had to settle is told to whoever comes next, once. No command answers before.
Task<void> ClientRunner::tell_findings() {
    co_await engine_.trading().manager().wait_settled(settlement_patience);
    std::string lines;
    for (const std::string& warning : engine_.take_warnings()) {
        lines += "tradesh: warning: " + warning + "\n";
    }
    for (const std::string& finding : engine_.trading().manager().take_findings()) {
        lines += "tradesh: settled: " + finding + "\n";
    }
    co_await engine_.groups().wait_recovered(settlement_patience);
    for (const std::string& finding : engine_.groups().take_findings()) {
        lines += "tradesh: " + finding + "\n";
    }
    for (const std::string& missed : engine_.triggers().take_missed()) {
        lines += "tradesh: " + missed + "\n";
    }
    if (!lines.empty()) {
        const Result<void> told = co_await client_.write(cli::OutputStream::err, std::move(lines));
        (void)told; // a client that is gone is told nothing any more
    }
}

Task<int> ClientRunner::run(attach::RunRequest request) {
    co_await tell_findings();
    cli::RunRequest run = interpreter_request(std::move(request), client_.facts().kind);
    const int code = co_await interpreter_.run(std::move(run));
    co_return code;
}

Task<attach::CompletionList> ClientRunner::complete(std::string line, std::uint32_t point) {
    Result<std::vector<Instrument>> instruments = co_await engine_.instruments().list();
    Result<std::vector<std::string>> scans = co_await cli::scan_names(engine_.saved());
    const Result<std::vector<store::SavedItem>> lists = co_await engine_.saved().list(store::SavedKind::watchlist);
    std::vector<std::string> watchlists;
    for (const store::SavedItem& list : lists.value_or(std::vector<store::SavedItem>())) {
        watchlists.push_back(list.name);
    }
    const KnownValues known(engine_.trading().ledger(), std::move(instruments).value_or(std::vector<Instrument>()),
                            std::move(scans).value_or(std::vector<std::string>()), std::move(watchlists));
    const cli::CompletionResult result = cli::complete(services_.commands, session_, &known, line, point);
    attach::CompletionList list{
        .start = static_cast<std::uint32_t>(result.start), .words = {}, .files = result.wants_files};
    for (const cli::Completion& item : result.items) {
        list.words.push_back(item.text);
    }
    co_return list;
}

attach::PromptState ClientRunner::prompt_state() const {
    return {.venue = engine_.profile().venue,
            .mode = std::string(engine_.profile().mode()),
            .armed = session_.arming.has_value(),
            .dropped_on_leaving = session_.group ? cli::group_dropped(*session_.group).message : ""};
}

} // namespace tradesh::core_process
