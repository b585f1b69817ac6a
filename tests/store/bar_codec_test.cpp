#include "core/store/bar_codec.hpp"
#include "tests/store/random_bars.hpp"
#include "tests/support/catch.hpp"

#include <sodium.h>

#include <limits>
#include <random>

using namespace tradesh;
using namespace tradesh::store;
using namespace std::chrono_literals;
using tradesh::test::random_bars;
using tradesh::test::same_bars;

namespace {

const Instant start = parse_instant("2024-01-02T14:30:00Z").value();

/// A body of our own with a checksum that fits: what a broken writer could leave.
std::vector<std::byte> sealed(std::vector<std::byte> body) {
    std::array<unsigned char, crypto_generichash_BYTES_MIN> checksum{};
    crypto_generichash(checksum.data(), checksum.size(), reinterpret_cast<const unsigned char*>(body.data()),
                       body.size(), nullptr, 0);
    for (const unsigned char byte : checksum) {
        body.push_back(std::byte{byte});
    }
    return body;
}

} // namespace

TEST_CASE("bars survive the round trip through a chunk exactly") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 300; ++round) {
        const std::size_t count = 1 + random() % chunk_bars_max;
        const Duration step = round % 2 == 0 ? Duration(5min) : Duration(1 + static_cast<int>(random() % 1'000'000));
        const Bars bars = random_bars(random, count, start, step);
        const Result<Bars> back = decode_chunk(encode_chunk(bars, 0, count).value());
        REQUIRE(back);
        REQUIRE(same_bars(bars, *back));
    }
}

TEST_CASE("extreme values survive as well") {
    constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max() / 2;
    Bars bars;
    REQUIRE(bars.push_back(Bar{.open_time = Instant::min() + 1ns,
                               .open = Decimal(huge),
                               .high = Decimal(-huge), // nonsense, but not the codec's to judge
                               .low = Decimal(huge),
                               .close = Decimal(-huge),
                               .volume = Decimal(std::numeric_limits<std::int64_t>::max())}));
    REQUIRE(bars.push_back(Bar{.open_time = Instant::max(),
                               .open = Decimal(-1),
                               .high = Decimal(0),
                               .low = Decimal(-37),
                               .close = Decimal(0),
                               .volume = Decimal(0)}));
    const Result<Bars> back = decode_chunk(encode_chunk(bars, 0, 2).value());
    REQUIRE(back);
    CHECK(same_bars(bars, *back));
}

TEST_CASE("a chunk of the first format is still read") {
    constexpr std::string_view written = "01030003fe0600102955258ea6170103a08511f403fb07ab16a81ea31cf207"
                                         "88139106ae03001ef0f81c92c71d004b6a127f495cc4bd6fb1ef849d253593";
    std::vector<std::byte> chunk(written.size() / 2);
    std::size_t size = 0;
    REQUIRE(sodium_hex2bin(reinterpret_cast<unsigned char*>(chunk.data()), chunk.size(), written.data(), written.size(),
                           nullptr, &size, nullptr) == 0);
    const auto decimal = [](std::string_view text) { return Decimal::parse(text).value(); };
    Bars bars;
    REQUIRE(bars.push_back(
        {start, decimal("139.60"), decimal("140.61"), decimal("137.74"), decimal("138.17"), decimal("23711200")}));
    REQUIRE(bars.push_back({start + 24h, decimal("138.42"), decimal("142.80"), decimal("138.42"), decimal("140.36"),
                            decimal("24212100")}));
    REQUIRE(bars.push_back(
        {start + 96h, decimal("139.85"), decimal("140.635"), decimal("138.01"), decimal("138.04"), decimal("0")}));
    const Result<Bars> back = decode_chunk(chunk);
    REQUIRE(back);
    CHECK(same_bars(bars, *back));
    CHECK(encode_chunk(bars, 0, 3).value()[0] == std::byte{2});
}

TEST_CASE("prices that share no scale within 64 bits are refused, not rounded") {
    Bars bars;
    const Decimal tiny = Decimal::of(1, 18);
    const Decimal large = Decimal(1'000'000'000);
    REQUIRE(bars.push_back({.open_time = start, .open = tiny, .high = large, .low = tiny, .close = tiny, .volume = 1}));
    const auto encoded = encode_chunk(bars, 0, 1);
    REQUIRE_FALSE(encoded);
    CHECK(encoded.error().code == "bars.out_of_range");
}

TEST_CASE("a flipped bit is noticed wherever it is") {
    std::mt19937_64 random(7);
    const std::vector<std::byte> chunk = encode_chunk(random_bars(random, 40, start, 1min), 0, 40).value();
    for (std::size_t i = 0; i < chunk.size() * 8; ++i) {
        std::vector<std::byte> flipped = chunk;
        flipped[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
        const Result<Bars> decoded = decode_chunk(flipped);
        REQUIRE_FALSE(decoded);
        REQUIRE(decoded.error().code == "bars.damaged");
    }
    for (std::size_t size = 0; size < chunk.size(); ++size) {
        REQUIRE_FALSE(decode_chunk(std::span(chunk).first(size)));
    }
}

TEST_CASE("any bytes are either bars in order or an error, even under a checksum that fits") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const std::vector<std::byte> good = encode_chunk(random_bars(random, 30, start, 1h), 0, 30).value();
    int decoded_count = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> body(good.begin(), good.end() - crypto_generichash_BYTES_MIN);
        const std::size_t changes = 1 + random() % 4;
        for (std::size_t i = 0; i < changes; ++i) {
            body[random() % body.size()] = static_cast<std::byte>(random());
        }
        if (random() % 4 == 0) {
            body.resize(random() % (body.size() + 1));
        }
        const Result<Bars> decoded = decode_chunk(sealed(std::move(body)));
        if (decoded) {
            ++decoded_count;
            REQUIRE(decoded->size() >= 1);
            REQUIRE(decoded->size() <= chunk_bars_max);
            for (std::size_t i = 1; i < decoded->size(); ++i) {
                REQUIRE(decoded->open_time[i] > decoded->open_time[i - 1]);
            }
        }
    }
    CHECK(decoded_count > 0);
}

TEST_CASE("a daily stock takes at most 12 bytes a bar") {
    Bars bars;
    Instant day = parse_instant("2012-01-03").value();
    std::mt19937_64 random(11);
    std::int64_t price = 65'000;
    for (std::size_t i = 0; i < chunk_bars_max; ++i, day += 24h) {
        const auto step = static_cast<std::int64_t>(random() % 1'200) - 600;
        REQUIRE(bars.push_back({.open_time = day,
                                .open = Decimal::of(price, 2),
                                .high = Decimal::of(price + 700, 2),
                                .low = Decimal::of(price - 650, 2),
                                .close = Decimal::of(price + step, 2),
                                .volume = Decimal(static_cast<std::int64_t>(20'000 + random() % 90'000) * 100)}));
        price += step;
    }
    CHECK(encode_chunk(bars, 0, chunk_bars_max)->size() <= 12 * chunk_bars_max);
}
