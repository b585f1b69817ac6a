#pragma once

#include "core/expression/syntax_tree.hpp"
#include "core/indicators/catalogue.hpp"
#include "core/market/timeframe.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradesh::expression {

enum class Type : std::uint8_t { number, boolean };

/// A step's place in its plan.
using StepId = std::size_t;
/// A stream's place in its plan. The first is the base: the last bar of it is what a scan looks at.
using StreamId = std::size_t;
inline constexpr StreamId base_stream = 0;

/// The bars wanted of a stream where an indicator counts from the first bar there is: all of them, however many. More
/// than any instrument has (so many minutes are 1900 years), and still a number that can be added to and multiplied.
/// No check of size is made against it: who reads the bars bounds how many.
inline constexpr std::size_t every_bar = 1'000'000'000;

/// Bars that an expression reads.
struct Stream {
    std::string symbol; ///< empty: those of the instrument itself
    Timeframe timeframe = Timeframe::d1;
    std::size_t bars_needed = 1; ///< fewest for which the condition can be known on the last bar of the base
    std::size_t bars_wanted = 1; ///< to load, where there are so many: see Program::bars_wanted
    std::array<bool, indicators::columns.size()> columns{}; ///< that are read, by indicators::index_of
};

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

enum class Function : std::uint8_t { absolute, square_root, logarithm, least, greatest, choose };
struct FunctionStep {
    Function function = Function::absolute;
    std::vector<StepId> operands; ///< one, two (least, greatest), or condition, yes and no
    bool operator==(const FunctionStep&) const = default;
};
/// A series of another stream, as it was known when each bar of this step's own stream was complete: the value on the
/// other stream's last bar that was complete by then, or unknown where that bar is stale (see `stale_after`).
struct AlignStep {
    StepId operand = 0;
    bool operator==(const AlignStep&) const = default;
};

/// One series to work out from earlier ones. Equal steps of one stream are one step, so a shared part is worked out
/// once.
using Step =
    std::variant<ConstantStep, ColumnStep, OffsetStep, UnaryStep, BinaryStep, IndicatorStep, FunctionStep, AlignStep>;

/// The earlier steps whose series this one reads.
std::vector<StepId> operands_of(const Step& step);
/// Whether two steps are outputs of one indicator over the same series.
bool is_same_call(const IndicatorStep& a, const IndicatorStep& b);

/// Why a value is worked out besides the result.
enum class OutputRole : std::uint8_t {
    explains, ///< stands on a side of a comparison of the condition and is not constant
    column,   ///< was asked for
    rank,     ///< what the results are ordered by
    clause,   ///< a condition that the condition is made of by and, or and not
};

/// A value that is told besides the result.
struct Output {
    std::string label; ///< "rsi(14)", as canonically printed, or the name after `as`
    StepId step = 0;
    OutputRole role = OutputRole::explains;
    Type type = Type::number;
    std::size_t bars_needed = 1; ///< fewest bars of the base for which it can be known on the last one
};

/// What has to be done, in order. It says nothing of how many instruments are worked out at a time.
struct Plan {
    std::string text;
    Type type = Type::number;
    std::vector<Stream> streams;        ///< the base first
    std::vector<Step> steps;            ///< operands stand before their users
    std::vector<StreamId> stream_of;    ///< of each step
    std::vector<StepId> last_use;       ///< of each step: the step after which its series is no longer needed
    std::vector<std::size_t> last_rows; ///< of each step: how many of its last values the last bar's outputs need
    StepId result = 0;
    std::vector<Output> outputs; ///< in the order of OutputRole
};

/// A checked expression. Immutable, cheap to copy and safe to share between threads.
class Program {
public:
    explicit Program(Plan plan) : plan_(std::make_shared<const Plan>(std::move(plan))) {}

    /// As the user wrote it.
    const std::string& text() const { return plan_->text; }
    Type type() const { return plan_->type; }
    /// What is told besides the result; at most `explained_max` that explain it.
    std::span<const Output> outputs() const { return plan_->outputs; }
    /// Streams beyond the base are those of other timeframes and other instruments.
    std::span<const Stream> streams() const { return plan_->streams; }
    Timeframe timeframe() const { return plan_->streams.front().timeframe; }
    /// Fewest bars of the base for which the result can be known on the last bar.
    std::size_t bars_needed() const { return plan_->streams.front().bars_needed; }
    /// Bars of the base to load, when there are so many, so that recursive indicators come within 1e-9 of what the
    /// whole history gives; `every_bar` where one counts from the first bar. Never less than bars_needed.
    std::size_t bars_wanted() const { return plan_->streams.front().bars_wanted; }
    bool reads(indicators::Column column) const { return plan_->streams.front().columns[indicators::index_of(column)]; }
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

inline constexpr std::size_t explained_max = 16;
inline constexpr std::size_t offset_max = 10'000;
inline constexpr std::size_t streams_max = 16;
inline constexpr std::size_t steps_max = 4'096;
inline constexpr std::size_t columns_max = 64;
/// Most numbers that one evaluation over bars_wanted of all streams may hold: 64 MiB. Streams of which every bar is
/// wanted do not count.
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
///     rsi(14)@1h < 30 and close@1d > ema(200)@1d   on bars of another length, see AlignStep
///     close / close("SPY")                         another instrument, on bars as long as those around it
///     ema(10) crosses_above ema(30), change(5)     words, see words.hpp
///     let r = rsi(14) in r@1h < 30 and r@1d > 50   names for parts; they mean what stands for them, where they stand
///
/// Fields are open high low close volume; an indicator reads close unless a series is given first; letter case does not
/// matter but in timeframes. Errors (usage) carry their place: those of `parse`, "expression.unknown_name",
/// "expression.name_taken", "expression.arity", "expression.type", "expression.parameter", "expression.not_finite",
/// "expression.too_large".
Result<Program> compile(std::string_view text, Wanted wanted = Wanted::anything);

/// Compiles what a scan asks, one text after the other, into one program in which equal parts are worked out once. A
/// text that is refused leaves it unusable; the place of its error is one in that text.
class QueryCompiler {
public:
    /// Without a timeframe the base is 1d, or the shortest that the condition names where it names one for every field.
    explicit QueryCompiler(std::optional<Timeframe> timeframe = std::nullopt);
    QueryCompiler(QueryCompiler&&) noexcept;
    ~QueryCompiler();

    /// First, once, or not at all: then every bar matches.
    Result<void> condition(std::string_view text, Wanted wanted = Wanted::condition);
    /// "rsi(14), atr(14) / close as atrp"
    Result<void> columns(std::string_view text);
    /// A number to order the results by.
    Result<void> rank(std::string_view text);
    /// Error "expression.too_large".
    Result<Program> finish() &&;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace tradesh::expression
