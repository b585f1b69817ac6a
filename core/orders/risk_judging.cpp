#include "core/orders/risk_judging.hpp"

#include "core/orders/risk_exposure.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

/// A value that could be measured, or why it could not.
struct Measured {
    std::optional<Decimal> number;
    std::string text;
    std::string cure{};
};

RiskCheck against(Limit limit, const LimitValue& value, std::string measure, const Measured& measured) {
    const std::string limit_text = to_text(limit, value);
    if (!measured.number) { // what cannot be measured cannot pass a limit
        return RiskCheck{.name = {},
                         .verdict = Verdict::deny,
                         .value = "it cannot be compared with " + limit_text + ": " + measured.text,
                         .limit = {},
                         .source = value.source,
                         .measure = std::move(measure),
                         .cure = measured.cure};
    }
    const bool is_minimum = limit == Limit::order_notional_min;
    const bool passes = is_minimum ? *measured.number >= *value.number : *measured.number <= *value.number;
    return RiskCheck{.name = {},
                     .verdict = passes ? Verdict::pass : Verdict::deny,
                     .value = measured.text,
                     .limit = limit_text,
                     .source = value.source,
                     .measure = std::move(measure)};
}

RiskCheck unlimited(std::string measure, std::string value) {
    return RiskCheck{.name = {},
                     .verdict = Verdict::not_limited,
                     .value = std::move(value),
                     .limit = {},
                     .source = {},
                     .measure = std::move(measure)};
}

std::string with_unit(Limit limit, Decimal number) {
    switch (spec_of(limit).unit) {
    case LimitUnit::percent: return plain(number.rescaled(4, Rounding::half_even)) + " %";
    case LimitUnit::seconds: return plain(number) + " s";
    default: return plain(number);
    }
}

void append(std::string& text, const std::string& more) {
    if (!more.empty()) {
        text += (text.empty() ? "" : "; ") + more;
    }
}

} // namespace

std::string plain(const Money& money) {
    return plain(money.amount.rescaled(std::min(money.amount.scale(), 4), Rounding::half_even)) + " " +
           std::string(money.currency.code());
}

std::optional<LimitValue> limit_of(const RiskQuestion& question, Limit limit) {
    return question.limits.find(limit, question.account, question.asked.request.symbol);
}

RiskCheck compare(const RiskQuestion& question, Limit limit, std::string measure, const std::optional<Decimal>& value,
                  std::string unknown, std::string cure) {
    const Measured measured{
        .number = value, .text = value ? with_unit(limit, *value) : std::move(unknown), .cure = std::move(cure)};
    const std::optional<LimitValue> in_force = limit_of(question, limit);
    return in_force ? against(limit, *in_force, std::move(measure), measured)
                    : unlimited(std::move(measure), measured.text);
}

std::vector<RiskCheck> compare_money(const RiskQuestion& question, Limit limit, std::string measure,
                                     const std::optional<Money>& value, const std::string& unknown,
                                     const std::string& cure) {
    const std::string symbol = question.asked.request.symbol;
    std::vector<RiskCheck> checks;
    for (const LimitValue& in_force : question.limits.in_force(limit, question.account, symbol)) {
        Measured measured{.number = std::nullopt, .text = unknown, .cure = cure};
        if (value) {
            const Result<Money> converted = in_currency(question, *value, in_force.currency);
            measured.text = converted ? plain(*converted) : plain(*value) + ": " + converted.error().message;
            measured.cure = converted ? "" : converted.error().hint;
            measured.number = converted ? std::optional(converted->amount) : std::nullopt;
        }
        checks.push_back(against(limit, in_force, measure, measured));
    }
    if (checks.empty()) {
        checks.push_back(unlimited(std::move(measure), value ? plain(*value) : "not known: " + unknown));
    }
    return checks;
}

RiskCheck join(std::string name, const std::vector<RiskCheck>& parts) {
    RiskCheck joined{.name = name, .verdict = Verdict::not_limited, .value = {}, .limit = {}};
    for (const RiskCheck& part : parts) {
        if (part.verdict == Verdict::deny) {
            joined = part;
            joined.name = std::move(name);
            return joined;
        }
        if (part.verdict == Verdict::warn || joined.verdict == Verdict::not_limited) {
            joined.verdict = part.verdict;
        }
        const bool is_named = parts.size() > 1 && !part.measure.empty();
        append(joined.value, (is_named ? part.measure + " " : "") + part.value);
        append(joined.limit, part.limit);
        if (joined.source.find(part.source) == joined.source.npos) {
            append(joined.source, part.source);
        }
    }
    return joined;
}

RiskCheck in_words(std::string name, Verdict verdict, std::string words) {
    return RiskCheck{.name = std::move(name), .verdict = verdict, .value = std::move(words), .limit = {}};
}

RiskCheck softened(RiskCheck check) {
    check.verdict = check.verdict == Verdict::deny ? Verdict::warn : check.verdict;
    return check;
}

} // namespace tradesh::orders
