#include "app/core/paper_reference.hpp"

#include <utility>

namespace tradesh::core_process {

using runtime::Task;

Task<Result<venue::paper::ReferencePrice>> last_close(engine::Instruments& instruments, std::string symbol) {
    Result<Instrument> instrument = co_await instruments.find(std::move(symbol));
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    if (std::holds_alternative<Combo>(instrument->kind)) {
        co_return venue::paper::ReferencePrice{
            .instrument = std::move(*instrument), .last_close = 0, .time = Instant()};
    }
    const Result<Bar> bar = co_await instruments.last_bar(*instrument);
    if (!bar) {
        co_return fail(bar.error());
    }
    co_return venue::paper::ReferencePrice{
        .instrument = std::move(*instrument), .last_close = bar->close, .time = bar->open_time};
}

} // namespace tradesh::core_process
