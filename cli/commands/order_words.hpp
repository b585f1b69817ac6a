#pragma once

#include "cli/parse/arguments.hpp"
#include "core/orders/order_form.hpp"
#include "core/orders/order_manager.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// An order as it was typed, checked as far as words alone can tell.
struct OrderWords {
    orders::OrderForm form;
    std::string key;
    bool size_has_unit = false;
    bool is_list = false;         ///< `close @list`: the form's symbol is the name of a watchlist
    std::string underlying{};     ///< of `spread`; the form's symbol is that of the spread
    std::vector<ComboLeg> legs{}; ///< of `spread`
};

/// Reads the words of `order buy`, `sell`, `close` and `rebalance`: SYMBOL SIZE TYPE, and of `order spread`:
/// SYMBOL LEGS SIZE limit NET, then exits, time in force and key
/// as order_arguments() tells, and the options that belong to the order itself. The symbol is the argument "symbol";
/// the rest are the values of "terms". Every error points at its word.
Result<OrderWords> parse_order_words(std::string_view verb, const Arguments& arguments);

/// The help texts and arguments that the verbs share.
std::vector<ArgumentSpec> order_arguments(std::string_view verb);
std::vector<OptionSpec> order_options(std::string_view verb);

} // namespace tradesh::cli
