#include "core/runtime/workers.hpp"

#include "core/runtime/loop.hpp"

#include <asio/async_result.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <pthread.h>

#include <csignal>
#include <exception>
#include <thread>
#include <vector>

namespace tradesh::runtime {

struct Workers::Pool {
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::vector<std::thread> threads;
    bool stopped = false;
};

Workers::Workers(Loop& loop, std::string name, std::size_t threads)
    : loop_(loop),
      threads_(threads),
      pool_(std::make_unique<Pool>()) {
    // Signals belong to the loop: a worker starts with all of them blocked.
    sigset_t all{};
    sigset_t before{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    for (std::size_t i = 0; i < threads; ++i) {
        pool_->threads.emplace_back([this] { pool_->context.run(); });
        ::pthread_setname_np(pool_->threads.back().native_handle(), name.substr(0, 15).c_str());
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Workers::~Workers() { stop(); }

void Workers::stop() {
    if (pool_->stopped) {
        return;
    }
    pool_->stopped = true;
    pool_->work.reset();
    for (std::thread& thread : pool_->threads) {
        thread.join();
    }
}

Task<void> Workers::run_erased(std::move_only_function<void()> work) {
    if (pool_->stopped) {
        work();
        co_return;
    }
    std::exception_ptr failure;
    auto start = [this, &work, &failure](auto handler) {
        auto job = [&work, &failure, &loop = loop_, handler = std::move(handler)]() mutable {
            try {
                work();
            } catch (...) {
                failure = std::current_exception();
            }
            asio::post(loop.context(), std::move(handler));
        };
        asio::post(pool_->context, std::move(job));
    };
    ++outstanding_;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
    --outstanding_;
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace tradesh::runtime
