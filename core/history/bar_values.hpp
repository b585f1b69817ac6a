#pragma once

#include "core/history/finding_list.hpp"

namespace tradesh::history {

/// Finds bars that contradict themselves: high below low, open or close outside, a price of zero or less.
void find_inconsistent(FindingList& findings, const Bars& bars);

/// Finds bars that say what the bar before said: frozen runs, longer by far than the series' own repetitions make
/// likely, and duplicates with volume.
void find_repeated(FindingList& findings, const Bars& bars);

} // namespace tradesh::history
