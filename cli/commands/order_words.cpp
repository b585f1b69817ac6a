#include "cli/commands/order_words.hpp"

#include "cli/commands/order_terms.hpp"
#include "cli/parse/values.hpp"
#include "core/orders/spread_legs.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace tradesh::cli {
namespace {

std::unexpected<Error> wrong(const Word& word, std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint).at(word.where()));
}

Result<orders::Validity> validity_of(const Arguments& arguments) {
    const Word* until = arguments.find("valid-until");
    const Word* span = arguments.find("cancel-after");
    if (until != nullptr && span != nullptr) {
        return wrong(*span, "order.two_ends", "--valid-until and --cancel-after both end the order", "give one");
    }
    if (until != nullptr) {
        Result<MomentWord> moment = parse_moment(until->text);
        if (!moment) {
            return fail(std::move(moment.error()).at(until->where()));
        }
        return orders::Validity{.asked = std::move(*moment)};
    }
    const Result<Duration> after = parse_span(*span);
    return after ? Result<orders::Validity>(orders::Validity{.asked = *after}) : fail(after.error());
}

/// What the options say of the order itself.
Result<void> read_form_options(const Arguments& arguments, orders::OrderForm& form) {
    if (arguments.has("valid-until") || arguments.has("cancel-after")) {
        Result<orders::Validity> validity = validity_of(arguments);
        if (!validity) {
            return fail(std::move(validity.error()));
        }
        form.valid_until = std::move(*validity);
    }
    if (const Word* word = arguments.find("max-age")) {
        const Result<Duration> age = parse_span(*word);
        if (!age) {
            return fail(age.error());
        }
        form.quote_age_max = *age;
    }
    if (const Word* word = arguments.find("slippage")) {
        const Result<Decimal> percent = parse_percent(*word);
        if (!percent) {
            return fail(percent.error());
        }
        if (!std::holds_alternative<orders::MarketForm>(form.price)) {
            return wrong(*word, "order.slippage_of_market", "--slippage bounds a market order",
                         "the price of the others bounds itself: leave it out");
        }
        form.slippage_percent_max = *percent;
    }
    return {};
}

/// The legs of a spread make its symbol.
Result<void> read_legs(std::string_view verb, const Arguments& arguments, OrderWords& order) {
    if (verb != "spread") {
        return {};
    }
    const Word& word = arguments.required("legs");
    Result<std::vector<ComboLeg>> legs = orders::parse_legs(word.text);
    const Result<void> fits = legs ? orders::check_underlying(order.form.symbol, *legs) : fail(legs.error());
    if (!fits) {
        return fail(Error(fits.error()).at(word.where()));
    }
    order.underlying = std::move(order.form.symbol);
    order.legs = std::move(*legs);
    order.form.symbol = orders::spread_symbol(order.underlying, order.legs);
    order.form.side = Side::buy;
    return {};
}

} // namespace

Result<OrderWords> parse_order_words(std::string_view verb, const Arguments& arguments) {
    OrderWords order;
    order.form.reverses = arguments.has("reverse");
    order.form.closes = verb == "close" && !order.form.reverses;
    order.form.rebalances = verb == "rebalance";
    order.form.side = verb == "buy" ? Side::buy : Side::sell;
    const Word& symbol = arguments.required("symbol");
    order.is_list = verb == "close" && symbol.text.starts_with('@');
    Result<std::string> parsed = order.is_list ? Result<std::string>(symbol.text) : parse_symbol(symbol.text);
    if (!parsed) {
        return fail(std::move(parsed.error()).at(symbol.where()));
    }
    order.form.symbol = std::move(*parsed);
    order.form.may_open_short = arguments.has("short");
    if (Result<void> legs = read_legs(verb, arguments, order); !legs) {
        return fail(std::move(legs.error()));
    }
    if (Result<void> read = read_order_terms(arguments.all("terms"), order); !read) {
        return fail(std::move(read.error()));
    }
    if (Result<void> read = read_form_options(arguments, order.form); !read) {
        return fail(std::move(read.error()));
    }
    return order;
}

std::vector<ArgumentSpec> order_arguments(std::string_view verb) {
    std::vector<ArgumentSpec> arguments{
        {.name = "symbol", .help = "what to trade: GOOG", .kind = ValueKind::symbol},
        {.name = "terms",
         .help = "SIZE then market | limit P | stop P [limit P] | trail A | moo | moc | loo P | loc P, or two of "
                 "them: limit P or stop P; then as wanted "
                 "target P, protect P | protect trail A, tif day|gtc|ioc|fok|opg|cls, key NAME",
         .kind = ValueKind::size,
         .repeatable = true}};
    if (verb == "spread") {
        arguments.insert(arguments.begin() + 1, {.name = "legs",
                                                 .help = "contracts with commas, sold ones behind a minus: "
                                                         "AAPL261218P00095000,-AAPL261218P00090000"});
        arguments.back().help = "SIZE limit NET: what one unit costs, below zero what is received for it";
    }
    return arguments;
}

std::vector<OptionSpec> order_options(std::string_view verb) {
    std::vector<OptionSpec> options{
        {.name = "wait",
         .value_name = "ack|fill",
         .help =
             "wait for the venue's answer, or for the end of the order (exit 13: still working; 15: ended unfilled)",
         .choices = {"ack", "fill"}},
        {.name = "at",
         .value_name = "TIME",
         .help = "send it then, by a core that serves: NYSE:close-12m, 2026-11-23T15:48:00-05:00",
         .kind = ValueKind::time},
        {.name = "replay-old", .value_name = "", .help = "show the first outcome of a key used on an earlier day"},
        {.name = "valid-until",
         .value_name = "TIME",
         .help = "withdraw the order then: 15:55 (on the exchange's clock, or that of --tz), NYSE:close-5m, "
                 "2026-11-20T20:55:00Z",
         .kind = ValueKind::time},
        {.name = "cancel-after",
         .value_name = "SPAN",
         .help = "withdraw the order after so long: 30s",
         .kind = ValueKind::duration},
        {.name = "max-age",
         .value_name = "SPAN",
         .help = "the oldest quote that a price word may use (2s)",
         .kind = ValueKind::duration},
        {.name = "slippage",
         .value_name = "PERCENT",
         .help = "refuse a market order that would fill further than that from the middle of the quote: 0.2pct"}};
    if (verb == "close") {
        options.push_back({.name = "reverse",
                           .value_name = "",
                           .help = "hold as much the other way: one order of twice the position"});
    }
    if (verb == "sell") {
        options.push_back({.name = "short", .value_name = "", .help = "allow the sale to open a short position"});
    }
    return options;
}

} // namespace tradesh::cli
