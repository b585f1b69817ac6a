#pragma once

// What most files above the runtime include, compiled once. Nothing may rely on it: every file includes what it uses.

#include "core/base/precompiled.hpp"

#include <asio/async_result.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
