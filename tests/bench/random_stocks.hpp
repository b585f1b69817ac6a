#pragma once

#include "core/market/bars.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tradesh::bench {

/// The bars of one symbol as both sides are given them.
struct SymbolBars {
    std::string symbol;
    Bars bars;
};

/// Daily bars from 2012 on, the same in every run.
std::vector<SymbolBars> random_stocks(std::size_t symbols, std::size_t bars);

} // namespace tradesh::bench
