#include "core/store/bar_tail.hpp"
#include "tests/store/random_bars.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

using namespace tradesh;
using namespace tradesh::store;
using namespace std::chrono_literals;
using tradesh::test::random_bars;
using tradesh::test::TemporaryFolder;

namespace {

const Instant start = parse_instant("2024-01-02T14:30:00Z").value();

/// Bars of one lane as the tail has them.
struct Lane {
    std::size_t bars = 0;
    Instant last_open_time;
    std::array<std::vector<double>, 5> columns; ///< all rows, those before the first bar too
};

class Market {
public:
    TemporaryFolder folder;
    std::string path = folder.file("market.db");
    std::string tail_path = path + ".tail-1m";
    std::unique_ptr<MarketFile> file = MarketFile::open(path).value();
    std::mt19937_64 random{std::random_device{}()};

    SeriesKey add(const std::string& symbol) {
        Instrument instrument;
        instrument.symbol = symbol;
        return {.instrument = file->instruments.add(instrument).value().id, .timeframe = Timeframe::m1};
    }
    std::vector<SeriesKey> add_many(std::size_t count, std::size_t bars) {
        std::vector<SeriesKey> keys;
        for (std::size_t i = 0; i < count; ++i) {
            keys.push_back(add("S" + std::to_string(i)));
            merge(keys.back(), random_bars(random, bars, start, 1min));
        }
        return keys;
    }
    void merge(const SeriesKey& key, const Bars& bars) {
        Transaction transaction = Transaction::begin(file->database).value();
        REQUIRE(file->bars.merge(key, bars));
        REQUIRE(transaction.commit());
    }
    void append(const SeriesKey& key, std::size_t bars = 1) {
        const Bars last = file->bars.last(key, 1).value();
        merge(key, random_bars(random, bars, last.empty() ? start : last.open_time[0] + 1min, 1min));
    }
    void erase(const SeriesKey& key, Instant from = Instant::min(), Instant to = Instant::max()) {
        Transaction transaction = Transaction::begin(file->database).value();
        REQUIRE(file->bars.erase(key, from, to));
        REQUIRE(transaction.commit());
    }
    void reopen() { file = MarketFile::open(path).value(); }
};

std::optional<Lane> read(const BarTail& tail, std::size_t entry) {
    const std::optional<TailPlace> place = tail.find(entry, 1);
    Lane lane;
    const auto visit = [&](const BarBlock& block) {
        lane.bars = block.bars[place->lane];
        lane.last_open_time = block.last_open_time[place->lane];
        for (std::size_t column = 0; column < lane.columns.size(); ++column) {
            lane.columns[column].clear();
            for (std::size_t row = 0; row < block.rows; ++row) {
                lane.columns[column].push_back(block.columns[column][row * block.lanes + place->lane]);
            }
        }
    };
    const std::array readings{TailReading{.entry = entry, .lane = place ? place->lane : 0}};
    return place && tail.read(place->block, readings, TailWanted{}, visit) ? std::optional(std::move(lane))
                                                                           : std::nullopt;
}

bool equal(const Lane& lane, const Bars& bars) {
    if (lane.bars != bars.size() || (!bars.empty() && lane.last_open_time != bars.open_time.back())) {
        return false;
    }
    const std::array columns{&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume};
    for (std::size_t column = 0; column < columns.size(); ++column) {
        const std::vector<double> expected = columns[column]->to_doubles();
        const std::size_t empty = tail_bars - expected.size();
        const std::vector<double>& found = lane.columns[column];
        if (!std::all_of(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(empty),
                         [](double value) { return std::isnan(value); }) ||
            !std::equal(expected.begin(), expected.end(), found.begin() + static_cast<std::ptrdiff_t>(empty))) {
            return false;
        }
    }
    return true;
}

/// How many entries of the catalogue the tail holds; each must be what market.db has.
std::size_t held_and_right(const BarTail& tail, MarketFile& market) {
    std::size_t held = 0;
    for (std::size_t entry = 0; entry < tail.catalogue().all().size(); ++entry) {
        if (const std::optional<Lane> lane = read(tail, entry)) {
            REQUIRE(equal(*lane, market.bars.last(tail.catalogue().all()[entry].series, tail_bars).value()));
            ++held;
        }
    }
    return held;
}

void check_whole(const BarTail& tail, MarketFile& market) {
    REQUIRE(held_and_right(tail, market) == tail.catalogue().all().size());
}

std::vector<std::uint64_t> sequences(const std::string& path) {
    const TailFile file = TailFile::open(path, Timeframe::m1).value();
    std::vector<std::uint64_t> all;
    for (std::size_t block = 0; block < file.blocks(); ++block) {
        all.push_back(file.entry(block).sequence);
    }
    return all;
}

void flip_byte(const std::string& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
    REQUIRE(file.good());
}

ino_t inode(const std::string& path) {
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_ino;
}

} // namespace

