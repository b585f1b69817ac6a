#include "core/store/bar_codec.hpp"

#include "core/store/number_packing.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <optional>

namespace tradesh::store {
namespace {

using namespace std::chrono;

constexpr std::uint8_t varint_format = 1; // read, no longer written
constexpr std::uint8_t packed_format = 2;
constexpr std::size_t header_bytes = 14;
constexpr std::size_t checksum_bytes = crypto_generichash_BYTES_MIN;
constexpr int trailing_zeros_max = 9;
constexpr std::array<std::int64_t, 7> time_units{1,
                                                 1'000,
                                                 1'000'000,
                                                 nanoseconds(seconds(1)).count(),
                                                 nanoseconds(minutes(1)).count(),
                                                 nanoseconds(hours(1)).count(),
                                                 nanoseconds(days(1)).count()};

using Column = std::vector<std::int64_t>;
using Checksum = std::array<unsigned char, checksum_bytes>;

Checksum checksum_of(const std::byte* data, std::size_t size) {
    Checksum checksum{};
    crypto_generichash(checksum.data(), checksum.size(), reinterpret_cast<const unsigned char*>(data), size, nullptr,
                       0);
    return checksum;
}

// Arithmetic modulo 2^64: signed overflow would be undefined.
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::uint64_t distance(std::int64_t from, std::int64_t to) { return bits(to) - bits(from); }
std::int64_t moved(std::int64_t from, std::uint64_t by) { return static_cast<std::int64_t>(bits(from) + by); }

std::int64_t count_of(Instant time) { return time.time_since_epoch().count(); }

class Writer {
public:
    explicit Writer(std::size_t capacity) { bytes_.reserve(capacity); }

    template <std::size_t Width>
    void fixed(std::uint64_t value) {
        for (std::size_t i = 0; i < Width; ++i) {
            bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
        }
    }
    void numbers(std::span<const std::int64_t> column) { pack_numbers(column, bytes_); }
    std::vector<std::byte> finish() {
        const Checksum checksum = checksum_of(bytes_.data(), bytes_.size());
        const auto* first = reinterpret_cast<const std::byte*>(checksum.data());
        bytes_.insert(bytes_.end(), first, first + checksum.size());
        return std::move(bytes_);
    }

private:
    std::vector<std::byte> bytes_;
};

/// What a column holds, which the older format has to be told.
enum class Sign : std::uint8_t { never_negative, any };

/// Reads everything before the checksum, which serves as the margin that unpacking needs.
class Reader {
public:
    explicit Reader(std::span<const std::byte> data) : rest_(data) {}

    /// The caller has made sure that so many bytes are there.
    template <std::size_t Width>
    std::uint64_t fixed() {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < Width; ++i) {
            value |= static_cast<std::uint64_t>(rest_[i]) << (8 * i);
        }
        rest_ = rest_.subspan(Width);
        return value;
    }
    /// A whole column. Once one is not there, `ok` is false.
    void numbers(std::span<std::int64_t> column, std::uint8_t format, Sign sign) {
        if (!ok_) {
            return;
        }
        const std::size_t margin = checksum_bytes - packing_margin;
        const std::span<const std::byte> readable = rest_.first(rest_.size() - margin);
        const std::optional<std::size_t> taken =
            format == packed_format ? unpack_numbers(readable, column) : varints(readable, column, sign);
        ok_ = taken.has_value();
        rest_ = rest_.subspan(taken.value_or(0));
    }
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.size() == checksum_bytes; }

private:
    static std::optional<std::size_t> varints(std::span<const std::byte> bytes, std::span<std::int64_t> column,
                                              Sign sign) {
        const std::span<const std::byte> body = bytes.first(bytes.size() - packing_margin);
        std::size_t at = 0;
        for (std::int64_t& number : column) {
            const std::optional<Varint> varint = read_varint(body.subspan(at));
            if (!varint) {
                return std::nullopt;
            }
            number = static_cast<std::int64_t>(sign == Sign::any ? unzigzag(varint->value) : varint->value);
            at += varint->bytes;
        }
        return at;
    }

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

/// How many trailing zeros all the units share, at most trailing_zeros_max.
int trailing_zeros(std::span<const std::int64_t> units) {
    int zeros = trailing_zeros_max;
    for (const std::int64_t unit : units) {
        while (zeros > 0 && unit % static_cast<std::int64_t>(power_of_ten(zeros)) != 0) {
            --zeros;
        }
        if (zeros == 0) {
            break;
        }
    }
    return zeros;
}

std::span<const std::int64_t> part_of(const ScaledColumn& column, std::size_t begin, std::size_t end) {
    return std::span(column.units).subspan(begin, end - begin);
}

/// The least scale at which every value of the part is whole.
int scale_of(const ScaledColumn& column, std::size_t begin, std::size_t end) {
    return column.scale - trailing_zeros(part_of(column, begin, end));
}

Result<Column> at_scale(const ScaledColumn& column, std::size_t begin, std::size_t end, int scale) {
    const std::span<const std::int64_t> part = part_of(column, begin, end);
    Column units(part.begin(), part.end());
    if (scale < column.scale) {
        const auto divisor = static_cast<std::int64_t>(power_of_ten(column.scale - scale));
        std::ranges::for_each(units, [divisor](std::int64_t& unit) { unit /= divisor; });
    } else if (scale > column.scale) {
        const Int128 factor = power_of_ten(scale - column.scale);
        const Int128 limit = std::numeric_limits<std::int64_t>::max() / factor;
        for (std::int64_t& unit : units) {
            if (unit > limit || unit < -limit) {
                return fail(ErrorKind::failed, "bars.out_of_range",
                            "prices from very small to very large do not fit into one chunk of bars");
            }
            unit = static_cast<std::int64_t>(unit * factor);
        }
    }
    return units;
}

/// The largest unit that divides every distance between neighbours.
std::size_t time_unit_of(std::span<const Instant> times) {
    std::size_t unit = time_units.size() - 1;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const std::uint64_t apart = distance(count_of(times[i - 1]), count_of(times[i]));
        while (apart % bits(time_units[unit]) != 0) {
            --unit;
        }
    }
    return unit;
}

