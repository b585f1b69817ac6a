#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace tradesh {

/// An id that cannot be mistaken for another: `using OrderId = StrongId<struct OrderIdTag, std::string>`.
template <class Tag, class Value>
struct StrongId {
    Value value{};

    StrongId() = default;
    explicit StrongId(Value v) : value(std::move(v)) {}
    auto operator<=>(const StrongId&) const = default;
};

} // namespace tradesh

template <class Tag, class Value>
struct std::hash<tradesh::StrongId<Tag, Value>> {
    std::size_t operator()(const tradesh::StrongId<Tag, Value>& id) const noexcept {
        return std::hash<Value>{}(id.value);
    }
};
