#include "app/attach/server/server.hpp"

#include "app/attach/core_lock.hpp"
#include "app/attach/unix_socket.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scripted_runner.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <filesystem>

using namespace tradesh;
using namespace tradesh::attach;
using namespace std::chrono_literals;

namespace {

/// A server on a loop that runs only while the test waits for something.
class Stage {
public:
    explicit Stage(uid_t user = ::geteuid()) : server(loop, place_, facts(), user) {
        REQUIRE(make_directory(place_));
        REQUIRE(server.listen());
    }
    ~Stage() {
        server.leave("the test is over");
        server.withdraw();
        runtime::TaskScope scope(loop);
        bool over = false;
        scope.spawn("join", [&](runtime::TaskInfo&) -> runtime::Task<void> {
            co_await server.join();
            over = true;
        });
        until([&] { return over && scope.empty(); });
        std::filesystem::remove_all(root_);
    }

    void until(const std::function<bool()>& condition, int fd = -1) {
        const Duration end = clock.elapsed() + 10s;
        while (!condition()) {
            loop.poll();
            pollfd state{.fd = fd, .events = POLLIN, .revents = 0};
            ::poll(&state, 1, 1);
            if (clock.elapsed() > end) {
                throw std::runtime_error("waited too long");
            }
        }
    }
    std::string socket_path() const { return place_.socket_path(); }

    SystemClock clock;
    runtime::Loop loop{clock};

private:
    SessionFacts facts() {
        return {.build = "1.2.3", .core_pid = 77, .make_runner = [this](cli::ClientChannel& client) {
                    return std::make_unique<test::ScriptedRunner>(loop, client);
                }};
    }
    static std::string make_root() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tradesh-test-XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }
    std::string root_ = make_root();
    Place place_ = find_place("paper", root_, "").value();

public:
    Server server;
};

class Client {
public:
    explicit Client(Stage& stage) : stage_(stage), socket_(connect_socket(stage.socket_path()).value()) {}

    void say(const ClientMessage& message) { say_bytes(encode(message)); }
    void say_bytes(const std::string& bytes) {
        REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    }
    void greet(ClientKind kind) {
        Hello hello;
        hello.kind = kind;
        say(hello);
    }
    void run(std::uint32_t id, std::vector<std::string> words) {
        say(Run{.id = id, .form = RunForm::words, .words = std::move(words), .text = ""});
    }
    /// The next message; nullopt when the server has closed the connection.
    std::optional<CoreMessage> next() {
        std::optional<CoreMessage> message;
        bool ended = false;
        stage_.until([&] { return (message = received()).has_value() || (ended = closed_); }, socket_.get());
        return message;
    }
    template <class Message>
    Message expect() {
        std::optional<CoreMessage> message = next();
        REQUIRE(message);
        CAPTURE(message->index());
        REQUIRE(std::holds_alternative<Message>(*message));
        return std::get<Message>(std::move(*message));
    }
    void leave() { socket_.close(); }

private:
    std::optional<CoreMessage> received() {
        char bytes[65536];
        for (;;) {
            const auto frame = reader_.next();
            REQUIRE(frame);
            if (*frame) {
                return decode_core_message(**frame).value();
            }
            const ssize_t count = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (count <= 0) {
                closed_ = count == 0 || errno == ECONNRESET;
                return std::nullopt;
            }
            reader_.feed({bytes, static_cast<std::size_t>(count)});
        }
    }

    Stage& stage_;
    FileDescriptor socket_;
    FrameReader reader_;
    bool closed_ = false;
};

} // namespace

TEST_CASE("a client is welcomed, served and forgotten") {
    Stage stage;
    Client client(stage);
    client.greet(ClientKind::one_shot);
    client.run(5, {"echo", "x"});
    CHECK(client.expect<Welcome>() == Welcome{.core_pid = 77, .build = "1.2.3"});
    CHECK(client.expect<Output>() == Output{.stream = Stream::out, .bytes = "x\n"});
    CHECK(client.expect<Done>() == Done{.id = 5, .exit_code = 0});
    CHECK(stage.server.sessions() == 1);
    client.leave();
    stage.until([&] { return stage.server.sessions() == 0; });
}

TEST_CASE("other users are refused") {
    Stage stage(::geteuid() + 1);
    Client client(stage);
    const auto refuse = client.expect<Refuse>();
    CHECK(refuse.code == "core.other_user");
    CHECK(refuse.exit_code == 4);
    CHECK(stage.server.sessions() == 0);
}

