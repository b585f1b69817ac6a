#pragma once

#include "cli/parse/arguments.hpp"
#include "core/orders/order_form.hpp"
#include "core/orders/order_manager.hpp"

#include <string>
#include <string_view>

namespace tradesh::cli {

/// An order as it was typed, checked as far as words alone can tell.
struct OrderWords {
    orders::OrderForm form;
    std::string key;
    bool size_has_unit = false;
};

/// Reads `SYMBOL SIZE (market | limit P | stop P [limit P]) [tif T] [key K]` of `order buy`, `sell` and `close`.
/// The symbol is the argument "symbol"; the rest are the values of "terms". Every error points at its word.
Result<OrderWords> parse_order_words(std::string_view verb, const Arguments& arguments);

/// The help texts and arguments that the three verbs share.
std::vector<ArgumentSpec> order_arguments();
std::vector<OptionSpec> order_options(bool may_short);

} // namespace tradesh::cli
