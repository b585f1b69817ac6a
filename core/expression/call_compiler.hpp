#pragma once

#include "core/expression/tree_compiler.hpp"
#include "core/expression/words.hpp"

#include <vector>

namespace tradesh::expression {

/// Checks a call of a field, an indicator or a word, whose arguments are checked, and turns it into steps.
class CallCompiler {
public:
    CallCompiler(const Source& source, PlanBuilder& plan, Place place, const CallNode& call,
                 std::vector<Checked> arguments)
        : source_(source),
          plan_(plan),
          place_(place),
          call_(call),
          arguments_(std::move(arguments)) {}

    Result<Checked> run();

private:
    Result<Checked> field(indicators::Column column);

    Result<Checked> indicator(const indicators::Indicator& indicator);
    std::size_t count_series() const;
    Result<std::vector<StepId>> check_inputs(const indicators::Indicator& indicator);
    Result<std::vector<double>> check_parameters(const indicators::Indicator& indicator) const;

    Result<Checked> word(const Word& word);
    Result<std::vector<Checked>> match(const Word& word);
    Result<Checked> match_one(const Word& word, const WordParameter& parameter, std::size_t argument) const;
    Checked usual_of(const WordParameter& parameter);
    Result<Checked> apply_function(const Word& word, const std::vector<Checked>& arguments);
    Result<Checked> expand(const Word& word, const std::vector<Checked>& arguments);

    Result<void> require(std::size_t argument, Type type) const;
    std::unexpected<Error> wrong_arity(std::string message, const std::string& usage) const;
    StepId step_of(const Checked& checked) {
        return checked.constant ? plan_.add(ConstantStep{*checked.constant}, place_.stream) : checked.step;
    }

    const Source& source_;
    PlanBuilder& plan_;
    Place place_;
    const CallNode& call_;
    std::vector<Checked> arguments_; ///< none for a field, whose argument is no value
};

/// The value of a node that has to be a constant in a range; `what` it is for.
Result<double> constant_within(const Source& source, NodeId node, const Checked& checked, std::string_view what,
                               const indicators::Parameter& range);

/// Error "expression.unknown_name" for a field or a function that is none, with the one that may be meant.
std::unexpected<Error> unknown_name(const Source& source, NodeId node, std::string_view what, const std::string& name);

/// Which output of the indicator a name such as "macd.signal" means: the first one where it names none.
Result<std::size_t> output_of(const Source& source, NodeId node, const indicators::Indicator& indicator,
                              const std::string& name);

std::unexpected<Error> too_many_streams(const Source& source, NodeId node);

/// "macd" of "macd.signal".
std::string before_dot(const std::string& name);

} // namespace tradesh::expression
