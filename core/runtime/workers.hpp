#pragma once

#include "core/runtime/task.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace tradesh::runtime {

class Loop;

/// Threads that take values and return values: files, SQLite, name look-ups and CPU work run here, never on the loop.
/// A pool of one thread runs its work in order, which makes it the writer thread of a database.
class Workers {
public:
    Workers(Loop& loop, std::string name, std::size_t threads);
    ~Workers(); ///< finishes what is queued, then joins
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Runs `work` on a worker and resumes the caller on the loop with its result. It is not interrupted by
    /// cancellation: pass a std::stop_token where the work is long. An exception travels to the caller.
    template <class Work>
    Task<std::invoke_result_t<Work&>> run(Work work) {
        using Value = std::invoke_result_t<Work&>;
        if constexpr (std::is_void_v<Value>) {
            std::move_only_function<void()> erased = [&work] { work(); };
            co_await run_erased(std::move(erased));
        } else {
            std::optional<Value> value;
            std::move_only_function<void()> erased = [&work, &value] { value.emplace(work()); };
            co_await run_erased(std::move(erased));
            co_return std::move(*value);
        }
    }

    /// Finishes what is queued and joins the threads; later work runs inline. Called by the destructor.
    void stop();
    std::size_t size() const { return threads_; }
    /// Work that was handed over and whose result has not been told yet. Loop thread only.
    std::size_t outstanding() const { return outstanding_; }

private:
    Task<void> run_erased(std::move_only_function<void()> work);

    struct Pool;
    Loop& loop_;
    std::size_t threads_;
    std::size_t outstanding_ = 0;
    std::unique_ptr<Pool> pool_;
};

} // namespace tradesh::runtime
