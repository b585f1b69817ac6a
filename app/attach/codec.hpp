#pragma once

#include "app/attach/message.hpp"
#include "core/base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Bytes of the attach protocol. A frame is the payload's length (u32), its type (u8) and the payload. Integers are
/// little-endian, a string is its length (u32) and its bytes, a list its count (u32) and its items, a flag one byte.
/// Nothing a peer sends is trusted: every length is checked against what is there, every enumeration against its range,
/// and a payload must end where its message ends.
namespace tradesh::attach {

inline constexpr std::size_t frame_header_bytes = 5;
inline constexpr std::size_t payload_bytes_max = 1024UL * 1024;

/// The whole frame. The caller keeps the message within `payload_bytes_max`; the peer refuses larger ones.
std::string encode(const ClientMessage& message);
std::string encode(const CoreMessage& message);

struct Frame {
    std::uint8_t type = 0;
    std::string_view payload;
};

/// Errors of all three: kind connection, "attach.malformed".
Result<ClientMessage> decode_client_message(const Frame& frame);
Result<CoreMessage> decode_core_message(const Frame& frame);
/// The protocol version of a Hello, whatever the rest of it looks like; the first thing a core looks at.
Result<std::uint32_t> protocol_of_hello(const Frame& frame);

/// Cuts a stream of bytes into frames.
class FrameReader {
public:
    void feed(std::string_view bytes) { buffer_.append(bytes); }
    /// The next whole frame; nullopt when more bytes are needed. The payload is valid until the next call.
    /// An error means that the stream is lost: nothing after it can be read.
    Result<std::optional<Frame>> next();

private:
    std::string buffer_;
    std::size_t taken_ = 0; ///< bytes at the front of the buffer that were handed out already
};

} // namespace tradesh::attach
