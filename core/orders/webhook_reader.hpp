#pragma once

#include "core/orders/webhook_message.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace tradesh::orders {

/// Makes messages from the journal, on a thread and a connection of its own: neither the loop nor the journal's writer
/// waits for it. Loop thread only.
class WebhookReader {
public:
    WebhookReader(runtime::Loop& loop, std::string journal_path, WebhookSource source);

    /// nullopt when the row is no message. Errors: not_found, "journal.unreadable", "store.*".
    runtime::Task<Result<std::optional<WebhookMessage>>> read(std::int64_t seq);

    /// Runs `work(Database&)`, which returns a Result, on that thread and connection.
    template <class Work>
    runtime::Task<std::invoke_result_t<Work&, store::Database&>> query(Work work) {
        auto on_thread = [this, &work]() -> std::invoke_result_t<Work&, store::Database&> {
            const Result<void> opened = open();
            return opened ? work(*database_) : fail(opened.error());
        };
        co_return co_await worker_.run(on_thread);
    }

    const WebhookSource& source() const { return source_; }

private:
    Result<void> open();

    std::string journal_path_;
    WebhookSource source_;
    std::optional<store::Database> database_; ///< opened with the first message; used on the worker's thread only
    runtime::Workers worker_;                 ///< last: its thread ends before what it uses goes away
};

} // namespace tradesh::orders
