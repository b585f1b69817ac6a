#include "cli/plot/plotted_series.hpp"

#include "core/expression/parser.hpp"
#include "core/indicators/catalogue.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tradesh::cli {
namespace {

using expression::CallNode;
using expression::NamedTree;
using expression::QueryCompiler;
using indicators::Indicator;

/// The call that an expression is, when it is one of an indicator.
struct IndicatorCall {
    const Indicator* indicator = nullptr;
    bool names_output = false;
};

IndicatorCall indicator_of(const NamedTree& named) {
    const auto* call = std::get_if<CallNode>(&named.tree.nodes.back().value);
    if (call == nullptr) {
        return {};
    }
    const std::size_t dot = call->name.find('.');
    return {.indicator = indicators::find_indicator(call->name.substr(0, dot)),
            .names_output = dot != std::string::npos};
}

/// "bbands(20, 2)" as "bbands.upper(20, 2)".
std::string with_output(NamedTree named, std::string_view output) {
    std::get<CallNode>(named.tree.nodes.back().value).name.append(".").append(output);
    return print(named.tree);
}

std::string label_of(const NamedTree& named, std::string_view output) {
    if (named.name.empty()) {
        return output.empty() ? print(named.tree) : with_output(named, output);
    }
    return named.name + (output.empty() ? "" : "." + std::string(output));
}

/// The outputs that are drawn where none is chosen: all that share a scale. The width of bands and what else is told of
/// them are no prices, and neither is the direction (1 or -1) of a line that follows them.
std::vector<std::string_view> outputs_of(const Indicator& indicator) {
    constexpr std::size_t bands = indicators::band_outputs.size();
    const bool has_bands = indicator.outputs.size() > bands &&
                           std::ranges::equal(indicator.outputs.first(bands), indicators::band_outputs);
    const auto known = has_bands ? indicator.outputs.first(bands) : indicator.outputs;
    std::vector<std::string_view> outputs(known.begin(), known.end());
    std::erase(outputs, "direction");
    return outputs;
}

/// The expression with a name that means another field of the bar: two columns would have it.
const NamedTree* named_as_field(std::span<const NamedTree> list) {
    const auto found = std::ranges::find_if(list, [](const NamedTree& named) {
        const bool is_field = std::ranges::find(bar_fields, named.name) != bar_fields.end();
        return is_field && print(named.tree) != named.name;
    });
    return found == list.end() ? nullptr : &*found;
}

/// Levels that the authors of an indicator gave a meaning.
std::vector<double> guides_of(const Indicator& indicator) {
    struct Guides {
        std::string_view name;
        std::array<double, 2> levels;
    };
    constexpr std::array known{Guides{"rsi", {30, 70}},    Guides{"mfi", {20, 80}},      Guides{"stoch", {20, 80}},
                               Guides{"stochf", {20, 80}}, Guides{"stochrsi", {20, 80}}, Guides{"willr", {-80, -20}},
                               Guides{"cci", {-100, 100}}};
    const std::string_view name = indicator.name.substr(0, indicator.name.find(':'));
    const auto* found = std::ranges::find(known, name, &Guides::name);
    return found == known.end() ? std::vector<double>() : std::vector(found->levels.begin(), found->levels.end());
}

Error condition_drawn(const expression::Output& output) {
    return Error(ErrorKind::usage, "plot.condition", "'" + output.label + "' is a condition, which has no line")
        .advise("draw a number; to find where a condition holds: scan run");
}

/// Puts everything into one program, word by word.
class PlotCompiler {
public:
    explicit PlotCompiler(Timeframe timeframe) : compiler_(timeframe) {}

    Result<void> begin() { return compiler_.condition("close", expression::Wanted::anything); }

    /// Adds the expressions of a word to a panel.
    Result<void> add(const Word& word, PlottedPanel& panel) {
        Result<std::vector<NamedTree>> list = expression::parse_list(word.text);
        if (!list) {
            return fail(in_word(std::move(list.error()), word));
        }
        if (Result<void> compiled = compiler_.columns(word.text); !compiled) {
            return fail(in_word(std::move(compiled.error()), word));
        }
        if (const NamedTree* taken = named_as_field(*list)) {
            return fail(in_word(
                Error(ErrorKind::usage, "plot.name_taken", "every bar has a field '" + taken->name + "' of its own")
                    .at(expression::locate(word.text, taken->where))
                    .advise("give it another name"),
                word));
        }
        std::size_t output = outputs_;
        outputs_ += list->size();
        for (const NamedTree& named : *list) {
            words_.resize(outputs_, &word);
            if (Result<void> added = add(named, output, word, panel); !added) {
                return added;
            }
            ++output;
        }
        return {};
    }