TEST_CASE("a tail is built from nothing, with series of any length") {
    Market market;
    for (const std::size_t bars : std::vector<std::size_t>{0, 1, 2, 511, 512, 513, 1'300, 40, 700, 512}) {
        const SeriesKey key = market.add("N" + std::to_string(bars) + "X" + std::to_string(market.random() % 10'000));
        market.merge(key, random_bars(market.random, bars, start, 1min));
    }
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    CHECK(tail.catalogue().all().size() == 9); // one has no bars
    check_whole(tail, *market.file);
    CHECK((std::filesystem::status(market.tail_path).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(tail.blocks() == 2);
}

TEST_CASE("a tail says when it does not hold enough bars") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(1, 511);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    CHECK(tail.find(0, 10'000)); // all there are
    market.append(keys[0], 1);
    REQUIRE(tail.refresh(*market.file));
    CHECK(tail.find(0, 512));
    CHECK_FALSE(tail.find(0, 513)); // there may be more in market.db
}

TEST_CASE("nothing is touched when nothing changed, and one block when one series did") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(24, 600);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    const std::vector<std::uint64_t> before = sequences(market.tail_path);
    REQUIRE(tail.refresh(*market.file));
    BarTail second(market.path, Timeframe::m1);
    REQUIRE(second.refresh(*market.file));
    market.merge(keys[3], market.file->bars.last(keys[3], 5).value()); // the same bars again
    REQUIRE(tail.refresh(*market.file));
    CHECK(sequences(market.tail_path) == before);

    market.append(keys[3]);
    REQUIRE(tail.refresh(*market.file));
    const std::vector<std::uint64_t> after = sequences(market.tail_path);
    std::size_t changed = 0;
    for (std::size_t block = 0; block < before.size(); ++block) {
        changed += before[block] != after[block] ? 1 : 0;
    }
    CHECK(changed == 1);
    check_whole(tail, *market.file);
}

TEST_CASE("erased bars leave the tail, and their lanes are used again") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(8, 900);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    market.erase(keys[2], start + 500min); // shorter
    market.erase(keys[5]);                 // gone
    REQUIRE(tail.refresh(*market.file));
    CHECK(tail.catalogue().all().size() == 7);
    check_whole(tail, *market.file);
    market.merge(market.add("NEW"), random_bars(market.random, 30, start, 1min));
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
    CHECK(tail.blocks() == 1);
    market.append(keys[5], 12);
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
    CHECK(tail.blocks() == 2);
}

TEST_CASE("a symbol is read from raw prices before adjusted ones, then from the source with the newest bar") {
    Market market;
    SeriesKey key = market.add("GOOG");
    BarTail tail(market.path, Timeframe::m1);
    const auto check_chosen = [&](BarSource source, PriceBasis basis) {
        REQUIRE(tail.refresh(*market.file));
        key.source = source;
        key.basis = basis;
        REQUIRE(tail.catalogue().all().size() == 1);
        REQUIRE(equal(read(tail, 0).value(), market.file->bars.last(key, tail_bars).value()));
    };
    const auto put = [&](BarSource source, PriceBasis basis, Instant from) {
        key.source = source;
        key.basis = basis;
        market.merge(key, random_bars(market.random, 5, from, 1min));
    };
    put(BarSource::tws, PriceBasis::adjusted, start + 300min);
    check_chosen(BarSource::tws, PriceBasis::adjusted);
    put(BarSource::import, PriceBasis::raw, start);
    check_chosen(BarSource::import, PriceBasis::raw);
    put(BarSource::tws, PriceBasis::raw, start + 60min);
    check_chosen(BarSource::tws, PriceBasis::raw);
    put(BarSource::import, PriceBasis::raw, start + 120min);
    check_chosen(BarSource::import, PriceBasis::raw);
    market.erase(key);
    check_chosen(BarSource::tws, PriceBasis::raw);
}

TEST_CASE("damage is noticed before it is read, and mended by the next refresh") {
    Market market;
    market.add_many(20, 520);
    {
        REQUIRE(BarTail(market.path, Timeframe::m1).refresh(*market.file));
    }
    const std::size_t size = std::filesystem::file_size(market.tail_path);
    const std::size_t data = size - 3 * tail_columns * tail_column_values * 8;
    const auto seed = market.random();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 60; ++round) {
        const std::size_t directory = 4'096 + random() % (3 * sizeof(TailEntry));
        const std::size_t at = round < 20 ? directory : round < 24 ? random() % 24 : data + random() % (size - data);
        INFO("byte " << at);
        flip_byte(market.tail_path, at);
        BarTail tail(market.path, Timeframe::m1);
        REQUIRE(tail.refresh(*market.file));
        held_and_right(tail, *market.file);
        REQUIRE(tail.refresh(*market.file));
        const std::size_t held = held_and_right(tail, *market.file);
        REQUIRE((held == 20 || (at >= data && (at - data) % (tail_columns * tail_column_values * 8) <
                                                  tail_column_values * 8))); // a time is not read here
    }
}

TEST_CASE("damage beside a lane that changes is not taken over") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(8, 520);
    {
        REQUIRE(BarTail(market.path, Timeframe::m1).refresh(*market.file));
    }
    flip_byte(market.tail_path, std::filesystem::file_size(market.tail_path) - 20); // the last bar's volume of lane 5
    market.append(keys[0]);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
}

TEST_CASE("a file of another version, another length or other rights, or none, is replaced while others use it") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(9, 30);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    const auto check_replaced = [&](const std::function<void()>& spoil) {
        const ino_t before = inode(market.tail_path);
        spoil();
        BarTail other(market.path, Timeframe::m1);
        REQUIRE(other.refresh(*market.file));
        check_whole(other, *market.file);
        check_whole(tail, *market.file); // still has the old file
        market.append(keys[1]);
        REQUIRE(tail.refresh(*market.file));
        check_whole(tail, *market.file);
        REQUIRE(other.refresh(*market.file));
        check_whole(other, *market.file);
        return inode(market.tail_path) != before;
    };
    CHECK(check_replaced([&] { flip_byte(market.tail_path, 8); }));
    CHECK(check_replaced([&] {
        std::filesystem::remove(market.tail_path);
        std::ofstream(market.tail_path) << "?";
    }));
    CHECK(check_replaced([&] { ::chmod(market.tail_path.c_str(), 0644); }));
    std::filesystem::remove(market.tail_path);
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
}

TEST_CASE("without a file there is no tail, and no error") {
    Market market;
    market.add_many(3, 30);
    std::filesystem::create_directory(market.tail_path);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    CHECK(tail.catalogue().all().size() == 3);
    CHECK(held_and_right(tail, *market.file) == 0);
}

TEST_CASE("two tails share one file; the one that did not update sees it") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(16, 100);
    BarTail one(market.path, Timeframe::m1);
    BarTail two(market.path, Timeframe::m1);
    REQUIRE(one.refresh(*market.file));
    REQUIRE(two.refresh(*market.file));
    market.append(keys[4], 3);
    REQUIRE(one.refresh(*market.file));
    const std::vector<std::uint64_t> updated = sequences(market.tail_path);
    check_whole(two, *market.file); // even before it looks
    REQUIRE(two.refresh(*market.file));
    CHECK(sequences(market.tail_path) == updated);
    check_whole(two, *market.file);

    market.merge(market.add("LATER"), random_bars(market.random, 5, start, 1min));
    REQUIRE(two.refresh(*market.file));
    check_whole(two, *market.file);
    REQUIRE(one.refresh(*market.file)); // maps what the other has added
    check_whole(one, *market.file);
}

