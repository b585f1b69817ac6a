#include "app/attach/codec.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::attach;

namespace {

const std::vector<ClientMessage> client_messages{
    Hello{.protocol = 1,
          .build = "0.1.0",
          .kind = ClientKind::prompt,
          .stdin_is_terminal = true,
          .stdout_is_terminal = false,
          .stderr_is_terminal = true,
          .columns = 65535,
          .rows = 1,
          .directory = "/home/ann",
          .environment = {{"TZ", "UTC"}, {"TERM", ""}}},
    Run{.id = 0xfffffffe, .form = RunForm::script, .words = {"--json", "", "söze"}, .text = std::string("a\0b", 3)},
    Cancel{.id = 3, .signal = 15},
    Resize{.columns = 132, .rows = 50},
    Acknowledge{.bytes = 262144},
    Reply{.request = 9, .error = 2, .kind = FileKind::regular, .bytes = "payload"},
    Complete{.id = 4, .line = "order b", .point = 7},
};

const std::vector<CoreMessage> core_messages{
    Welcome{.core_pid = 4242, .build = "0.1.0"},
    Refuse{.exit_code = 4, .code = "core.version", .message = "m", .hint = "h"},
    Leaving{.nothing_was_run = false, .reason = "it was stopped"},
    Output{.stream = Stream::err, .bytes = std::string(chunk_bytes_max, 'x')},
    Effect{.advice = "order show K"},
    Settled{},
    Notice{.line = "filled"},
    Done{.id = 1, .exit_code = 255},
    Completions{.id = 4, .start = 6, .words = {"buy", "begin"}, .files = true},
    PromptState{.venue = "paper", .mode = "live", .armed = true, .dropped_on_leaving = "a group"},
    Open{.request = 1, .handle = 2, .mode = FileMode::append, .path = "/tmp/x"},
    Read{.request = 2, .handle = 0, .bytes_max = 10},
    Write{.request = 3, .handle = 2, .bytes = "abc"},
    Rename{.request = 4, .from = "a", .to = "b"},
    Close{.request = 5, .handle = 2},
    Inspect{.request = 6, .path = "a"},
    Remove{.request = 7, .path = "a"},
};

/// What a hostile peer can make us do: any bytes, cut into frames and decoded both ways. Returns the frames seen.
int fuzz(std::string_view bytes) {
    FrameReader reader;
    reader.feed(bytes);
    for (int frames = 0;; ++frames) {
        const Result<std::optional<Frame>> frame = reader.next();
        if (!frame || !*frame) {
            return frames;
        }
        (void)protocol_of_hello(**frame);
        if (const auto message = decode_client_message(**frame)) {
            CHECK(encode(*message).size() == frame_header_bytes + (*frame)->payload.size());
        }
        if (const auto message = decode_core_message(**frame)) {
            CHECK(encode(*message).size() == frame_header_bytes + (*frame)->payload.size());
        }
    }
}

std::string all_frames() {
    std::string bytes;
    for (const ClientMessage& message : client_messages) {
        bytes += encode(message);
    }
    for (const CoreMessage& message : core_messages) {
        bytes += encode(message);
    }
    return bytes;
}

} // namespace

TEST_CASE("every message survives the way through its frame, byte by byte") {
    CHECK(client_messages.size() == std::variant_size_v<ClientMessage>);
    CHECK(core_messages.size() == std::variant_size_v<CoreMessage>);
    const std::string bytes = all_frames();
    FrameReader reader;
    std::vector<ClientMessage> from_client;
    std::vector<CoreMessage> from_core;
    for (const char byte : bytes) {
        reader.feed({&byte, 1});
        const Result<std::optional<Frame>> frame = reader.next();
        REQUIRE(frame);
        if (*frame && (*frame)->type < 64) {
            from_client.push_back(decode_client_message(**frame).value());
        } else if (*frame) {
            from_core.push_back(decode_core_message(**frame).value());
        }
    }
    CHECK(from_client == client_messages);
    CHECK(from_core == core_messages);
}

TEST_CASE("the layout that two versions share never changes") {
    CHECK(encode(ClientMessage(Cancel{.id = 0x01020304, .signal = 2})) ==
          std::string("\x05\0\0\0\x03\x04\x03\x02\x01\x02", 10));
    const std::string hello =
        encode(ClientMessage(Hello{.protocol = 7, .build = "", .directory = "", .environment = {}}));
    CHECK(hello[4] == 1);
    CHECK(hello.substr(5, 4) == std::string("\7\0\0\0", 4));
    CHECK(protocol_of_hello({.type = 1, .payload = std::string_view("\7\0\0\0and what only version 7 knows", 32)})
              .value() == 7);
    CHECK(encode(CoreMessage(Refuse{.exit_code = 4, .code = "c", .message = "m", .hint = ""})) ==
          std::string("\x0f\0\0\0\x41\x04\1\0\0\0c\1\0\0\0m\0\0\0\0", 20));
}

TEST_CASE("what does not fit is an error") {
    const auto refused = [](std::uint8_t type, std::string_view payload) {
        const Result<ClientMessage> message = decode_client_message({.type = type, .payload = payload});
        return !message && message.error().code == "attach.malformed" && message.error().kind == ErrorKind::connection;
    };
    CHECK(refused(99, ""));
    CHECK(refused(0, ""));
    CHECK(refused(3, std::string_view("\1\0\0\0", 4)));                            // cut short
    CHECK(refused(3, std::string_view("\1\0\0\0\2x", 6)));                         // too long
    CHECK(refused(2, std::string_view("\1\0\0\0\7\0\0\0\0\0\0\0\0", 13)));         // no such form
    CHECK(refused(2, std::string_view("\1\0\0\0\0\xff\xff\xff\xff\0\0\0\0", 13))); // more words than bytes
    FrameReader reader;
    reader.feed(std::string_view("\xff\xff\xff\xff\1", 5));
    CHECK(reader.next().error().code == "attach.malformed");
}

TEST_CASE("truncated and damaged frames do no harm") {
    const std::string bytes = all_frames();
    std::string small;
    for (const ClientMessage& message : client_messages) {
        small += encode(message);
    }
    for (std::size_t length = 0; length <= small.size(); ++length) {
        fuzz(std::string_view(small).substr(0, length));
    }
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 20'000; ++round) {
        std::string damaged = small;
        for (int change = 0; change < 3; ++change) {
            damaged[random() % damaged.size()] = static_cast<char>(random());
        }
        fuzz(damaged);
        std::string noise(random() % 64, '\0');
        for (char& byte : noise) {
            byte = static_cast<char>(random() % 8 == 0 ? random() : random() % 4);
        }
        noise.insert(0, std::string("\x20\0\0\0", 4) + static_cast<char>(random() % 90));
        fuzz(noise);
    }
    CHECK(fuzz(bytes) == static_cast<int>(client_messages.size() + core_messages.size()));
}
