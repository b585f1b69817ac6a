#include "core/store/trigger_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

JournalEvent armed(const std::string& id, const std::string& state) {
    return JournalEvent{.kind = "trigger." + state,
                        .account = "DU1",
                        .payload = R"({"id":")" + id + R"(","state":")" + state + R"("})"};
}

JournalEvent order(const std::string& account, const std::string& key) {
    return JournalEvent{.kind = "order.intended", .account = account, .key = key, .payload = "{}"};
}

bool append(JournalFile& file, std::vector<JournalEvent> events) {
    const std::vector<JournalFile::Batch> batches{{.events = std::move(events)}};
    return file.append(batches).front().has_value();
}

std::vector<std::string> ids(JournalFile& file, std::size_t others_max) {
    std::vector<std::string> found;
    for (const TriggerRow& row : load_triggers(file, {"armed", "firing"}, others_max)->rows) {
        found.push_back(row.id + (row.mark.empty() ? "" : " " + row.mark));
    }
    return found;
}

} // namespace

TEST_CASE("the newest row of each trigger is what stands, in the commit of the row itself") {
    const TemporaryFolder folder;
    {
        JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
        REQUIRE(append(file, {armed("when-1", "armed"), armed("when-9", "armed"), armed("sched-2", "armed")}));
        REQUIRE(append(file, {armed("when-1", "firing"), armed("when-9", "fired")}));
        REQUIRE(append(file, {armed("when-10", "cancelled")}));
        CHECK_FALSE(append(file, {JournalEvent{.kind = "trigger.armed", .payload = "{}"}})); // says nothing of itself
    }
    JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
    using Ids = std::vector<std::string>;
    CHECK(ids(file, 0) == Ids{"sched-2", "when-1"});
    CHECK(ids(file, 1) == Ids{"sched-2", "when-1", "when-10"});
    CHECK(ids(file, 9) == Ids{"sched-2", "when-1", "when-9", "when-10"});
    CHECK(last_trigger_number(file, "when").value() == 10);
    CHECK(last_trigger_number(file, "sched").value() == 2);
    CHECK(last_trigger_number(file, "exit").value() == 0);

    REQUIRE(keep_trigger_mark(file, "sched-2", "812.50"));
    REQUIRE(keep_trigger_mark(file, "when-77", "1"));
    REQUIRE(append(file, {armed("sched-2", "firing")})); // the mark stays
    CHECK(ids(file, 0) == Ids{"when-1", "sched-2 812.50"});
    CHECK(file.verify_all().value() == 7);
}

TEST_CASE("a table of triggers that does not fit the journal is made anew from it, marks and all") {
    const TemporaryFolder folder;
    JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
    REQUIRE(append(file, {armed("when-1", "armed"), armed("when-2", "armed"), armed("when-3", "armed")}));
    REQUIRE(append(file, {armed("when-3", "fired")}));
    REQUIRE(keep_trigger_mark(file, "when-2", "812.50"));
    const std::string harm = GENERATE(
        // a payload that says something else, and where it is still in order by itself
        "UPDATE triggers SET payload = replace(payload, 'when-1', 'when-7'), id = 'when-7' WHERE id = 'when-1'",
        "UPDATE triggers SET payload = '{' WHERE id = 'when-3'",
        "UPDATE triggers SET state = 'brmed' WHERE id = 'when-1'",
        "UPDATE triggers SET state = 'armed', payload = replace(payload, 'fired', 'armed') WHERE id = 'when-3'",
        "UPDATE triggers SET seq = 400 WHERE id = 'when-1'");
    INFO(harm);
    REQUIRE(file.database().execute(harm.c_str()));
    const LoadedTriggers loaded = load_triggers(file, {"armed", "firing"}, 9).value();
    CHECK(loaded.made_anew);
    using Ids = std::vector<std::string>;
    CHECK(ids(file, 9) == Ids{"when-1", "when-2 812.50", "when-3"});
    CHECK(ids(file, 0) == Ids{"when-1", "when-2 812.50"});
    CHECK_FALSE(load_triggers(file, {"armed", "firing"}, 9)->made_anew);
}

TEST_CASE("the keys of a line are its own and those of its children") {
    const TemporaryFolder folder;
    JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
    REQUIRE(append(file, {order("DU1", "when-1"), order("DU1", "when-1:GOOG"), order("DU1", "when-1:AAPL"),
                          order("DU1", "when-1:AAPL"), order("DU1", "when-11"), order("DU1", "when-1;"),
                          order("DU2", "when-1:KO")}));
    CHECK(keys_of_line(file, "DU1", "when-1").value() ==
          std::vector<std::string>{"when-1", "when-1:AAPL", "when-1:GOOG"});
    CHECK(keys_of_line(file, "DU1", "when-2").value().empty());
}
