// The journal on a disk that is full or broken, at every single write.

#include "core/store/journal_file.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/failing_disk.hpp"

#include <filesystem>

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::FailingDisk;
using tradesh::test::TemporaryFolder;

namespace {

std::vector<JournalFile::Batch> batch_of(int number, bool essential) {
    std::vector<JournalEvent> events;
    for (int i = 0; i < 2; ++i) {
        events.push_back({.kind = "order.intended",
                          .client_order_id = "ab12-1-" + std::to_string(number),
                          .payload = std::string(3'000, 'p')});
    }
    return {{.events = std::move(events), .essential = essential}};
}

/// Writes batches while the k-th write fails; those that were acknowledged.
std::vector<int> acknowledged_with(const TemporaryFolder& folder, FailingDisk& disk, int k,
                                   FailingDisk::Failure failure, bool lasting) {
    std::vector<int> acknowledged;
    Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "ab12");
    REQUIRE(file);
    disk.fail_at(k, failure, lasting);
    for (int number = 0; number < 12; ++number) {
        const Result<std::int64_t> written = file->append(batch_of(number, number % 2 == 1)).front();
        if (written) {
            acknowledged.push_back(number);
        } else {
            CHECK_FALSE(written.error().describe().empty());
        }
    }
    return acknowledged; // and the process ends here, without a clean stop
}

bool has_order(JournalFile& file, int number) {
    return file.events_of_order("ab12-1-" + std::to_string(number)).value().size() == 2;
}

} // namespace

TEST_CASE("whichever write fails, what was acknowledged is there afterwards and the chain is whole") {
    const auto failure = GENERATE(FailingDisk::Failure::full, FailingDisk::Failure::broken);
    const bool lasting = GENERATE(false, true);
    int refused = 0;
    for (int k = 1; k < 200; ++k) {
        INFO("failure " << static_cast<int>(failure) << ", lasting " << lasting << ", at write " << k);
        const TemporaryFolder folder;
        std::vector<int> acknowledged;
        int writes = 0;
        {
            FailingDisk disk;
            acknowledged = acknowledged_with(folder, disk, k, failure, lasting);
            writes = disk.writes();
        }
        refused += 12 - static_cast<int>(acknowledged.size());
        Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "ab12");
        REQUIRE(file);
        CHECK(file->verify_all());
        for (const int number : acknowledged) {
            CHECK(has_order(*file, number));
        }
        CHECK(file->append(batch_of(99, false)).front());
        if (writes < k) {
            break; // every write has had its turn
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("a disk that breaks once refuses once, and the journal goes on") {
    const TemporaryFolder folder;
    FailingDisk disk;
    JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
    disk.fail_at(1, FailingDisk::Failure::broken);
    const Result<std::int64_t> refused = file.append(batch_of(1, false)).front();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().subject == folder.file("orders.db"));
    CHECK(file.append(batch_of(2, false)).front().value() == 1);
    CHECK(file.verify_all().value() == 2);
}

TEST_CASE("a journal opens on a full disk with a piece of its reserve, and only the essential is recorded") {
    const TemporaryFolder folder;
    const std::string reserve = folder.file("orders.db.reserve");
    {
        JournalFile file = JournalFile::open(folder.file("orders.db"), "ab12").value();
        REQUIRE(file.append(batch_of(1, false)).front());
    }
    const auto held = std::filesystem::file_size(reserve);
    FailingDisk disk;
    SECTION("full as the log is made") { disk.fail_at(1, FailingDisk::Failure::full); }
    SECTION("full as the index of the log is made") { disk.fail_index_at(1); }
    Result<JournalFile> file = JournalFile::open(folder.file("orders.db"), "ab12");
    if (file && !file->disk_full()) { // opening an existing file wrote nothing: what comes next does
        REQUIRE(file->keep_session(1));
    }
    REQUIRE(file);
    CHECK(file->disk_full());
    CHECK(std::filesystem::file_size(reserve) < held);
    std::filesystem::remove(reserve);
    std::filesystem::create_directory(reserve); // no room to hold it again
    REQUIRE(file->keep_session(2));
    CHECK(file->append(batch_of(2, false)).front().error().code == "journal.disk_full");
    CHECK(file->append(batch_of(3, true)).front());
}
