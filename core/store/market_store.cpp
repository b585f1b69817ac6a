#include "core/store/market_store.hpp"

#include "core/store/market_schema.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace tradesh::store {

using runtime::Task;

Result<std::unique_ptr<MarketFile>> MarketFile::open(const std::string& path) {
    Result<Database> opened = Database::open(path, market_file_kind());
    if (!opened) {
        return fail(std::move(opened.error()));
    }
    return std::unique_ptr<MarketFile>(new MarketFile(std::move(*opened)));
}

Result<std::unique_ptr<MarketFile>> MarketFile::open_for_reading(const std::string& path) {
    Result<Database> opened = Database::open_for_reading(path, market_file_kind());
    if (!opened) {
        return fail(std::move(opened.error()));
    }
    return std::unique_ptr<MarketFile>(new MarketFile(std::move(*opened)));
}

MarketStore::MarketStore(runtime::Loop& loop, std::string path)
    : path_(std::move(path)),
      writer_(loop, "market-write", 1),
      reader_(loop, "market-read", 1) {}

std::unique_ptr<MarketStore> MarketStore::without_file(runtime::Loop& loop, std::string path, Error why) {
    std::unique_ptr<MarketStore> store(new MarketStore(loop, std::move(path)));
    store->failure_ = std::move(why);
    return store;
}

Task<Result<std::unique_ptr<MarketStore>>> MarketStore::open(runtime::Loop& loop, std::string path) {
    std::unique_ptr<MarketStore> store(new MarketStore(loop, std::move(path)));
    auto open_both = [&store]() -> Result<void> {
        std::error_code none;
        const auto size = std::filesystem::file_size(store->path_, none);
        store->was_created_ = none == std::errc::no_such_file_or_directory || size == 0;
        Result<std::unique_ptr<MarketFile>> writing = MarketFile::open(store->path_);
        if (!writing) {
            return fail(std::move(writing.error()));
        }
        Result<std::unique_ptr<MarketFile>> reading = MarketFile::open_for_reading(store->path_);
        if (!reading) {
            return fail(std::move(reading.error()));
        }
        store->writing_ = std::move(*writing);
        store->reading_ = std::move(*reading);
        return {};
    };
    Result<void> opened = co_await store->writer_.run(open_both);
    if (!opened) {
        co_return fail(std::move(opened.error()));
    }
    co_return std::move(store);
}

} // namespace tradesh::store
