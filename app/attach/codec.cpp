#include "app/attach/codec.hpp"

#include <concepts>
#include <type_traits>

namespace tradesh::attach {
namespace {

constexpr std::uint8_t client_type_first = 1;
constexpr std::uint8_t core_type_first = 64;

/// One description of each message serves both directions: the archive is a Writer or a Reader.
template <class T, class Message>
concept Like = std::same_as<std::remove_const_t<T>, Message>;

class Writer {
public:
    explicit Writer(std::string& bytes) : bytes_(bytes) {}

    template <std::integral T>
    void operator()(const T& value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes_.push_back(static_cast<char>(static_cast<unsigned char>(bits >> (8 * i))));
        }
    }
    void operator()(const std::string& value) {
        (*this)(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
    }
    template <class A, class B>
    void operator()(const std::pair<A, B>& value) {
        (*this)(value.first);
        (*this)(value.second);
    }
    template <class T>
    void operator()(const std::vector<T>& items) {
        (*this)(static_cast<std::uint32_t>(items.size()));
        for (const T& item : items) {
            (*this)(item);
        }
    }
    template <class Enumeration>
    void choice(const Enumeration& value, Enumeration /*last*/) {
        (*this)(static_cast<std::uint8_t>(value));
    }

private:
    std::string& bytes_;
};

/// After the first thing that does not fit, `ok` is false and every field stays as it was.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    bool complete() const { return ok_ && bytes_.empty(); }
    bool ok() const { return ok_; }

    template <std::integral T>
    void operator()(T& value) {
        if (!need(sizeof(T))) {
            return;
        }
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
        }
        bytes_.remove_prefix(sizeof(T));
        if constexpr (std::same_as<T, bool>) {
            ok_ = bits <= 1;
            value = bits == 1;
        } else {
            value = static_cast<T>(bits);
        }
    }
    void operator()(std::string& value) {
        std::uint32_t length = 0;
        (*this)(length);
        if (!need(length)) {
            return;
        }
        value.assign(bytes_.substr(0, length));
        bytes_.remove_prefix(length);
    }
    template <class A, class B>
    void operator()(std::pair<A, B>& value) {
        (*this)(value.first);
        (*this)(value.second);
    }
    template <class T>
    void operator()(std::vector<T>& items) {
        constexpr std::size_t item_bytes_min = 4; // every item begins with a length
        std::uint32_t count = 0;
        (*this)(count);
        if (!need(count * item_bytes_min)) {
            return;
        }
        items.resize(count);
        for (T& item : items) {
            (*this)(item);
        }
    }
    template <class Enumeration>
    void choice(Enumeration& value, Enumeration last) {
        std::uint8_t number = 0;
        (*this)(number);
        ok_ = ok_ && number <= static_cast<std::uint8_t>(last);
        if (ok_) {
            value = static_cast<Enumeration>(number);
        }
    }

private:
    bool need(std::size_t count) {
        ok_ = ok_ && bytes_.size() >= count;
        return ok_;
    }

    std::string_view bytes_;
    bool ok_ = true;
};

template <class Archive>
void describe(Archive& archive, Like<Hello> auto& m) {
    archive(m.protocol); // first, in every version
    archive(m.build);
    archive.choice(m.kind, ClientKind::prompt);
    archive(m.stdin_is_terminal);
    archive(m.stdout_is_terminal);
    archive(m.stderr_is_terminal);
    archive(m.columns);
    archive(m.rows);
    archive(m.directory);
    archive(m.environment);
}
template <class Archive>
void describe(Archive& archive, Like<Run> auto& m) {
    archive(m.id);
    archive.choice(m.form, RunForm::script);
    archive(m.words);
    archive(m.text);
}
template <class Archive>
void describe(Archive& archive, Like<Cancel> auto& m) {
    archive(m.id);
    archive(m.signal);
}
template <class Archive>
void describe(Archive& archive, Like<Resize> auto& m) {
    archive(m.columns);
    archive(m.rows);
}
template <class Archive>
void describe(Archive& archive, Like<Acknowledge> auto& m) {
    archive(m.bytes);
}
template <class Archive>
void describe(Archive& archive, Like<Reply> auto& m) {
    archive(m.request);
    archive(m.error);
    archive.choice(m.kind, FileKind::other);
    archive(m.bytes);
}
template <class Archive>
void describe(Archive& archive, Like<Complete> auto& m) {
    archive(m.id);
    archive(m.line);
    archive(m.point);
}
template <class Archive>
void describe(Archive& archive, Like<Welcome> auto& m) {
    archive(m.core_pid);
    archive(m.build);
}
template <class Archive>
void describe(Archive& archive, Like<Refuse> auto& m) {
    archive(m.exit_code);
    archive(m.code);
    archive(m.message);
    archive(m.hint);
}
template <class Archive>
void describe(Archive& archive, Like<Leaving> auto& m) {
    archive(m.nothing_was_run);
    archive(m.reason);
}
template <class Archive>
void describe(Archive& archive, Like<Output> auto& m) {
    archive.choice(m.stream, Stream::err);
    archive(m.bytes);
}
template <class Archive>
void describe(Archive& archive, Like<Open> auto& m) {
    archive(m.request);
    archive(m.handle);
    archive.choice(m.mode, FileMode::append);
    archive(m.path);
}
template <class Archive>
void describe(Archive& archive, Like<Read> auto& m) {
    archive(m.request);
    archive(m.handle);
    archive(m.bytes_max);
}
template <class Archive>
void describe(Archive& archive, Like<Write> auto& m) {
    archive(m.request);
    archive(m.handle);
    archive(m.bytes);
}
template <class Archive>
void describe(Archive& archive, Like<Rename> auto& m) {
    archive(m.request);
    archive(m.from);
    archive(m.to);
}
template <class Archive>
void describe(Archive& archive, Like<Close> auto& m) {
    archive(m.request);
    archive(m.handle);
}
template <class Archive>
void describe(Archive& archive, Like<Inspect> auto& m) {
    archive(m.request);
    archive(m.path);
}
template <class Archive>
void describe(Archive& archive, Like<Remove> auto& m) {
    archive(m.request);
    archive(m.path);
}
template <class Archive>
void describe(Archive& archive, Like<Effect> auto& m) {
    archive(m.advice);
}
template <class Archive>
void describe(Archive& /*archive*/, Like<Settled> auto& /*m*/) {}
template <class Archive>
void describe(Archive& archive, Like<Notice> auto& m) {
    archive(m.line);
}
template <class Archive>
void describe(Archive& archive, Like<Done> auto& m) {
    archive(m.id);
    archive(m.exit_code);
}
template <class Archive>
void describe(Archive& archive, Like<Completions> auto& m) {
    archive(m.id);
    archive(m.start);
    archive(m.words);
    archive(m.files);
}
template <class Archive>
void describe(Archive& archive, Like<PromptState> auto& m) {
    archive(m.venue);
    archive(m.mode);
    archive(m.armed);
    archive(m.dropped_on_leaving);
}

