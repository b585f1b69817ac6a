#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

namespace tradesh::runtime {

/// A coroutine on the loop. An awaited expression stands alone on its line; captures and aggregates are named first.
template <class T>
using Task = asio::awaitable<T>;

} // namespace tradesh::runtime
