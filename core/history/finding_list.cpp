#include "core/history/finding_list.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradesh::history {

void FindingList::add(Finding finding) {
    Rest& rest = rest_[static_cast<std::size_t>(finding.kind)];
    if (rest.kept < kept_max) {
        ++rest.kept;
        kept_.push_back(std::move(finding));
        return;
    }
    if (++rest.findings == 1) {
        rest.all = std::move(finding);
        return;
    }
    rest.all.severity = std::max(rest.all.severity, finding.severity);
    rest.all.to = std::max(rest.all.to, finding.to);
    rest.all.count += finding.count;
}

std::vector<Finding> FindingList::take() {
    for (Rest& rest : rest_) {
        if (rest.findings > 1) {
            rest.all.detail = "and " + std::to_string(rest.findings) + " more of this kind; a shorter range shows them";
        }
        if (rest.findings > 0) {
            kept_.push_back(std::move(rest.all));
        }
    }
    std::ranges::sort(kept_, [](const Finding& a, const Finding& b) {
        return std::pair(a.from, a.kind) < std::pair(b.from, b.kind);
    });
    return std::move(kept_);
}

} // namespace tradesh::history
