#include "core/expression/parser.hpp"
#include "core/expression/plan_builder.hpp"
#include "core/expression/program.hpp"
#include "core/expression/tree_compiler.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::expression {
namespace {

/// How an output is called whose node stands at another timeframe than the base.
std::string label_of(const SyntaxTree& tree, Place place, const PlanBuilder& plan) {
    if (place.stream == base_stream) {
        return print(tree, place.node);
    }
    return print(tree, place.node, Precedence::postfix) + "@" + std::string(name_of(plan.timeframe_of(place.stream)));
}

/// Any comparison has two sides.
std::vector<NodeId> sides_of(const Node& node) {
    return is_comparison(node) ? children_of(node) : std::vector<NodeId>();
}

bool holds_step(std::span<const Output> outputs, StepId step) {
    return std::ranges::find(outputs, step, &Output::step) != outputs.end();
}

/// The sides of the comparisons that the condition depends on, each once; a number explains itself.
std::vector<Output> explain(TreeCompiler& compiler, PlanBuilder& plan, const Checked& root) {
    const SyntaxTree& tree = compiler.source().tree;
    if (root.type == Type::number) {
        return {{.label = print(tree), .step = compiler.step_of(root, base_stream)}};
    }
    std::vector<Output> explanation;
    for (const Place place : compiler.places_leading_to_root()) {
        for (const NodeId side : sides_of(tree.nodes[place.node])) {
            const Checked& checked = compiler.at({side, place.stream});
            if (checked.constant || explanation.size() == explained_max) {
                continue;
            }
            const StepId step = plan.align(checked.step, base_stream);
            if (!holds_step(explanation, step)) {
                explanation.push_back({.label = label_of(tree, {side, place.stream}, plan), .step = step});
            }
        }
    }
    return explanation;
}

/// What a condition is made of by and, or and not, from left to right.
std::vector<Output> clauses_of(const TreeCompiler& compiler) {
    const SyntaxTree& tree = compiler.source().tree;
    std::vector<Output> clauses;
    std::vector<NodeId> open{tree.root()};
    while (!open.empty()) {
        const NodeId node = open.back();
        open.pop_back();
        const NodeValue& value = tree.nodes[node].value;
        const auto* binary = std::get_if<BinaryNode>(&value);
        const auto* unary = std::get_if<UnaryNode>(&value);
        if (const auto* let = std::get_if<LetNode>(&value)) {
            open.push_back(let->body);
        } else if (binary != nullptr && is_logical(binary->op)) {
            open.insert(open.end(), {binary->right, binary->left});
        } else if (unary != nullptr && unary->op == UnaryOperator::logical_not) {
            open.push_back(unary->operand);
        } else if (const StepId step = compiler.at({node, base_stream}).step; !holds_step(clauses, step)) {
            clauses.push_back(
                {.label = print(tree, node), .step = step, .role = OutputRole::clause, .type = Type::boolean});
        }
    }
    return clauses;
}

bool names_timeframe(const SyntaxTree& tree) {
    return std::ranges::any_of(tree.nodes,
                               [](const Node& node) { return std::holds_alternative<FrameNode>(node.value); });
}

} // namespace

class QueryCompiler::Work {
public:
    explicit Work(std::optional<Timeframe> timeframe)
        : timeframe_(timeframe),
          plan_(timeframe.value_or(Timeframe::d1)) {}

    Result<void> condition(std::string_view text, Wanted wanted) {
        const Result<SyntaxTree> tree = parse(text);
        if (!tree) {
            return fail(tree.error());
        }
        if (Result<void> chosen = choose_base(text, *tree); !chosen) {
            return chosen;
        }
        TreeCompiler compiler({text, *tree}, plan_);
        const Result<Checked> root = compiler.run();
        if (!root) {
            return fail(root.error());
        }
        if (wanted == Wanted::condition && root->type != Type::boolean) {
            return compiler.source().fail_at(
                tree->root(), "expression.type",
                "'" + compiler.source().written(tree->root()) + "' is a number, and a condition is needed",
                "compare it with something: " + print(*tree, tree->root(), Precedence::sum) + " > 0");
        }
        text_ = text;
        type_ = root->type;
        explanation_ = explain(compiler, plan_, *root);
        result_ = compiler.step_of(*root, base_stream);
        if (type_ == Type::boolean) {
            clauses_ = clauses_of(compiler);
        }
        return {};
    }

