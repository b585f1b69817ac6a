#include "core/orders/webhook_reader.hpp"

#include "core/store/outbox_rows.hpp"

#include <utility>

namespace tradesh::orders {

WebhookReader::WebhookReader(runtime::Loop& loop, std::string journal_path, WebhookSource source)
    : journal_path_(std::move(journal_path)),
      source_(std::move(source)),
      worker_(loop, "webhook", 1) {}

runtime::Task<Result<std::optional<WebhookMessage>>> WebhookReader::read(std::int64_t seq) {
    auto work = [this, seq] { return make(seq); };
    co_return co_await worker_.run(work);
}

Result<std::optional<WebhookMessage>> WebhookReader::make(std::int64_t seq) {
    if (!database_) {
        Result<store::Database> opened = store::open_journal_for_reading(journal_path_);
        if (!opened) {
            return fail(std::move(opened.error()));
        }
        database_.emplace(std::move(*opened));
    }
    const Result<std::vector<store::JournalRow>> rows = store::rows_of_message(*database_, seq);
    return rows ? make_webhook_message(source_, *rows) : fail(rows.error());
}

} // namespace tradesh::orders
