#pragma once

#include "core/indicators/arithmetic.hpp"

/// Eight series side by side. The type belongs to the file that includes it (hence no name outside), because each
/// instruction set has a file of its own and their code must not be mistaken for each other's.
namespace tradesh::indicators { // NOLINT(cert-dcl59-cpp)
namespace {

struct EightMask {
    using Bits = long __attribute__((ext_vector_type(8)));
    Bits bits;

    friend EightMask operator&&(EightMask a, EightMask b) { return {a.bits & b.bits}; }
    friend EightMask operator||(EightMask a, EightMask b) { return {a.bits | b.bits}; }
    friend EightMask operator!(EightMask a) { return {~a.bits}; }
    friend bool any(EightMask mask) { return __builtin_reduce_or(mask.bits) != 0; }
};

struct Eight {
    using Lanes = double __attribute__((ext_vector_type(8)));
    Lanes lanes;

    Eight() : lanes(0.0) {}
    Eight(double every) : lanes(every) {} // NOLINT(google-explicit-constructor): constants read as in the formula
    Eight(const Lanes& values) : lanes(values) {} // NOLINT(google-explicit-constructor)

    static Eight load(const double* values) {
        Eight x;
        __builtin_memcpy(&x.lanes, values, sizeof x.lanes);
        return x;
    }
    void store(double* values) const { __builtin_memcpy(values, &lanes, sizeof lanes); }

    Eight& operator+=(Eight b) { return *this = *this + b; }
    Eight& operator-=(Eight b) { return *this = *this - b; }
    friend Eight operator-(Eight a) { return -a.lanes; }
    friend Eight operator+(Eight a, Eight b) { return a.lanes + b.lanes; }
    friend Eight operator-(Eight a, Eight b) { return a.lanes - b.lanes; }
    friend Eight operator*(Eight a, Eight b) { return a.lanes * b.lanes; }
    friend Eight operator/(Eight a, Eight b) { return a.lanes / b.lanes; }
    friend EightMask operator==(Eight a, Eight b) { return {a.lanes == b.lanes}; }
    friend EightMask operator<(Eight a, Eight b) { return {a.lanes < b.lanes}; }
    friend EightMask operator<=(Eight a, Eight b) { return {a.lanes <= b.lanes}; }
    friend EightMask operator>(Eight a, Eight b) { return {a.lanes > b.lanes}; }
    friend EightMask operator>=(Eight a, Eight b) { return {a.lanes >= b.lanes}; }

    friend EightMask is_unknown(Eight x) { return {x.lanes != x.lanes}; }
    friend Eight choose(EightMask mask, Eight yes, Eight no) { return mask.bits ? yes.lanes : no.lanes; }
    friend Eight max_of(Eight a, Eight b) { return a.lanes > b.lanes ? a.lanes : b.lanes; }
    friend Eight min_of(Eight a, Eight b) { return a.lanes < b.lanes ? a.lanes : b.lanes; }
    friend Eight absolute(Eight x) { return __builtin_elementwise_abs(x.lanes); }
    friend Eight square_root(Eight x) { return __builtin_elementwise_sqrt(x.lanes); }
    template <class Function>
    friend Eight each_lane(Eight x, Function function) {
        for (int lane = 0; lane < 8; ++lane) {
            x.lanes[lane] = function(x.lanes[lane]);
        }
        return x;
    }
};

} // namespace
} // namespace tradesh::indicators