TEST_CASE("while another process updates, what is out of date is left to market.db and nobody waits") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(16, 100);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    TailFile other = TailFile::open(market.tail_path, Timeframe::m1).value();
    REQUIRE(other.try_lock());
    market.append(keys[4]);
    REQUIRE(tail.refresh(*market.file));
    CHECK(held_and_right(tail, *market.file) == 15);
    other.unlock();
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
}

TEST_CASE("a block that a dead process left half changed is not read, and filled anew") {
    Market market;
    market.add_many(16, 100);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    {
        TailFile dead = TailFile::open(market.tail_path, Timeframe::m1).value();
        REQUIRE(dead.try_lock());
        TailBlockChange change(dead, 1);
        change.clear();
    }
    CHECK(held_and_right(tail, *market.file) == 8);
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
    REQUIRE(sequences(market.tail_path)[1] % 2 == 0);
}

TEST_CASE("a process killed in the middle of updates leaves a tail that is right or mended") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(40, 300);
    const auto seed = market.random();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 12; ++round) {
        std::array<int, 2> ready{};
        REQUIRE(::pipe(ready.data()) == 0);
        market.file.reset(); // no connection crosses the fork
        const pid_t child = ::fork();
        if (child == 0) {
            const auto file = MarketFile::open(market.path).value();
            for (;;) {
                std::filesystem::remove(market.tail_path);
                BarTail tail(market.path, Timeframe::m1);
                if (::write(ready[1], "x", 1) != 1 || !tail.refresh(*file)) {
                    ::_exit(1);
                }
            }
        }
        market.reopen();
        std::array<char, 1> byte{};
        for (std::size_t i = random() % 4 + 1; i > 0; --i) {
            REQUIRE(::read(ready[0], byte.data(), 1) == 1);
        }
        market.append(keys[random() % keys.size()]);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(ready[0]);
        ::close(ready[1]);
        BarTail tail(market.path, Timeframe::m1);
        REQUIRE(tail.refresh(*market.file));
        check_whole(tail, *market.file);
    }
}

