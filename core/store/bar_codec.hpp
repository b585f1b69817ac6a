#pragma once

#include "core/market/bars.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tradesh::store {

/// The most bars in one chunk.
inline constexpr std::size_t chunk_bars_max = 512;

/// Bars as bytes, exact and small (about 8 bytes a bar for daily stocks). Layout, numbers little-endian:
///
///     u8 format (2), u16 bars, i8 price scale, i8 volume scale, u8 time unit (see time_units), i64 first open time
///     columns of packed numbers (see number_packing.hpp), one after the other:
///       time    (all but the first bar) distance from the bar before, in time units
///       open    distance from the close before (the first: from 0)
///       close   distance from the open
///       high    distance above the higher of open and close
///       low     distance below the lower of open and close
///       volume
///     16 bytes BLAKE2b-128 of everything before
///
/// Format 1, still read, has a LEB128 varint a number instead, zig-zag for open, close and volume.
///
/// A value is units * 10^-scale; the four price columns share one scale, negative scales stand for trailing zeros.
/// Distances wrap around in 64 bits, so that every bar survives the round trip, even one with high < low.
///
/// `bars` must be in ascending order, 1 to chunk_bars_max of them. Error "bars.out_of_range" (failed) when the prices
/// do not fit into 64 bits with one scale.
Result<std::vector<std::byte>> encode_chunk(const Bars& bars, std::size_t begin, std::size_t end);

/// Accepts any bytes; what is not a whole, undamaged chunk is an Error of kind failed, "bars.damaged".
Result<Bars> decode_chunk(std::span<const std::byte> data);

} // namespace tradesh::store
