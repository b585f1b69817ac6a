#include "app/core/engine_service.hpp"

#include "app/core/client_runner.hpp"
#include "app/core/due_lines.hpp"
#include "cli/commands/command_table.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/engine/trigger_desk.hpp"
#include "core/store/journal_schema.hpp"

#include <sodium.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <random>
#include <span>
#include <utility>

namespace tradesh::core_process {
namespace {

using runtime::Task;

/// Four characters that tell this core's order ids from those of every other.
std::string random_tag() {
    constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
    std::random_device source;
    std::string tag;
    for (int i = 0; i < 4; ++i) {
        tag += letters[source() % letters.size()];
    }
    return tag;
}

/// From the kernel, for secrets.
void fill_with_secret_bytes(std::span<std::byte> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

class EngineService final : public Service {
public:
    EngineService(const CoreFacts& facts, engine::MakeVenue make_venue)
        : facts_(facts),
          make_venue_(std::move(make_venue)),
          commands_(cli::all_commands()) {}

    Task<Result<void>> start() override {
        Result<engine::Profile> profile = engine::load_profile(facts_.place);
        if (!profile) {
            co_return fail(std::move(profile.error()));
        }
        linger_ = profile->linger;
        facts_.log.set_level(profile->log_level);
        engine_.emplace(engine::Engine::Parts{.loop = facts_.loop,
                                              .log = facts_.log,
                                              .place = facts_.place,
                                              .profile = std::move(*profile),
                                              .make_venue = std::move(make_venue_),
                                              .installation = random_tag(),
                                              .fill_with_secret_bytes = fill_with_secret_bytes,
                                              .build = facts_.build,
                                              .pid = facts_.pid,
                                              .started = facts_.started,
                                              .serving = facts_.serving});
        const Result<void> started = co_await engine_->start();
        if (!started) {
            co_return started;
        }
        shared_.emplace(
            cli::InterpreterServices{.loop = facts_.loop,
                                     .log = facts_.log,
                                     .commands = commands_,
                                     .engine = &*engine_,
                                     .next_correlation = [this] { return next_correlation(); },
                                     .envelope = {.schema = {},
                                                  .profile = engine_->profile().name,
                                                  .mode = std::string(engine_->profile().mode()),
                                                  .venue = engine_->profile().venue},
                                     .version = facts_.build,
                                     .command_ended = [this](Duration took) { engine_->command_ended(took); }});
        due_lines_.emplace(*shared_);
        engine_->triggers().begin([this](engine::CommandDue due) { return due_lines_->run(std::move(due)); });
        co_return Result<void>();
    }

    std::unique_ptr<attach::CommandRunner> make_runner(cli::ClientChannel& client) override {
        return std::make_unique<ClientRunner>(*shared_, *engine_, client);
    }

    bool is_busy() const override {
        return engine_ && (engine_->triggers().is_running() || engine_->risk().is_unrecorded());
    }
    Duration linger() const override { return linger_; }

    Task<void> stop() override {
        if (due_lines_) {
            due_lines_->cancel();
        }
        if (engine_) {
            co_await engine_->stop();
        }
    }

private:
    /// Unique in this core, and told apart from other cores by the process id.
    std::string next_correlation() { return std::to_string(facts_.pid) + "-" + std::to_string(++correlations_); }

    const CoreFacts& facts_;
    engine::MakeVenue make_venue_;
    cli::CommandTable commands_;
    Duration linger_ = std::chrono::seconds(30);
    std::optional<engine::Engine> engine_;
    std::optional<cli::InterpreterServices> shared_;
    std::optional<DueLines> due_lines_;
    std::uint64_t correlations_ = 0;
};

} // namespace

std::unique_ptr<Service> make_engine_service(const CoreFacts& facts, engine::MakeVenue make_venue) {
    return std::make_unique<EngineService>(facts, std::move(make_venue));
}

Result<void> check_engine_start(const Place& place) {
    const Result<engine::Profile> profile = engine::load_profile(place);
    return profile ? check_file(place.directory + "/orders.db", store::journal_file_kind()) : fail(profile.error());
}

Result<void> check_file(const std::string& path, const store::FileKind& kind) {
    std::error_code problem;
    if (!std::filesystem::exists(path, problem)) {
        return {}; // it is made by the start
    }
    const Result<store::Database> file = store::Database::open_for_reading(path, kind);
    return file ? Result<void>() : fail(file.error());
}

} // namespace tradesh::core_process
