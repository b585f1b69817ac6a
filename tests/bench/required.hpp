#pragma once

#include "core/base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>

namespace tradesh::bench {

/// Ends the benchmark, which has nothing to say any more.
[[noreturn]] inline void give_up(const std::string& reason) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, reason.c_str());
    std::exit(1);
}

/// The value; its error ends the benchmark.
template <class Value>
Value required(Result<Value> result) {
    if (!result) {
        give_up(result.error().describe());
    }
    if constexpr (!std::is_void_v<Value>) {
        return std::move(*result);
    }
}

} // namespace tradesh::bench
