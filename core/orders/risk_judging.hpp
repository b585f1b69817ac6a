#pragma once

#include "core/orders/risk_check.hpp"
#include "core/orders/risk_question.hpp"

#include <optional>
#include <string>
#include <vector>

/// How one check comes to its verdict: numbers against limits, several of them made one.
namespace tradesh::orders {

inline std::string plain(Decimal number) { return number.normalized().to_string(); }
std::string plain(const Money& money);

/// The limit in force for the asked symbol; nullopt when nothing limits it.
std::optional<LimitValue> limit_of(const RiskQuestion& question, Limit limit);

/// A number against a limit that is no money; a value equal to the limit passes, and one that is missing does not.
/// `unknown` says why it is missing, `cure` what to do about it.
RiskCheck compare(const RiskQuestion& question, Limit limit, std::string measure, const std::optional<Decimal>& value,
                  std::string unknown = "not known", std::string cure = "");
/// The same for an amount, against each limit in force, in that limit's currency.
std::vector<RiskCheck> compare_money(const RiskQuestion& question, Limit limit, std::string measure,
                                     const std::optional<Money>& value, const std::string& unknown = "not known",
                                     const std::string& cure = "");

/// The check that its parts make: the first denial as it stands, else all their numbers.
RiskCheck join(std::string name, const std::vector<RiskCheck>& parts);

/// A verdict in words.
RiskCheck in_words(std::string name, Verdict verdict, std::string words);

/// A denial that is only a warning.
RiskCheck softened(RiskCheck check);

// Each of the checks, by its name.
RiskCheck check_form(const RiskQuestion& question);
RiskCheck check_trading_state(const RiskQuestion& question);
RiskCheck check_duplicate(const RiskQuestion& question);
RiskCheck check_instrument(const RiskQuestion& question);
RiskCheck check_session(const RiskQuestion& question);
RiskCheck check_reference_price(const RiskQuestion& question);
RiskCheck check_price_collar(const RiskQuestion& question);
RiskCheck check_order_size(const RiskQuestion& question);
RiskCheck check_position(const RiskQuestion& question);
RiskCheck check_short_selling(const RiskQuestion& question);
RiskCheck check_self_match(const RiskQuestion& question);
RiskCheck check_open_orders(const RiskQuestion& question);
RiskCheck check_order_rate(const RiskQuestion& question);
RiskCheck check_day_loss(const RiskQuestion& question);
RiskCheck check_buying_power(const RiskQuestion& question);
RiskCheck check_concentration(const RiskQuestion& question);

} // namespace tradesh::orders
