#include "core/orders/webhook_reader.hpp"

#include "core/store/outbox_rows.hpp"

#include <utility>

namespace tradesh::orders {

WebhookReader::WebhookReader(runtime::Loop& loop, std::string journal_path, WebhookSource source)
    : journal_path_(std::move(journal_path)),
      source_(std::move(source)),
      worker_(loop, "webhook", 1) {}

runtime::Task<Result<std::optional<WebhookMessage>>> WebhookReader::read(std::int64_t seq) {
    auto make = [this, seq](store::Database& database) -> Result<std::optional<WebhookMessage>> {
        const Result<std::vector<store::JournalRow>> rows = store::rows_of_message(database, seq);
        return rows ? make_webhook_message(source_, *rows) : fail(rows.error());
    };
    co_return co_await query(make);
}

Result<void> WebhookReader::open() {
    if (database_) {
        return {};
    }
    Result<store::Database> opened = store::open_journal_for_reading(journal_path_);
    if (!opened) {
        return fail(std::move(opened.error()));
    }
    database_.emplace(std::move(*opened));
    return {};
}

} // namespace tradesh::orders
