#include "core/store/number_packing.hpp"
#include "tests/support/catch.hpp"

#include <limits>
#include <random>

using namespace tradesh::store;

namespace {

std::vector<std::byte> packed(const std::vector<std::int64_t>& numbers) {
    std::vector<std::byte> bytes;
    pack_numbers(numbers, bytes);
    return bytes;
}

/// What comes back when the run is followed by the margin alone.
std::optional<std::vector<std::int64_t>> unpacked(std::vector<std::byte> bytes, std::size_t count) {
    const std::size_t size = bytes.size();
    bytes.resize(size + packing_margin, std::byte{0xff});
    std::vector<std::int64_t> numbers(count);
    const std::optional<std::size_t> taken = unpack_numbers(bytes, numbers);
    return taken == size ? std::optional(numbers) : std::nullopt;
}

} // namespace

TEST_CASE("numbers of every width survive packing") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (unsigned width = 0; width <= 64; ++width) {
        for (const std::size_t count : {1U, 2U, 7U, 127U, 128U, 129U, 512U}) {
            std::vector<std::int64_t> numbers;
            const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
            const std::uint64_t base = random();
            for (std::size_t i = 0; i < count; ++i) {
                numbers.push_back(static_cast<std::int64_t>(base + (random() & mask)));
            }
            REQUIRE(unpacked(packed(numbers), count) == numbers);
        }
    }
    const std::vector<std::int64_t> ends{std::numeric_limits<std::int64_t>::min(), 0,
                                         std::numeric_limits<std::int64_t>::max(), -1};
    CHECK(unpacked(packed(ends), ends.size()) == ends);
}

TEST_CASE("equal numbers cost almost nothing, and one large one only its block") {
    CHECK(packed(std::vector<std::int64_t>(512, 1)).size() == 8);
    std::vector<std::int64_t> numbers(512, 3);
    numbers[200] = 1'000'000;
    CHECK(packed(numbers).size() == 8 + 128 * 20 / 8);
    CHECK(packed({}).empty());
}

TEST_CASE("what is cut off or too wide is no run of numbers") {
    const std::vector<std::byte> whole = packed({1, 1'000, -5, 70'000});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(unpacked({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, 4));
    }
    CHECK_FALSE(unpacked(whole, 200));
    std::vector<std::byte> wide = packed({1, 2});
    wide[1] = std::byte{65};
    wide.resize(40);
    CHECK_FALSE(unpacked(wide, 2));
}
