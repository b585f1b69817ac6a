#pragma once

#include "core/store/database.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::store {

/// What people keep under a name.
enum class SavedKind : std::uint8_t { watchlist, scan, spread_preset };
std::string_view name_of(SavedKind kind); // "watchlist", "scan", "spread-preset"

struct SavedItem {
    std::string name;
    std::string text; ///< its meaning is its kind's
    bool operator==(const SavedItem&) const = default;
};

/// Lists, scans and presets that people made: `saved.db`, shared by all profiles, small. Each call opens what it needs
/// and is one transaction. Synchronous: call it on a worker.
class SavedItems {
public:
    explicit SavedItems(std::string path) : path_(std::move(path)) {}

    /// By name.
    Result<std::vector<SavedItem>> list(SavedKind kind) const;
    Result<std::optional<SavedItem>> find(SavedKind kind, std::string_view name) const;
    /// Puts it in place of one of that name; true when there was one.
    Result<bool> put(SavedKind kind, const SavedItem& item) const;
    /// True when there was one.
    Result<bool> erase(SavedKind kind, std::string_view name) const;

private:
    Result<Database> open() const;
    std::string path_;
};

} // namespace tradesh::store