TEST_CASE("a reader never sees half of a change") {
    TemporaryFolder folder;
    const std::string path = folder.file("tail");
    TailFile writing = TailFile::open(path, Timeframe::m1).value();
    REQUIRE(writing.grow(1));
    const auto write = [&writing](int value) {
        Bars bars;
        for (int i = 0; i < 512; ++i) {
            const Decimal price(value);
            bars.push_back({start + i * 1min, price, price, price, price, price}).value();
        }
        TailBlockChange change(writing, 0);
        for (std::size_t lane = 0; lane < tail_lanes; ++lane) {
            change.fill(lane, {.instrument = 1, .series = 1, .revision = value}, bars);
        }
        change.finish();
    };
    write(0);
    const TailFile reading = TailFile::open(path, Timeframe::m1).value();
    std::jthread writer([&write] {
        for (int value = 1; value < 300; ++value) {
            write(value);
        }
    });
    double last = 0;
    std::size_t torn = 0;
    while (last < 299) {
        const std::optional<std::uint64_t> sequence = begin_reading(reading, 0);
        if (!sequence) {
            continue;
        }
        const BarBlock block = view_of(reading, 0, all_tail_columns);
        const double first = block.columns[0][0];
        bool same = true;
        for (const double* column : block.columns) {
            same = same && std::all_of(column, column + tail_column_values, [&](double v) { return v == first; });
        }
        const bool intact = columns_intact(reading, 0, all_tail_columns) && lanes_intact(reading, 0);
        if (still_at(reading, 0, *sequence)) {
            torn += same && intact && first >= last ? 0 : 1;
            last = first;
        }
    }
    CHECK(torn == 0);
}