    Result<PlottedExpressions> finish(PlottedPanel price, std::vector<PlottedPanel> below) && {
        Result<expression::Program> program = std::move(compiler_).finish();
        if (!program) {
            return fail(std::move(program.error()));
        }
        std::vector<std::size_t> columns; ///< the places of what was asked for among all outputs
        for (std::size_t i = 0; i < program->outputs().size(); ++i) {
            if (program->outputs()[i].role == expression::OutputRole::column) {
                columns.push_back(i);
            }
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const expression::Output& output = program->outputs()[columns[i]];
            if (output.type == expression::Type::boolean) {
                return fail(condition_drawn(output).at(words_[i]->where()));
            }
        }
        const auto renumber = [&columns](PlottedPanel& panel) {
            for (PlottedSeries& series : panel.series) {
                series.output = columns[series.output];
            }
        };
        renumber(price);
        std::ranges::for_each(below, renumber);
        return PlottedExpressions{std::move(*program), std::move(price), std::move(below)};
    }

private:
    Result<void> add(const NamedTree& named, std::size_t output, const Word& word, PlottedPanel& panel) {
        const IndicatorCall call = indicator_of(named);
        const bool draws_all = call.indicator != nullptr && !call.names_output && call.indicator->outputs.size() > 1;
        if (call.indicator != nullptr && panel.guides.empty()) {
            panel.guides = guides_of(*call.indicator);
        }
        if (!draws_all) {
            const bool is_volume = print(named.tree) == "volume";
            const bool is_histogram = is_volume || print(named.tree).contains(".histogram(");
            panel.series.push_back({.label = label_of(named, {}),
                                    .style = is_histogram ? SeriesStyle::histogram : SeriesStyle::line,
                                    .adds_up = is_volume,
                                    .output = output});
            return {};
        }
        for (const std::string_view name : outputs_of(*call.indicator)) {
            std::size_t place = output; // the name alone means the first
            if (name != call.indicator->outputs.front()) {
                if (Result<void> compiled = compiler_.columns(with_output(named, name)); !compiled) {
                    return fail(std::move(compiled.error()).at(word.where()));
                }
                place = outputs_++;
                words_.resize(outputs_, &word);
            }
            panel.series.push_back({.label = label_of(named, name),
                                    .style = name == "histogram" ? SeriesStyle::histogram : SeriesStyle::line,
                                    .output = place});
        }
        return {};
    }

    QueryCompiler compiler_;
    std::size_t outputs_ = 0;
    std::vector<const Word*> words_; ///< that each output came from
};

} // namespace

Result<PlottedExpressions> read_plotted(std::span<const Word> over, std::span<const Word> below, Timeframe timeframe) {
    PlotCompiler compiler(timeframe);
    if (Result<void> begun = compiler.begin(); !begun) {
        return fail(std::move(begun.error()));
    }
    PlottedPanel price;
    for (const Word& word : over) {
        if (Result<void> added = compiler.add(word, price); !added) {
            return fail(std::move(added.error()));
        }
    }
    price.guides.clear(); // levels of an oscillator say nothing among prices
    std::vector<PlottedPanel> panels;
    for (const Word& word : below) {
        if (Result<void> added = compiler.add(word, panels.emplace_back()); !added) {
            return fail(std::move(added.error()));
        }
    }
    return std::move(compiler).finish(std::move(price), std::move(panels));
}

ChartPanel panel_of(const PlottedPanel& plotted, std::span<const std::vector<double>> outputs) {
    ChartPanel panel{.series = {}, .guides = plotted.guides};
    for (const PlottedSeries& series : plotted.series) {
        panel.series.push_back({.label = series.label,
                                .style = series.style,
                                .adds_up = series.adds_up,
                                .values = outputs[series.output]});
    }
    return panel;
}

} // namespace tradesh::cli
