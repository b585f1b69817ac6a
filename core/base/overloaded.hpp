#pragma once

namespace tradesh {

/// One function out of several lambdas, for std::visit: `std::visit(Overloaded{[](A) {...}, [](B) {...}}, variant)`.
template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

} // namespace tradesh