std::unexpected<Error> damaged() {
    return fail(ErrorKind::failed, "bars.damaged", "a chunk of bars is damaged: its checksum or layout does not fit");
}

struct Header {
    std::uint8_t format;
    std::size_t bars;
    int price_scale;
    int volume_scale;
    std::int64_t time_unit;
    std::int64_t first_time;
};

std::optional<Header> read_header(Reader& reader) {
    Header header{};
    header.format = static_cast<std::uint8_t>(reader.fixed<1>());
    if (header.format != varint_format && header.format != packed_format) {
        return std::nullopt;
    }
    header.bars = reader.fixed<2>();
    header.price_scale = static_cast<std::int8_t>(reader.fixed<1>());
    header.volume_scale = static_cast<std::int8_t>(reader.fixed<1>());
    const std::uint64_t unit = reader.fixed<1>();
    header.first_time = static_cast<std::int64_t>(reader.fixed<8>());
    const auto is_scale = [](int scale) { return scale >= -trailing_zeros_max && scale <= Decimal::scale_max; };
    if (header.bars == 0 || header.bars > chunk_bars_max || unit >= time_units.size() ||
        !is_scale(header.price_scale) || !is_scale(header.volume_scale)) {
        return std::nullopt;
    }
    header.time_unit = time_units[unit];
    return header;
}

bool read_times(Reader& reader, const Header& header, std::vector<Instant>& times) {
    Column steps(header.bars - 1);
    reader.numbers(steps, header.format, Sign::never_negative);
    times.reserve(header.bars);
    std::int64_t time = header.first_time;
    times.emplace_back(Duration(time));
    for (const std::int64_t step : steps) {
        std::uint64_t length = 0;
        if (step == 0 || __builtin_mul_overflow(bits(step), bits(header.time_unit), &length) ||
            length > distance(time, std::numeric_limits<std::int64_t>::max())) {
            return false;
        }
        time = moved(time, length);
        times.emplace_back(Duration(time));
    }
    return reader.ok();
}

/// Units as they stand in Bars, where a scale is never negative; false when they would not fit.
bool set_column(ScaledColumn& column, Column units, int scale) {
    column.scale = static_cast<std::uint8_t>(std::max(scale, 0));
    if (scale < 0) {
        const auto factor = static_cast<std::int64_t>(power_of_ten(-scale));
        for (std::int64_t& unit : units) {
            if (__builtin_mul_overflow(unit, factor, &unit)) {
                return false;
            }
        }
    }
    column.units = std::move(units);
    return true;
}

} // namespace

