#include "core/store/saved_items.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::store;

TEST_CASE("what is saved under a name is found again, by kind") {
    const test::TemporaryFolder folder;
    const SavedItems saved(folder.file("saved.db"));
    CHECK(saved.list(SavedKind::scan).value().empty());
    CHECK_FALSE(saved.put(SavedKind::scan, {"dip", "rsi(14) < 30"}).value());
    CHECK_FALSE(saved.put(SavedKind::scan, {"calm", "natr < 1"}).value());
    CHECK_FALSE(saved.put(SavedKind::watchlist, {"dip", "GOOG,KO"}).value());

    CHECK(saved.list(SavedKind::scan).value() == std::vector<SavedItem>{{"calm", "natr < 1"}, {"dip", "rsi(14) < 30"}});
    CHECK(saved.find(SavedKind::watchlist, "dip").value()->text == "GOOG,KO");
    CHECK_FALSE(saved.find(SavedKind::spread_preset, "dip").value());
}

TEST_CASE("a name is saved once, and gone when it is erased") {
    const test::TemporaryFolder folder;
    const SavedItems saved(folder.file("saved.db"));
    saved.put(SavedKind::scan, {"dip", "rsi(14) < 30"}).value();
    CHECK(saved.put(SavedKind::scan, {"dip", "rsi(2) < 10"}).value());
    CHECK(SavedItems(folder.file("saved.db")).find(SavedKind::scan, "dip").value()->text == "rsi(2) < 10");
    CHECK(saved.erase(SavedKind::scan, "dip").value());
    CHECK_FALSE(saved.erase(SavedKind::scan, "dip").value());
    CHECK(saved.list(SavedKind::scan).value().empty());
}