    Result<void> columns(std::string_view text) {
        const Result<std::vector<NamedTree>> list = parse_list(text);
        if (!list) {
            return fail(list.error());
        }
        for (const NamedTree& named : *list) {
            TreeCompiler compiler({text, named.tree}, plan_);
            const Result<Checked> root = compiler.run();
            if (!root) {
                return fail(root.error());
            }
            std::string label = named.name.empty() ? print(named.tree) : named.name;
            if (std::ranges::find(columns_, label, &Output::label) != columns_.end()) {
                return compiler.source().fail_at(named.where, "expression.name_taken",
                                                 "there are two columns '" + label + "'",
                                                 "name one of them: .. as NAME");
            }
            if (columns_.size() == columns_max) {
                return compiler.source().fail_at(named.where, "expression.too_large",
                                                 "there may be " + std::to_string(columns_max) + " columns at most");
            }
            columns_.push_back({.label = std::move(label),
                                .step = compiler.step_of(*root, base_stream),
                                .role = OutputRole::column,
                                .type = root->type});
        }
        return {};
    }

    Result<void> rank(std::string_view text) {
        const Result<SyntaxTree> tree = parse(text);
        if (!tree) {
            return fail(tree.error());
        }
        TreeCompiler compiler({text, *tree}, plan_);
        const Result<Checked> root = compiler.run();
        if (!root) {
            return fail(root.error());
        }
        if (root->type != Type::number) {
            return compiler.source().fail_at(tree->root(), "expression.type",
                                             "'" + compiler.source().written(tree->root()) +
                                                 "' is a condition, and a number is needed to rank by",
                                             "turn it into one: if(condition, 1, 0)");
        }
        rank_ = {Output{.label = print(*tree), .step = compiler.step_of(*root, base_stream), .role = OutputRole::rank}};
        return {};
    }

    Result<Program> finish() && {
        std::vector<Output> outputs = std::move(explanation_);
        for (std::vector<Output>* more : {&columns_, &rank_, &clauses_}) {
            std::ranges::move(*more, std::back_inserter(outputs));
        }
        const StepId result = result_ ? *result_ : plan_.add(ConstantStep{1.0}, base_stream);
        Plan plan = plan_.finish(result, std::move(outputs));
        plan.text = text_;
        plan.type = type_;
        if (Result<void> fits = check_size(plan); !fits) {
            return fail(std::move(fits.error()));
        }
        return Program(std::move(plan));
    }

private:
    /// The base that the condition asks for when nobody else does: see QueryCompiler.
    Result<void> choose_base(std::string_view text, const SyntaxTree& tree) {
        if (timeframe_ || !names_timeframe(tree)) {
            return {};
        }
        PlanBuilder open(std::nullopt);
        TreeCompiler compiler({text, tree}, open);
        const Result<Checked> root = compiler.run();
        if (!root) {
            return fail(root.error());
        }
        if (!root->constant) {
            plan_ = PlanBuilder(open.named_timeframe(root->step).value_or(Timeframe::d1));
        }
        return {};
    }

    Result<void> check_size(const Plan& plan) const {
        std::size_t values = 0;
        std::size_t bars = 0;
        const auto counted = [](const Stream& stream) {
            return stream.bars_wanted == every_bar ? 0 : stream.bars_wanted; // its reader bounds it
        };
        for (const StreamId stream : plan.stream_of) {
            values += counted(plan.streams[stream]);
        }
        for (const Stream& stream : plan.streams) {
            bars += counted(stream);
        }
        if (values <= values_max) {
            return {};
        }
        return fail(Error(ErrorKind::usage, "expression.too_large",
                          "the expression needs " + std::to_string(plan.steps.size()) + " steps over " +
                              std::to_string(bars) + " bars of each symbol, which is too much")
                        .at(locate(text_, {0, text_.size()}))
                        .advise("use shorter periods"));
    }

    std::optional<Timeframe> timeframe_;
    PlanBuilder plan_;
    std::string text_;
    Type type_ = Type::boolean;
    std::optional<StepId> result_; ///< without a condition every bar matches
    std::vector<Output> explanation_;
    std::vector<Output> columns_;
    std::vector<Output> rank_; ///< one or none
    std::vector<Output> clauses_;
};

QueryCompiler::QueryCompiler(std::optional<Timeframe> timeframe) : work_(std::make_unique<Work>(timeframe)) {}
QueryCompiler::QueryCompiler(QueryCompiler&&) noexcept = default;
QueryCompiler::~QueryCompiler() = default;

Result<void> QueryCompiler::condition(std::string_view text, Wanted wanted) { return work_->condition(text, wanted); }
Result<void> QueryCompiler::columns(std::string_view text) { return work_->columns(text); }
Result<void> QueryCompiler::rank(std::string_view text) { return work_->rank(text); }
Result<Program> QueryCompiler::finish() && { return std::move(*work_).finish(); }

Result<Program> compile(std::string_view text, Wanted wanted) {
    QueryCompiler compiler;
    if (Result<void> read = compiler.condition(text, wanted); !read) {
        return fail(std::move(read.error()));
    }
    return std::move(compiler).finish();
}

} // namespace tradesh::expression