TEST_CASE("another market.db under the same name is noticed, and so is one that was put back") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(10, 200);
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(market.file->database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    std::filesystem::copy_file(market.path, market.folder.file("backup"));
    for (const SeriesKey& key : keys) {
        market.append(key, 2);
    }
    REQUIRE(tail.refresh(*market.file));
    market.file.reset();
    std::filesystem::copy_file(market.folder.file("backup"), market.path,
                               std::filesystem::copy_options::overwrite_existing);
    market.reopen();
    for (const SeriesKey& key : keys) { // as many changes as before, but others
        market.append(key, 1);
    }
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);

    Market other;
    other.add_many(10, 200);
    std::filesystem::copy_file(market.tail_path, other.tail_path);
    BarTail borrowed(other.path, Timeframe::m1);
    REQUIRE(borrowed.refresh(*other.file));
    check_whole(borrowed, *other.file);
}

TEST_CASE("a series that cannot be read is not held, and its neighbours are") {
    Market market;
    const std::vector<SeriesKey> keys = market.add_many(8, 700);
    REQUIRE(market.file->database.execute("UPDATE chunks SET data = zeroblob(length(data)) WHERE series = 3"));
    BarTail tail(market.path, Timeframe::m1);
    REQUIRE(tail.refresh(*market.file));
    CHECK(held_and_right(tail, *market.file) == 7);
    const std::vector<std::uint64_t> before = sequences(market.tail_path);
    REQUIRE(tail.refresh(*market.file));
    CHECK(sequences(market.tail_path) == before); // not tried again and again
    market.erase(keys[2]);
    market.append(keys[2], 20);
    REQUIRE(tail.refresh(*market.file));
    check_whole(tail, *market.file);
}

TEST_CASE("whatever is merged, erased and spoiled, two tails hold what the store has") {
    Market market;
    const auto seed = market.random();
    INFO("seed " << seed);
    market.random.seed(seed);
    std::vector<SeriesKey> keys = market.add_many(12, 50);
    for (std::size_t i = 0; i < 4; ++i) { // some symbols from two sources
        keys.push_back(keys[i]);
        keys.back().source = BarSource::tws;
    }
    std::array<std::unique_ptr<BarTail>, 2> tails;
    for (auto& tail : tails) {
        tail = std::make_unique<BarTail>(market.path, Timeframe::m1);
    }
    for (int step = 0; step < 250; ++step) {
        const SeriesKey& key = keys[market.random() % keys.size()];
        const Instant from = start + (market.random() % 2'000) * 1min;
        switch (market.random() % 8) {
        case 0: market.erase(key, from, from + (market.random() % 900) * 1min); break;
        case 1: market.merge(market.add("X" + std::to_string(step)), random_bars(market.random, 3, start, 1min)); break;
        case 2: tails[0] = std::make_unique<BarTail>(market.path, Timeframe::m1); break;
        case 3: {
            TailFile dead = TailFile::open(market.tail_path, Timeframe::m1).value();
            if (dead.blocks() > 0) {
                TailBlockChange(dead, market.random() % dead.blocks()).clear();
            }
            break;
        }
        case 4:
            if (market.random() % 10 == 0) {
                std::filesystem::remove(market.tail_path);
            }
            break;
        default: market.merge(key, random_bars(market.random, 1 + market.random() % 700, from, 1min));
        }
        const std::unique_ptr<BarTail>& tail = tails[market.random() % tails.size()];
        REQUIRE(tail->refresh(*market.file));
        const std::size_t held = held_and_right(*tail, *market.file);
        if (held < tail->catalogue().all().size()) { // a block that died unseen: the reader has met it now
            REQUIRE(tail->refresh(*market.file));
            check_whole(*tail, *market.file);
        }
    }
}
