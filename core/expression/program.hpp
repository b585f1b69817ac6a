#pragma once

#include "core/expression/syntax_tree.hpp"
#include "core/indicators/catalogue.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradesh::expression {

enum class Type : std::uint8_t { number, boolean };

/// A step's place in its plan.
using StepId = std::size_t;

struct ConstantStep {
    double value = 0.0;
    bool operator==(const ConstantStep&) const = default;
};
struct ColumnStep {
    indicators::Column column = indicators::Column::close;
    bool operator==(const ColumnStep&) const = default;
};
struct OffsetStep {
    StepId operand = 0;
    std::size_t bars = 0;
    bool operator==(const OffsetStep&) const = default;
};
struct UnaryStep {
    UnaryOperator op = UnaryOperator::negate;
    StepId operand = 0;
    bool operator==(const UnaryStep&) const = default;
};
struct BinaryStep {
    BinaryOperator op = BinaryOperator::add;
    StepId left = 0;
    StepId right = 0;
    bool operator==(const BinaryStep&) const = default;
};
struct IndicatorStep {
    const indicators::Indicator* indicator = nullptr; ///< in the catalogue, which lives for ever
    std::vector<StepId> inputs;
    std::vector<double> parameters;
    std::size_t output = 0; ///< which of the indicator's
    bool operator==(const IndicatorStep&) const = default;
};

/// One series to work out from earlier ones. Equal steps are one step, so a shared part is worked out once.
using Step = std::variant<ConstantStep, ColumnStep, OffsetStep, UnaryStep, BinaryStep, IndicatorStep>;

/// The earlier steps whose series this one reads.
std::vector<StepId> operands_of(const Step& step);

/// A number that explains the result to a person: what stands on a side of a comparison and is not constant.
struct ShownValue {
    std::string label; ///< "rsi(14)", as canonically printed
    StepId step = 0;
};

/// What has to be done, in order. It says nothing of how many instruments are worked out at a time.
struct Plan {
    std::string text;
    Type type = Type::number;
    std::vector<Step> steps;      ///< operands stand before their users
    std::vector<StepId> last_use; ///< of each step: the step after which its series is no longer needed
    StepId result = 0;
    std::vector<ShownValue> shown;
    std::size_t bars_needed = 1;
    std::size_t bars_wanted = 1;
};

/// A checked expression. Immutable, cheap to copy and safe to share between threads.
class Program {
public:
    explicit Program(Plan plan) : plan_(std::make_shared<const Plan>(std::move(plan))) {}

    /// As the user wrote it.
    const std::string& text() const { return plan_->text; }
    Type type() const { return plan_->type; }
    /// The labels of the values that explain a result, at most `shown_max`.
    std::span<const ShownValue> shown() const { return plan_->shown; }
    /// Fewest bars for which the result can be known on the last bar.
    std::size_t bars_needed() const { return plan_->bars_needed; }
    /// Bars to load, when there are so many, so that recursive indicators come within 1e-9 of what the whole history
    /// gives. Never less than bars_needed.
    std::size_t bars_wanted() const { return plan_->bars_wanted; }
    bool reads(indicators::Column column) const;
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

inline constexpr std::size_t shown_max = 16;
inline constexpr std::size_t offset_max = 10'000;
/// Most numbers that one evaluation over bars_wanted may hold: 64 MiB.
inline constexpr std::size_t values_max = 8'388'608;

/// What the result has to be.
enum class Wanted : std::uint8_t { anything, condition };

/// Reads and checks an expression before any data is touched: names, arity, types, ranges, constant parameters, size.
///
///     close > sma(20) and not rsi(14) >= 70        fields, indicators, logic
///     highest(high, 20)[1] < close                 x[n]: the value n bars before
///     macd(12, 26, 9).signal, bbands.upper(20, 2)  an output; the first one where none is named
///     ema:first(20)                                a variant
///     ema(rsi(14), 5) * 2 - 1_000 / volume         series as input, numbers
///
/// Fields are open high low close volume; an indicator reads close unless a series is given first; letter case does not
/// matter. Errors (usage) carry their place: those of `parse`, "expression.unknown_name", "expression.arity",
/// "expression.type", "expression.parameter", "expression.not_finite", "expression.too_large".
Result<Program> compile(std::string_view text, Wanted wanted = Wanted::anything);

} // namespace tradesh::expression