Result<std::vector<std::byte>> encode_chunk(const Bars& bars, std::size_t begin, std::size_t end) {
    assert(begin < end && end <= bars.size() && end - begin <= chunk_bars_max);
    const std::size_t count = end - begin;
    const int price_scale = std::max({scale_of(bars.open, begin, end), scale_of(bars.high, begin, end),
                                      scale_of(bars.low, begin, end), scale_of(bars.close, begin, end)});
    const int volume_scale = scale_of(bars.volume, begin, end);
    const std::array<Result<Column>, 5> columns{
        at_scale(bars.open, begin, end, price_scale), at_scale(bars.high, begin, end, price_scale),
        at_scale(bars.low, begin, end, price_scale), at_scale(bars.close, begin, end, price_scale),
        at_scale(bars.volume, begin, end, volume_scale)};
    for (const Result<Column>& column : columns) {
        if (!column) {
            return fail(column.error());
        }
    }
    const Column& open = *columns[0];
    const Column& close = *columns[3];
    const std::span<const Instant> times = std::span(bars.open_time).subspan(begin, count);
    const std::size_t unit = time_unit_of(times);

    Writer writer(header_bytes + checksum_bytes + count * 12);
    writer.fixed<1>(packed_format);
    writer.fixed<2>(count);
    writer.fixed<1>(static_cast<std::uint8_t>(price_scale));
    writer.fixed<1>(static_cast<std::uint8_t>(volume_scale));
    writer.fixed<1>(unit);
    writer.fixed<8>(bits(count_of(times[0])));
    Column numbers(count);
    const auto write = [&](std::size_t first, auto number_of) {
        for (std::size_t i = first; i < count; ++i) {
            numbers[i] = static_cast<std::int64_t>(number_of(i));
        }
        writer.numbers(std::span(numbers).subspan(first));
    };
    const std::uint64_t unit_ns = bits(time_units[unit]);
    write(1, [&](std::size_t i) { return distance(count_of(times[i - 1]), count_of(times[i])) / unit_ns; });
    write(0, [&](std::size_t i) { return distance(i == 0 ? 0 : close[i - 1], open[i]); });
    write(0, [&](std::size_t i) { return distance(open[i], close[i]); });
    write(0, [&](std::size_t i) { return distance(std::max(open[i], close[i]), (*columns[1])[i]); });
    write(0, [&](std::size_t i) { return distance((*columns[2])[i], std::min(open[i], close[i])); });
    writer.numbers(*columns[4]);
    return writer.finish();
}

Result<Bars> decode_chunk(std::span<const std::byte> data) {
    if (data.size() < header_bytes + checksum_bytes) {
        return damaged();
    }
    const std::size_t body = data.size() - checksum_bytes;
    const Checksum expected = checksum_of(data.data(), body);
    if (std::memcmp(expected.data(), data.data() + body, checksum_bytes) != 0) {
        return damaged();
    }
    Reader reader(data);
    const std::optional<Header> header = read_header(reader);
    Bars bars;
    if (!header || !read_times(reader, *header, bars.open_time)) {
        return damaged();
    }
    const std::size_t count = header->bars;
    Column open(count);
    Column high(count);
    Column low(count);
    Column close(count);
    Column volume(count);
    reader.numbers(open, header->format, Sign::any); // distances from the closes, until those are known
    reader.numbers(close, header->format, Sign::any);
    reader.numbers(high, header->format, Sign::never_negative);
    reader.numbers(low, header->format, Sign::never_negative);
    reader.numbers(volume, header->format, Sign::any);
    std::int64_t close_before = 0;
    for (std::size_t i = 0; i < count; ++i) {
        open[i] = moved(close_before, bits(open[i]));
        close[i] = moved(open[i], bits(close[i]));
        high[i] = moved(std::max(open[i], close[i]), bits(high[i]));
        low[i] = moved(std::min(open[i], close[i]), 0 - bits(low[i]));
        close_before = close[i];
    }
    const bool whole = reader.ok() && reader.at_end() && set_column(bars.open, std::move(open), header->price_scale) &&
                       set_column(bars.high, std::move(high), header->price_scale) &&
                       set_column(bars.low, std::move(low), header->price_scale) &&
                       set_column(bars.close, std::move(close), header->price_scale) &&
                       set_column(bars.volume, std::move(volume), header->volume_scale);
    if (!whole) {
        return damaged();
    }
    return bars;
}

} // namespace tradesh::store