TEST_CASE("a prompt learns its state, runs several commands, completes words") {
    Stage stage;
    Client client(stage);
    client.greet(ClientKind::prompt);
    client.expect<Welcome>();
    CHECK(client.expect<PromptState>().venue == "scripted");
    for (std::uint32_t id = 1; id <= 3; ++id) {
        client.run(id, {"exit", std::to_string(id)});
        client.expect<PromptState>();
        CHECK(client.expect<Done>() == Done{.id = id, .exit_code = static_cast<std::uint8_t>(id)});
    }
    client.say(Complete{.id = 8, .line = "order b", .point = 7});
    CHECK(client.expect<Completions>() ==
          Completions{.id = 8, .start = 0, .words = {"order b-completed"}, .files = false});
}

TEST_CASE("a client that writes slowly is sent no more than the window") {
    Stage stage;
    Client client(stage);
    client.greet(ClientKind::one_shot);
    client.run(1, {"lines", "100000"});
    client.expect<Welcome>();
    std::size_t received = 0;
    const auto receive = [&](std::size_t bytes) {
        while (received < bytes) {
            received += client.expect<Output>().bytes.size();
        }
    };
    receive(output_window_bytes);
    CHECK(received == output_window_bytes);
    for (int i = 0; i < 100; ++i) {
        stage.loop.poll();
    }
    client.say(Acknowledge{.bytes = 1000});
    receive(output_window_bytes + 1000);
    CHECK(received == output_window_bytes + 1000);
    client.say(Cancel{.id = 1, .signal = SIGPIPE});
    CHECK(client.expect<Done>().exit_code == 128 + SIGPIPE);
}

TEST_CASE("a client that disappears cancels its command") {
    Stage stage;
    Client client(stage);
    client.greet(ClientKind::one_shot);
    client.run(1, {"hang"});
    client.expect<Welcome>();
    client.expect<Output>();
    client.leave();
    stage.until([&] { return stage.server.sessions() == 0; });
    Client reading(stage);
    reading.greet(ClientKind::one_shot);
    reading.run(1, {"cat"});
    reading.expect<Welcome>();
    reading.expect<Read>();
    reading.leave();
    stage.until([&] { return stage.server.sessions() == 0; });
}

TEST_CASE("a late answer to a cancelled request is ignored") {
    Stage stage;
    Client client(stage);
    client.greet(ClientKind::prompt);
    client.expect<Welcome>();
    client.expect<PromptState>();
    client.run(1, {"cat", "file"});
    const auto open = client.expect<Open>();
    CHECK(open.path == "file");
    client.say(Cancel{.id = 1, .signal = SIGINT});
    client.expect<Output>(); // it says that the request was cancelled
    client.expect<PromptState>();
    CHECK(client.expect<Done>().exit_code == 130);
    client.say(Reply{.request = open.request, .error = 0, .kind = FileKind::absent, .bytes = ""});
    client.run(2, {"cat", "file"});
    const auto again = client.expect<Open>();
    CHECK(again.request != open.request);
    client.say(Reply{.request = again.request, .error = ENOENT, .kind = FileKind::absent, .bytes = ""});
    CHECK(client.expect<Output>().bytes == "open (file): No such file or directory\n");
}

TEST_CASE("a core that leaves tells everyone, and what it has not begun can be run elsewhere") {
    Stage stage;
    Client idle(stage);
    idle.greet(ClientKind::prompt);
    idle.expect<Welcome>();
    idle.expect<PromptState>();
    Client busy(stage);
    busy.greet(ClientKind::one_shot);
    busy.run(1, {"hang"});
    busy.expect<Welcome>();
    busy.expect<Output>();
    stage.server.leave("it was stopped");
    CHECK(idle.expect<Leaving>() == Leaving{.nothing_was_run = true, .reason = "it was stopped"});
    CHECK(busy.expect<Leaving>() == Leaving{.nothing_was_run = false, .reason = "it was stopped"});
    CHECK(busy.expect<Done>().exit_code == 5);
    Client late(stage);
    CHECK(late.expect<Leaving>().nothing_was_run);
    Client in_the_queue(stage);
    stage.server.withdraw();
    CHECK(in_the_queue.expect<Leaving>().nothing_was_run);
    CHECK_FALSE(connect_socket(stage.socket_path()));
}

TEST_CASE("what breaks the protocol ends the connection") {
    Stage stage;
    const auto ends = [&](const std::string& bytes) {
        Client client(stage);
        client.say_bytes(bytes);
        while (client.next()) {
        }
        return true;
    };
    const std::string hello = encode(ClientMessage(Hello()));
    const std::string hang = encode(ClientMessage(Run{.id = 1, .form = RunForm::words, .words = {"hang"}, .text = ""}));
    CHECK(ends(hang));
    CHECK(ends(hello + hello));
    CHECK(ends(hello + hang + hang));
    CHECK(ends(std::string("\xff\xff\xff\xff\1", 5)));
    CHECK(ends(hello + std::string("\0\0\0\0\x63", 5)));
    stage.until([&] { return stage.server.sessions() == 0; });
}
