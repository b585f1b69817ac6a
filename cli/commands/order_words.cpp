#include "cli/commands/order_words.hpp"

#include "cli/parse/values.hpp"
#include "core/base/suggestion.hpp"

#include <array>
#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

constexpr std::string_view type_hint = "end it with market, limit PRICE, or stop PRICE [limit PRICE]";

std::unexpected<Error> wrong(const Word& word, std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint).at(word.where()));
}

/// Reads the words after the symbol, one clause after the other.
class TermReader {
public:
    TermReader(std::span<const Word> terms, OrderWords& order) : terms_(terms), order_(order) {}

    Result<void> read() {
        if (Result<void> size = read_size(); !size) {
            return size;
        }
        while (at_ < terms_.size()) {
            if (Result<void> clause = read_clause(terms_[at_++]); !clause) {
                return clause;
            }
        }
        return has_type_ ? Result<void>() : type_missing();
    }

private:
    Result<void> read_size() {
        const Result<ParsedSize> size = parse_size(terms_);
        if (!size) {
            return fail(size.error());
        }
        if (std::holds_alternative<SizeByRisk>(size->value)) {
            return wrong(terms_[0], "order.risk_size_unsupported",
                         "a size by risk needs a protect price, which orders do not take yet",
                         "give the size as 100sh, 15000usd or 25pct");
        }
        std::visit(
            [this](const auto& value) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, SizeByRisk>) {
                    order_.form.size = value;
                }
            },
            size->value);
        order_.size_has_unit = size->has_unit;
        at_ = size->words_used;
        return {};
    }

    Result<void> read_clause(const Word& word) {
        if (word.text == "market") {
            return set_type(word, orders::MarketForm{});
        }
        if (word.text == "limit") {
            return read_limit(word);
        }
        if (word.text == "stop") {
            return read_stop(word);
        }
        if (word.text == "tif") {
            return read_time_in_force(word);
        }
        if (word.text == "key") {
            const Word* key = value_of(word);
            if (key == nullptr || key->text.empty()) {
                return value_missing(word, "key NAME");
            }
            if (!order_.key.empty()) {
                return wrong(word, "order.two_keys", "the order already has a key", "a key stands for one order");
            }
            order_.key = key->text;
            return {};
        }
        return unknown_clause(word);
    }

    Result<void> read_limit(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "limit 99.50");
        }
        const Result<orders::PriceWord> price = parse_price(*value);
        if (!price) {
            return fail(price.error());
        }
        auto* stop = std::get_if<orders::StopForm>(&order_.form.price);
        if (has_type_ && stop != nullptr && !stop->limit) {
            stop->limit = *price;
            return {};
        }
        return set_type(word, orders::LimitForm{*price});
    }

    Result<void> read_stop(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "stop 95");
        }
        const Result<orders::PriceWord> price = parse_price(*value);
        return price ? set_type(word, orders::StopForm{.stop = *price, .limit = std::nullopt}) : fail(price.error());
    }

    Result<void> read_time_in_force(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "tif gtc");
        }
        Result<TimeInForce> time_in_force = parse_time_in_force(value->text);
        if (!time_in_force) {
            return fail(std::move(time_in_force.error()).at(value->where()));
        }
        order_.form.time_in_force = *time_in_force;
        return {};
    }

    Result<void> set_type(const Word& word, orders::PriceForm price) {
        if (has_type_) {
            return wrong(word, "order.two_types", "the order already has a type",
                         "an order has one type: " + std::string(type_hint));
        }
        has_type_ = true;
        order_.form.price = std::move(price);
        return {};
    }

    Result<void> type_missing() const {
        const Word& last = terms_.back();
        return wrong(last, "order.type_missing", "the order names no type after '" + last.text + "'", type_hint);
    }

    static Result<void> value_missing(const Word& word, std::string_view example) {
        return wrong(word, "order.value_missing", "'" + word.text + "' needs a value",
                     "for example: " + std::string(example));
    }

    static Result<void> unknown_clause(const Word& word) {
        constexpr std::array<std::string_view, 5> clauses{"market", "limit", "stop", "tif", "key"};
        const std::string nearest = did_you_mean(word.text, clauses);
        return wrong(word, "order.unknown_word", "'" + word.text + "' is no part of an order",
                     nearest.empty() ? type_hint : std::string_view(nearest));
    }

    const Word* value_of(const Word&) { return at_ < terms_.size() ? &terms_[at_++] : nullptr; }

    std::span<const Word> terms_;
    OrderWords& order_;
    std::size_t at_ = 0;
    bool has_type_ = false;
};

} // namespace

Result<OrderWords> parse_order_words(std::string_view verb, const Arguments& arguments) {
    OrderWords order;
    order.form.closes = verb == "close";
    order.form.side = verb == "buy" ? Side::buy : Side::sell;
    const Word& symbol = arguments.required("symbol");
    Result<std::string> parsed = parse_symbol(symbol.text);
    if (!parsed) {
        return fail(std::move(parsed.error()).at(symbol.where()));
    }
    order.form.symbol = std::move(*parsed);
    order.form.may_open_short = arguments.has("short");
    TermReader reader(arguments.all("terms"), order);
    if (Result<void> read = reader.read(); !read) {
        return fail(std::move(read.error()));
    }
    return order;
}

std::vector<ArgumentSpec> order_arguments() {
    return {{.name = "symbol", .help = "what to trade: GOOG", .kind = ValueKind::symbol},
            {.name = "terms",
             .help = "SIZE then market | limit P | stop P [limit P], then tif day|gtc|ioc|fok and key NAME as wanted",
             .kind = ValueKind::size,
             .repeatable = true}};
}

std::vector<OptionSpec> order_options(bool may_short) {
    std::vector<OptionSpec> options{
        {.name = "wait",
         .value_name = "ack|fill",
         .help = "wait for the venue's answer, or for the end of the order (exit 13 when it is still working)",
         .choices = {"ack", "fill"}},
        {.name = "at",
         .value_name = "TIME",
         .help = "send it then, by a core that serves: NYSE:close-12m, 2026-11-23T15:48:00-05:00",
         .kind = ValueKind::time},
        {.name = "replay-old", .value_name = "", .help = "show the first outcome of a key used on an earlier day"}};
    if (may_short) {
        options.push_back({.name = "short", .value_name = "", .help = "allow the sale to open a short position"});
    }
    return options;
}

} // namespace tradesh::cli
