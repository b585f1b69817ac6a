#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/action_store.hpp"
#include "core/store/bar_store.hpp"
#include "core/store/coverage_store.hpp"
#include "core/store/database.hpp"
#include "core/store/instrument_store.hpp"
#include "core/store/request_log.hpp"
#include "core/store/unfinished_loads.hpp"
#include "core/store/volatility_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace tradesh::store {

/// One connection to market.db with the stores in it. Synchronous.
class MarketFile {
public:
    static Result<std::unique_ptr<MarketFile>> open(const std::string& path);
    static Result<std::unique_ptr<MarketFile>> open_for_reading(const std::string& path);

    MarketFile(const MarketFile&) = delete;
    MarketFile& operator=(const MarketFile&) = delete;

    Database database;
    InstrumentStore instruments{database};
    BarStore bars{database};
    CoverageStore coverage{database};
    ActionStore actions{database};
    RequestLog requests{database};
    UnfinishedLoads unfinished_loads{database};
    VolatilityStore volatilities{database};

private:
    explicit MarketFile(Database opened) : database(std::move(opened)) {}
};

/// market.db as the loop sees it: one thread writes, another reads, each with a connection of its own, so a reader
/// never waits for a writer. The file is shared by all profiles. Loop thread only; await every call before destroying
/// the store.
class MarketStore {
public:
    static runtime::Task<Result<std::unique_ptr<MarketStore>>> open(runtime::Loop& loop, std::string path);
    /// A store whose file cannot be opened: everything that reads or writes it fails with that error.
    static std::unique_ptr<MarketStore> without_file(runtime::Loop& loop, std::string path, Error why);

    bool is_open() const { return !failure_; }
    /// No file was there before, or an empty one.
    bool was_created() const { return was_created_; }

    /// Runs `work(MarketFile&)`, which returns a Result, on the reader thread. Its connection cannot write.
    template <class Work>
    runtime::Task<std::invoke_result_t<Work&, MarketFile&>> read(Work work) {
        if (failure_) {
            co_return fail(*failure_);
        }
        ++calls_;
        auto on_thread = [file = reading_.get(), &work] { return work(*file); };
        std::invoke_result_t<Work&, MarketFile&> outcome = co_await reader_.run(on_thread);
        ++returned_;
        co_return outcome;
    }

    /// Runs `work(MarketFile&)` on the writer thread within one transaction: committed when the Result is a value,
    /// rolled back otherwise. Other processes wait up to 5 s for it, so keep it short.
    template <class Work>
    runtime::Task<std::invoke_result_t<Work&, MarketFile&>> write(Work work) {
        using Outcome = std::invoke_result_t<Work&, MarketFile&>;
        if (failure_) {
            co_return fail(*failure_);
        }
        ++calls_;
        auto on_thread = [file = writing_.get(), &work]() -> Outcome {
            Result<Transaction> transaction = Transaction::begin(file->database);
            if (!transaction) {
                return fail(std::move(transaction.error()));
            }
            Outcome outcome = work(*file);
            if (!outcome) {
                return outcome;
            }
            if (Result<void> committed = transaction->commit(); !committed) {
                return fail(std::move(committed.error()));
            }
            return outcome;
        };
        Outcome outcome = co_await writer_.run(on_thread);
        ++returned_;
        co_return outcome;
    }

    /// Where temporary files of a load may lie: beside the database.
    const std::string& path() const { return path_; }
    /// How often its two connections have been used.
    std::uint64_t calls() const { return calls_; }
    /// Nothing is being read or written.
    bool idle() const { return returned_ == calls_; }

private:
    MarketStore(runtime::Loop& loop, std::string path);

    std::string path_;
    std::optional<Error> failure_; ///< why there is no file
    bool was_created_ = false;
    std::uint64_t calls_ = 0;
    std::uint64_t returned_ = 0;
    std::unique_ptr<MarketFile> writing_;
    std::unique_ptr<MarketFile> reading_;
    runtime::Workers writer_;
    runtime::Workers reader_;
};

} // namespace tradesh::store