template <class Variant>
std::string encode_as(const Variant& message, std::uint8_t type_first) {
    std::string bytes(frame_header_bytes, '\0');
    std::visit(
        [&bytes](const auto& m) {
            Writer writer(bytes);
            describe(writer, m);
        },
        message);
    std::string header;
    Writer writer(header);
    writer(static_cast<std::uint32_t>(bytes.size() - frame_header_bytes));
    writer(static_cast<std::uint8_t>(type_first + message.index()));
    return bytes.replace(0, frame_header_bytes, header);
}

std::unexpected<Error> malformed(std::string message) {
    return fail(Error(ErrorKind::connection, "attach.malformed", std::move(message))
                    .attempting("read a frame of the attach protocol")
                    .advise("both programs must come from one build of tradesh"));
}

template <class Variant, std::size_t index = 0>
Result<Variant> decode_as(const Frame& frame, std::uint8_t type_first) {
    if constexpr (index == std::variant_size_v<Variant>) {
        return malformed("frame type " + std::to_string(frame.type) + " is unknown");
    } else {
        if (frame.type != type_first + index) {
            return decode_as<Variant, index + 1>(frame, type_first);
        }
        std::variant_alternative_t<index, Variant> message;
        Reader reader(frame.payload);
        describe(reader, message);
        if (!reader.complete()) {
            return malformed("a frame of type " + std::to_string(frame.type) + " does not hold what it must");
        }
        return Variant(std::move(message));
    }
}

} // namespace

std::string encode(const ClientMessage& message) { return encode_as(message, client_type_first); }
std::string encode(const CoreMessage& message) { return encode_as(message, core_type_first); }

Result<ClientMessage> decode_client_message(const Frame& frame) {
    return decode_as<ClientMessage>(frame, client_type_first);
}
Result<CoreMessage> decode_core_message(const Frame& frame) { return decode_as<CoreMessage>(frame, core_type_first); }

Result<std::uint32_t> protocol_of_hello(const Frame& frame) {
    std::uint32_t protocol = 0;
    Reader reader(frame.payload);
    reader(protocol);
    if (frame.type != client_type_first || !reader.ok()) {
        return malformed("the first frame is no Hello");
    }
    return protocol;
}

Result<std::optional<Frame>> FrameReader::next() {
    const std::string_view rest = std::string_view(buffer_).substr(taken_);
    if (rest.size() < frame_header_bytes) {
        buffer_.erase(0, taken_);
        taken_ = 0;
        return std::nullopt;
    }
    std::uint32_t length = 0;
    std::uint8_t type = 0;
    Reader reader(rest);
    reader(length);
    reader(type);
    if (length > payload_bytes_max) {
        return malformed("a frame of " + std::to_string(length) + " bytes is longer than the " +
                         std::to_string(payload_bytes_max) + " allowed");
    }
    if (rest.size() < frame_header_bytes + length) {
        buffer_.erase(0, taken_);
        taken_ = 0;
        return std::nullopt;
    }
    taken_ += frame_header_bytes + length;
    return Frame{.type = type, .payload = rest.substr(frame_header_bytes, length)};
}

} // namespace tradesh::attach
