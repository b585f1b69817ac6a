#include "app/core/wiring.hpp"

#include "app/core/engine_service.hpp"
#include "app/core/paper_reference.hpp"
#include "core/engine/instruments.hpp"
#include "core/venue/history_simulator/simulated_history.hpp"
#include "core/venue/paper/paper_schema.hpp"
#include "core/venue/paper/paper_venue.hpp"

#include <utility>

namespace tradesh::core_process {
namespace {

std::unique_ptr<venue::Venue> make_venue(const engine::VenueParts& parts) {
    venue::paper::PaperOptions options;
    options.directory = parts.place.directory;
    options.account = "PAPER-" + parts.profile.name;
    options.cash = parts.profile.cash;
    options.seed = parts.profile.seed;
    options.make_room = parts.make_room;
    auto reference = [&instruments = parts.instruments](std::string symbol) {
        return last_close(instruments, std::move(symbol));
    };
    std::unique_ptr<venue::History> history;
    if (parts.profile.simulated_history) {
        history = std::make_unique<venue::history_simulator::SimulatedHistory>(parts.loop, parts.workers,
                                                                               parts.profile.history_simulation);
    }
    return std::make_unique<venue::paper::PaperVenue>(parts.loop, std::move(options), std::move(reference),
                                                      std::move(history));
}

} // namespace

std::unique_ptr<Service> wire(const CoreFacts& facts) { return make_engine_service(facts, make_venue); }

Result<void> check_start(const Place& place) {
    Result<void> fits = check_engine_start(place);
    return fits ? check_file(place.directory + "/paper.db", venue::paper::paper_file) : fits;
}

} // namespace tradesh::core_process
