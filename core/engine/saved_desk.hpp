#pragma once

#include "core/runtime/workers.hpp"
#include "core/store/saved_items.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// What people keep under a name, for every profile: watchlists, scans, presets of spreads. Any client may change it at
/// any time, so nothing is cached.
class SavedDesk {
public:
    SavedDesk(runtime::Workers& workers, std::string path) : workers_(workers), items_(std::move(path)) {}

    /// By name.
    runtime::Task<Result<std::vector<store::SavedItem>>> list(store::SavedKind kind);
    runtime::Task<Result<std::optional<store::SavedItem>>> find(store::SavedKind kind, std::string name);
    /// Puts it in place of one of that name; true when there was one.
    runtime::Task<Result<bool>> put(store::SavedKind kind, store::SavedItem item);
    /// True when there was one.
    runtime::Task<Result<bool>> erase(store::SavedKind kind, std::string name);

private:
    runtime::Workers& workers_;
    store::SavedItems items_;
};

} // namespace tradesh::engine
