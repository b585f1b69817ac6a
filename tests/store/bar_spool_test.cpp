#include "core/store/bar_rows.hpp"
#include "core/store/bar_spool.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <vector>

using namespace tradesh;
using namespace tradesh::store;

namespace {

/// Minute bars [begin, end) of a series whose prices are its own.
Bars bars_of(std::size_t series, std::size_t begin, std::size_t end) {
    Bars bars;
    for (std::size_t i = begin; i < end; ++i) {
        const auto price = static_cast<std::int64_t>(1'000 * (series + 1) + i);
        bars.open_time.emplace_back(std::chrono::minutes(i));
        for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
            (bars.*column).scale = 2;
            (bars.*column).units.push_back(price);
        }
    }
    return bars;
}

Bars read_all(BarSpool& spool, std::size_t run) {
    Bars all;
    REQUIRE(spool.read(run, [&](const Bars& piece) { return append_rows(all, piece, 0, piece.size()); }));
    return all;
}

} // namespace

TEST_CASE("many runs in one file come out as they went in, forward or backward") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const test::TemporaryFolder folder;
    BarSpool spool = BarSpool::create(folder.path()).value();
    constexpr std::size_t bars = 30'000;
    const std::vector<bool> backward{false, true, false, true, false, true, true, false, false, true, false, true};
    std::vector<std::size_t> done(backward.size(), 0);
    for (bool more = true; more;) { // 360,000 bars: more than are kept in memory
        more = false;
        for (std::size_t run = 0; run < backward.size(); ++run) {
            const std::size_t next = std::min(bars, done[run] + random() % 3'000);
            const Bars piece =
                backward[run] ? bars_of(run, bars - next, bars - done[run]) : bars_of(run, done[run], next);
            REQUIRE((backward[run] ? spool.prepend(run, piece) : spool.append(run, piece)));
            done[run] = next;
            more = more || next < bars;
        }
    }
    for (std::size_t run = 0; run < backward.size(); ++run) {
        CHECK(spool.size(run) == static_cast<std::int64_t>(bars));
        CHECK(read_all(spool, run) == bars_of(run, 0, bars));
        CHECK(read_all(spool, run) == bars_of(run, 0, bars)); // as often as asked
    }
    CHECK(spool.size(99) == 0);
    CHECK(read_all(spool, 99).empty());
}

TEST_CASE("a visitor's error ends the reading") {
    const test::TemporaryFolder folder;
    BarSpool spool = BarSpool::create(folder.path()).value();
    REQUIRE(spool.append(0, bars_of(0, 0, 20'000)));
    int pieces = 0;
    const Result<void> read = spool.read(0, [&](const Bars&) -> Result<void> {
        ++pieces;
        return fail(ErrorKind::failed, "test.enough", "enough");
    });
    CHECK(read.error().code == "test.enough");
    CHECK(pieces == 1);
    CHECK(BarSpool::create(folder.path() + "/absent").error().code == "spool.failed");
}
