#include "core/engine/saved_desk.hpp"

#include <utility>

namespace tradesh::engine {

using runtime::Task;
using store::SavedItem;
using store::SavedKind;

Task<Result<std::vector<SavedItem>>> SavedDesk::list(SavedKind kind) {
    auto work = [this, kind] { return items_.list(kind); };
    Result<std::vector<SavedItem>> items = co_await workers_.run(work);
    co_return items;
}

Task<Result<std::optional<SavedItem>>> SavedDesk::find(SavedKind kind, std::string name) {
    auto work = [this, kind, &name] { return items_.find(kind, name); };
    Result<std::optional<SavedItem>> item = co_await workers_.run(work);
    co_return item;
}

Task<Result<bool>> SavedDesk::put(SavedKind kind, SavedItem item) {
    auto work = [this, kind, &item] { return items_.put(kind, item); };
    Result<bool> replaced = co_await workers_.run(work);
    co_return replaced;
}

Task<Result<bool>> SavedDesk::erase(SavedKind kind, std::string name) {
    auto work = [this, kind, &name] { return items_.erase(kind, name); };
    Result<bool> erased = co_await workers_.run(work);
    co_return erased;
}

} // namespace tradesh::engine
