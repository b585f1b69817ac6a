#pragma once

#include "core/expression/plan_builder.hpp"
#include "core/expression/syntax_tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::expression {

/// What a node means: a constant, or the result of a step. A constant becomes a step only where a series needs it.
struct Checked {
    Type type = Type::number;
    StepId step = 0;
    std::optional<double> constant = std::nullopt;
};

/// The tree of a text, and the ways to speak of its nodes.
struct Source {
    std::string_view text;
    const SyntaxTree& tree;

    /// The node as the user wrote it.
    std::string written(NodeId node) const;
    std::unexpected<Error> fail_at(Extent where, std::string_view code, std::string message,
                                   std::string_view hint = {}) const;
    std::unexpected<Error> fail_at(NodeId node, std::string_view code, std::string message,
                                   std::string_view hint = {}) const {
        return fail_at(tree.nodes[node].where, code, std::move(message), hint);
    }
    /// Error "expression.type" when a node is not what its user needs.
    Result<void> require(NodeId node, Type is, Type needed, std::string_view user) const;
};

/// A node together with the stream on which it is worked out: `x@1h` means another thing than x.
struct Place {
    NodeId node = 0;
    StreamId stream = base_stream;
};

/// Turns the nodes of a tree into steps of known type, each once a stream. Nothing recurs: a tree may be as deep as its
/// text is long.
class TreeCompiler {
public:
    /// What a name of the tree stands for besides the fields.
    struct Parameter {
        std::string_view name;
        Checked value;
    };
    TreeCompiler(Source source, PlanBuilder& plan, std::vector<Parameter> parameters = {})
        : source_(source),
          plan_(plan),
          parameters_(std::move(parameters)) {}

    /// The whole tree on a stream.
    Result<Checked> run(StreamId stream = base_stream);

    /// Where the values come from that the root depends on, children before parents, as far as `run` went.
    std::vector<Place> places_leading_to_root() const;
    const Checked& at(Place place) const { return *checked_[place.stream][place.node]; }
    const Source& source() const { return source_; }

    StepId step_of(const Checked& checked, StreamId stream) {
        return checked.constant ? plan_.add(ConstantStep{*checked.constant}, stream) : checked.step;
    }

private:
    Result<std::vector<Place>> operands_of(Place place) const;
    Result<StreamId> frame(NodeId node, Timeframe timeframe) const;
    bool is_checked(Place place) const {
        return place.stream < checked_.size() && checked_[place.stream][place.node].has_value();
    }
    Result<void> check_and_keep(Place place);

    Result<Checked> check(Place place, const NumberNode& number);
    Result<Checked> check(Place place, const NameNode& name);
    Result<Checked> check(Place place, const CallNode& call);
    Result<Checked> check(Place place, const OffsetNode& offset);
    Result<Checked> check(Place place, const UnaryNode& unary);
    Result<Checked> check(Place place, const BinaryNode& binary);
    Result<Checked> check(Place place, const TextNode& text);
    Result<Checked> check(Place place, const FrameNode& frame);
    Result<Checked> check(Place place, const LetNode& let);
    Result<Checked> check(Place place, const BoundNode& bound);

    Source source_;
    PlanBuilder& plan_;
    std::vector<Parameter> parameters_;
    std::vector<std::vector<std::optional<Checked>>> checked_; ///< by stream and node
};

} // namespace tradesh::expression
