#pragma once

#include "core/store/statement.hpp"

#include <type_traits>
#include <utility>
#include <vector>

namespace tradesh::store {

/// What `read_row(statement)`, a Result, makes of each row that is left. The first error ends it.
template <class ReadRow>
auto read_rows(Statement& rows, ReadRow read_row)
    -> Result<std::vector<typename std::invoke_result_t<ReadRow&, const Statement&>::value_type>> {
    std::vector<typename std::invoke_result_t<ReadRow&, const Statement&>::value_type> all;
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return all;
        }
        auto row = read_row(rows);
        if (!row) {
            return fail(std::move(row.error()));
        }
        all.push_back(std::move(*row));
    }
}

} // namespace tradesh::store
