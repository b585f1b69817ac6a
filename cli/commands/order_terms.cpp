#include "cli/commands/order_terms.hpp"

#include "cli/parse/values.hpp"
#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::cli {
namespace {

constexpr std::string_view type_hint =
    "end it with market, limit PRICE, stop PRICE [limit PRICE], trail 1.50, moo, moc, loo PRICE or loc PRICE";

constexpr std::string_view entry_price = "the entry's price";

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
        return has_type_ ? check_together() : type_missing();
    }

private:
    Result<void> read_size() {
        const Result<ParsedSize> size = parse_size(terms_);
        if (!size) {
            return fail(size.error());
        }
        order_.form.size = size->value;
        order_.size_has_unit = size->has_unit;
        at_ = size->words_used;
        return {};
    }

    Result<void> read_clause(const Word& word) {
        const auto clause = std::ranges::find(clauses, std::string_view(word.text), &Clause::word);
        return clause == clauses.end() ? unknown_clause(word) : (this->*clause->read)(word);
    }

    Result<void> read_market(const Word& word) { return set_type(word, orders::MarketForm{}); }

    /// "moo", "moc": a market order for the opening or the close.
    Result<void> read_auction_market(const Word& word) {
        const Result<void> typed = set_type(word, orders::MarketForm{});
        return typed ? set_time_in_force(word, word.text == "moo" ? TimeInForce::opg : TimeInForce::cls) : typed;
    }

    /// "loo 99.50", "loc 99.50": a limit order for the opening or the close.
    Result<void> read_auction_limit(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, word.text + " 99.50");
        }
        const Result<orders::PriceWord> price = parse_price(*value);
        if (!price) {
            return fail(price.error());
        }
        const Result<void> typed = set_type(word, orders::LimitForm{*price});
        return typed ? set_time_in_force(word, word.text == "loo" ? TimeInForce::opg : TimeInForce::cls) : typed;
    }

    Result<void> read_trail(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "trail 2pct");
        }
        const Result<orders::TrailForm> trail = parse_trail(*value);
        return trail ? set_type(word, *trail) : fail(trail.error());
    }

    Result<void> read_target(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "target +2pct");
        }
        if (order_.form.target) {
            return wrong(word, "order.two_targets", "the order already has a target", "give one");
        }
        const Result<orders::PriceWord> price = parse_price_or_step(*value, entry_price);
        if (!price) {
            return fail(price.error());
        }
        order_.form.target = *price;
        exit_ = exit_ == nullptr ? &word : exit_;
        return {};
    }

    Result<void> read_protect(const Word& word) {
        const Word* value = value_of(word);
        const bool trails = value != nullptr && value->text == "trail";
        value = trails ? value_of(word) : value;
        if (value == nullptr) {
            return value_missing(word, "protect -1pct, or protect trail 1pct");
        }
        if (order_.form.protect) {
            return wrong(word, "order.two_protects", "the order already has a protecting stop", "give one");
        }
        exit_ = exit_ == nullptr ? &word : exit_;
        if (trails) {
            const Result<orders::TrailForm> trail = parse_trail(*value);
            return trail ? set_protect(*trail) : fail(trail.error());
        }
        const Result<orders::PriceWord> price = parse_price_or_step(*value, entry_price);
        return price ? set_protect(*price) : fail(price.error());
    }

    Result<void> set_protect(orders::ProtectForm protect) {
        order_.form.protect = std::move(protect);
        return {};
    }

    Result<void> read_key(const Word& word) {
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

    Result<void> read_limit(const Word& word) {
        const Word* value = value_of(word);
        if (value == nullptr) {
            return value_missing(word, "limit 99.50");
        }
        const Result<orders::PriceWord> price = is_spread() ? net_price(*value) : parse_price(*value);
        if (!price) {
            return fail(price.error());
        }
        orders::PriceForm& last = order_.form.alternative ? *order_.form.alternative : order_.form.price;
        auto* stop = std::get_if<orders::StopForm>(&last);
        const bool of_stop = or_ == nullptr || order_.form.alternative;
        if (has_type_ && of_stop && stop != nullptr && !stop->limit) {
            stop->limit = *price;
            return {};
        }
        return set_type(word, orders::LimitForm{*price});
    }

    bool is_spread() const { return !order_.legs.empty(); }

    /// What a spread costs; what is received for one is below zero, and one leg may pay for the other.
    static Result<orders::PriceWord> net_price(const Word& word) {
        const bool signed_number = word.text.starts_with('-') || word.text.starts_with('+');
        const Result<Decimal> net = parse_number(word);
        if (!signed_number && !(net && net->is_zero())) {
            return parse_price(word);
        }
        return net ? Result<orders::PriceWord>(orders::PriceWord{.base = orders::PriceBase::absolute, .offset = *net})
                   : fail(net.error());
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
        return set_time_in_force(word, *time_in_force);
    }

    Result<void> set_time_in_force(const Word& word, TimeInForce time_in_force) {
        if (has_time_in_force_) {
            return wrong(word, "order.two_tifs",
                         "the order already says how long it lives: " + std::string(name_of(order_.form.time_in_force)),
                         "give one of moo, moc, loo, loc and tif");
        }
        has_time_in_force_ = true;
        order_.form.time_in_force = time_in_force;
        return {};
    }

    /// "limit 110 or stop 95": the next type is the alternative.
    Result<void> read_or(const Word& word) {
        if (!has_type_ || or_ != nullptr) {
            return wrong(word, "order.or", "'or' stands between two types", "for example: limit 110 or stop 95");
        }
        or_ = &word;
        return {};
    }

    Result<void> set_type(const Word& word, orders::PriceForm price) {
        if (or_ != nullptr && !order_.form.alternative) {
            order_.form.alternative = std::move(price);
            return {};
        }
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

    static Result<void> value_missing(const Word& word, const std::string& example) {
        return wrong(word, "order.value_missing", "'" + word.text + "' needs a value", "for example: " + example);
    }

    Result<void> unknown_clause(const Word& word) {
        std::vector<std::string_view> words;
        std::ranges::transform(clauses, std::back_inserter(words), &Clause::word);
        const std::string nearest = did_you_mean(word.text, words);
        return wrong(word, "order.unknown_word", "'" + word.text + "' is no part of an order",
                     nearest.empty() ? type_hint : std::string_view(nearest));
    }

    /// Two orders of which one cancels the other rest in the market; what fills at once or has exits has no other.
    Result<void> check_alternative() const {
        if (or_ == nullptr) {
            return {};
        }
        const orders::OrderForm& form = order_.form;
        constexpr std::string_view example = "for example: sell GOOG 10 limit 110 or stop 95 tif gtc";
        if (!form.alternative) {
            return wrong(*or_, "order.or", "'or' needs another type behind it", example);
        }
        const bool rests = form.time_in_force == TimeInForce::day || form.time_in_force == TimeInForce::gtc;
        const bool market = std::holds_alternative<orders::MarketForm>(form.price) ||
                            std::holds_alternative<orders::MarketForm>(*form.alternative);
        if (market || !rests || exit_ != nullptr || is_spread()) {
            return wrong(*or_, "order.or",
                         "both orders of 'or' rest as limit, stop or trail, day or gtc, without exits", example);
        }
        return {};
    }

    /// Exits belong to an order that opens a position, and auctions have no stops.
    Result<void> check_together() const {
        const orders::OrderForm& form = order_.form;
        const bool opens =
            !form.closes && !form.reverses && !form.rebalances && (form.side == Side::buy || form.may_open_short);
        if (exit_ != nullptr && !opens) {
            return wrong(*exit_, "order.exit_of_exit",
                         "'" + exit_->text + "' belongs to an order that opens a position",
                         "a sell opens one only with --short");
        }
        if (Result<void> fits = check_alternative(); !fits) {
            return fits;
        }
        const bool auction = form.time_in_force == TimeInForce::opg || form.time_in_force == TimeInForce::cls;
        const bool plain = std::holds_alternative<orders::MarketForm>(form.price) ||
                           std::holds_alternative<orders::LimitForm>(form.price);
        if (auction && !plain) {
            return wrong(terms_.back(), "order.auction_type", "an order for the opening or the close has no stop",
                         "use moo, moc, loo PRICE or loc PRICE");
        }
        if (is_spread() && !std::holds_alternative<orders::LimitForm>(form.price)) {
            return wrong(terms_.back(), "spread.net_price", "a spread names its net price",
                         "write limit 1.25 to pay it, limit -1.25 to receive it, or limit mid");
        }
        if (is_spread() && exit_ != nullptr) {
            return wrong(*exit_, "spread.exit", "a spread takes no exits", "close it by the spread of the other way");
        }
        if (form.rebalances && !std::holds_alternative<orders::SizeInPercent>(form.size)) {
            return wrong(terms_[0], "order.share_needed", "'" + terms_[0].text + "' is no share of net liquidation",
                         "write 5pct");
        }
        if (form.reverses && !std::holds_alternative<orders::SizeAll>(form.size)) {
            return wrong(terms_[0], "order.reverse_all", "a reversal takes the whole position", "write all");
        }
        if (std::holds_alternative<orders::SizeByRisk>(form.size) && !form.protect) {
            return wrong(terms_[0], "order.risk_needs_protect",
                         "a size by risk is counted from the protecting stop, and there is none",
                         "add protect 95, protect -2pct or protect trail 1pct");
        }
        return {};
    }

    const Word* value_of(const Word&) { return at_ < terms_.size() ? &terms_[at_++] : nullptr; }

    std::span<const Word> terms_;
    OrderWords& order_;
    std::size_t at_ = 0;
    bool has_type_ = false;
    bool has_time_in_force_ = false;
    const Word* or_ = nullptr;
    const Word* exit_ = nullptr; ///< the first word that asked for one

    struct Clause {
        std::string_view word;
        Result<void> (TermReader::*read)(const Word&);
    };
    static constexpr std::array<Clause, 13> clauses{{{"market", &TermReader::read_market},
                                                     {"limit", &TermReader::read_limit},
                                                     {"stop", &TermReader::read_stop},
                                                     {"trail", &TermReader::read_trail},
                                                     {"moo", &TermReader::read_auction_market},
                                                     {"moc", &TermReader::read_auction_market},
                                                     {"loo", &TermReader::read_auction_limit},
                                                     {"loc", &TermReader::read_auction_limit},
                                                     {"or", &TermReader::read_or},
                                                     {"tif", &TermReader::read_time_in_force},
                                                     {"target", &TermReader::read_target},
                                                     {"protect", &TermReader::read_protect},
                                                     {"key", &TermReader::read_key}}};
};

} // namespace

Result<void> read_order_terms(std::span<const Word> terms, OrderWords& order) {
    return TermReader(terms, order).read();
}

} // namespace tradesh::cli
