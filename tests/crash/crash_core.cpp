// A real core whose venue is the exchange in the test's own process, so that the venue outlives every kill of the core.

#include "app/core/engine_service.hpp"
#include "app/process/run_core.hpp"
#include "tests/support/remote_venue.hpp"

namespace {

std::unique_ptr<tradesh::core_process::Service> wire(const tradesh::core_process::CoreFacts& facts) {
    return tradesh::core_process::make_engine_service(facts, [](const tradesh::engine::VenueParts& parts) {
        return std::make_unique<tradesh::test::RemoteVenue>(parts.loop,
                                                            parts.place.shared_directory + "/exchange.sock");
    });
}

} // namespace

int main(int argc, char** argv) {
    using namespace tradesh::core_process;
    return run_core(argc, argv, ::wire, check_engine_start);
}
