#include "app/process/run_core.hpp"
#include "tests/support/scripted_runner.hpp"

#include <cstdlib>

namespace {

using namespace tradesh;

/// A file `refuse-to-start` in the core's directory makes its start fail.
Result<void> check_start(const Place& place) {
    if (::access((place.directory + "/refuse-to-start").c_str(), F_OK) == 0) {
        return fail(Error(ErrorKind::config, "store.newer", "orders.db is newer than this program")
                        .advise("install the newer tradesh"));
    }
    return {};
}

/// A core whose commands are those of ScriptedRunner.
class ScriptedService final : public core_process::Service {
public:
    explicit ScriptedService(const core_process::CoreFacts& facts) : facts_(facts) {}

    runtime::Task<Result<void>> start() override { co_return check_start(facts_.place); }
    std::unique_ptr<attach::CommandRunner> make_runner(cli::ClientChannel& client) override {
        return std::make_unique<test::ScriptedRunner>(facts_.loop, client);
    }
    bool is_busy() const override { return false; }
    Duration linger() const override { return std::chrono::seconds(30); }
    runtime::Task<void> stop() override { co_return; }

private:
    const core_process::CoreFacts& facts_;
};

std::unique_ptr<core_process::Service> make_service(const core_process::CoreFacts& facts) {
    return std::make_unique<ScriptedService>(facts);
}

} // namespace

int main(int argc, char** argv) { return tradesh::core_process::run_core(argc, argv, make_service, check_start); }
