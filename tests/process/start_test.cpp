#include "app/attach/codec.hpp"
#include "app/attach/core_lock.hpp"
#include "app/attach/find_core.hpp"
#include "app/attach/unix_socket.hpp"
#include "tests/process/home.hpp"
#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>
#include <set>

using namespace tradesh;
using namespace tradesh::test;

namespace {

/// Sends bytes to a running core and returns the first frame that it answers.
attach::CoreMessage ask_core(const Place& place, const std::string& bytes) {
    const auto socket = attach::connect_socket(place.socket_path());
    REQUIRE(socket);
    REQUIRE(::send(socket->get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    attach::FrameReader reader;
    for (;;) {
        pollfd state{.fd = socket->get(), .events = POLLIN, .revents = 0};
        REQUIRE(::poll(&state, 1, 10'000) == 1);
        char answer[4096];
        const ssize_t count = ::recv(socket->get(), answer, sizeof answer, 0);
        REQUIRE(count > 0);
        reader.feed({answer, static_cast<std::size_t>(count)});
        const auto frame = reader.next();
        REQUIRE(frame);
        if (*frame) {
            return attach::decode_core_message(**frame).value();
        }
    }
}

} // namespace

TEST_CASE("the first command starts a core, the second finds it") {
    const Home home;
    const Ended first = run(home.client({"pid"}));
    CHECK(first.err.empty());
    REQUIRE(first.code == 0);
    CHECK(first.out == std::to_string(home.core_pid()) + "\n");
    const Ended second = run(home.client({"pid"}));
    CHECK(second.out == first.out);
}

TEST_CASE("output is the same byte for byte whoever started the core") {
    const Home home;
    const Ended starter = run(home.client({"facts"}));
    const Ended follower = run(home.client({"facts"}));
    CHECK(starter.out == follower.out);
    CHECK(starter.err == follower.err);
    CHECK(starter.code == follower.code);
    CHECK_THAT(starter.out, Contains("kind=0 in=false out=false err=false size=80x24 directory=/"));
}

TEST_CASE("racing starts make one core") {
    const Home home;
    std::vector<Process> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back(home.client({"pid"}));
    }
    std::set<std::string> pids;
    for (Process& client : clients) {
        const Ended ended = client.wait();
        CHECK(ended.err.empty());
        CHECK(ended.code == 0);
        pids.insert(ended.out);
    }
    CHECK(pids == std::set<std::string>{std::to_string(home.core_pid()) + "\n"});
}

TEST_CASE("two hundred one-shots at once all get their answer") {
    const Home home;
    std::vector<Process> clients;
    for (int i = 0; i < 200; ++i) {
        clients.emplace_back(home.client({"echo", std::to_string(i)}));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const Ended ended = clients[i].wait();
        CHECK(ended.err.empty());
        CHECK(ended.out == std::to_string(i) + "\n");
    }
}

TEST_CASE("a core lingers, leaves, and the next command starts another") {
    const Home home;
    Process core = home.core({"--linger=1s"});
    const Ended before = run(home.client({"pid"}));
    CHECK(before.code == 0);
    core.wait();
    CHECK_FALSE(std::filesystem::exists(home.place().socket_path()));
    const Ended after = run(home.client({"pid"}));
    CHECK(after.code == 0);
    CHECK(after.out != before.out);
}

TEST_CASE("a running client holds the core, however short it lingers") {
    const Home home;
    Process core = home.core({"--serve"});
    Process client(home.client({"hang"}));
    client.await_output("under way");
    Process second(home.client({"pid"}));
    CHECK(second.wait().out == std::to_string(core.pid()) + "\n");
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
}

TEST_CASE("commands and a leaving core never meet in failure") {
    const Home home;
    for (int round = 0; round < 30; ++round) {
        Process core = home.core({"--linger=0s"});
        const Ended ended = run(home.client({"echo", "x"}));
        CHECK(ended.err.empty());
        CHECK(ended.out == "x\n");
        const pid_t other = home.core_pid();
        core.wait();
        if (other != core.pid()) {
            ::kill(other, SIGTERM);
            await_end(other);
        }
    }
}

TEST_CASE("another protocol version is refused with the cure, exit 4") {
    const Home home;
    run(home.client({"pid"}));
    attach::Hello hello;
    hello.protocol = attach::protocol_version + 1;
    const attach::CoreMessage answer = ask_core(home.place(), attach::encode(attach::ClientMessage(hello)));
    REQUIRE(std::holds_alternative<attach::Refuse>(answer));
    const auto& refuse = std::get<attach::Refuse>(answer);
    CHECK(refuse.exit_code == 4);
    CHECK(refuse.code == "core.version");
    CHECK_THAT(refuse.message, Contains("is version " TRADESH_VERSION));
    CHECK_THAT(refuse.hint, Contains("tradesh serve --replace"));
}

TEST_CASE("a client shows what a core refuses it for") {
    const Home home;
    // A core of another version: it answers every client in the same way.
    REQUIRE(attach::make_directory(home.place()));
    const auto lock = attach::try_lock(home.place());
    auto listener = attach::listen_socket(home.place().socket_path(), 5);
    REQUIRE(listener);
    const auto answer_with = [&](const attach::Refuse& refuse, std::vector<std::string> words) {
        Process client(home.client(std::move(words)));
        pollfd state{.fd = listener->get(), .events = POLLIN, .revents = 0};
        REQUIRE(::poll(&state, 1, 10'000) == 1);
        const attach::FileDescriptor peer(::accept(listener->get(), nullptr, nullptr));
        const std::string frame = attach::encode(attach::CoreMessage(refuse));
        REQUIRE(::send(peer.get(), frame.data(), frame.size(), 0) > 0);
        return client.wait();
    };
    const attach::Refuse refuse{.exit_code = 4, .code = "core.version", .message = "too old", .hint = "replace it"};
    const Ended text = answer_with(refuse, {"pid"});
    CHECK(text.code == 4);
    CHECK(text.out.empty());
    CHECK(text.err == "tradesh: error[core.version]: too old\nhint: replace it\n");
    const Ended json = answer_with(refuse, {"pid", "--json"});
    CHECK(json.code == 4);
    CHECK(json.err.empty());
    CHECK(json.out ==
          R"({"ok":false,"schema":"","profile":"paper","mode":null,"venue":null,"error":{"code":"core.version",)"
          R"("kind":"config","message":"too old","attempted":"","subject":"","venue":null,"retryable":false,)"
          R"("retry_after_ms":null,"unknown_effect":false,"at":null,"hint":"replace it","correlation":""},)"
          R"("exit_code":4,"messages":[]})"
          "\n");
}

TEST_CASE("a held lock without an answer is exit 5, and never a second core") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    const auto lock = attach::try_lock(home.place());
    REQUIRE((lock && *lock));
    attach::write_lock_owner((*lock)->get(), {.pid = 4242});
    const Ended nobody_listens = run(home.client({"--timeout", "50ms", "pid"}));
    CHECK(nobody_listens.code == 5);
    CHECK_THAT(nobody_listens.err, Contains("core.no_answer") && Contains("pid 4242, has not answered within 50ms"));
    CHECK_THAT(nobody_listens.err, !Contains("kill"));
    const auto listener = attach::listen_socket(home.place().socket_path(), 5);
    const Ended nobody_answers = run(home.client({"pid", "--timeout=50ms"}));
    CHECK(nobody_answers.code == 5);
    CHECK_THAT(nobody_answers.err, Contains("pid " + std::to_string(::getpid()) + ", has not answered within 50ms"));
    const Ended long_waited = run(home.client({"pid", "--timeout=2s"}));
    CHECK_THAT(long_waited.err, Contains("end that process: kill -9 " + std::to_string(::getpid())));
}

TEST_CASE("a core that is starting is waited for, longer than one that does not answer") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    const auto lock = attach::try_lock(home.place());
    REQUIRE((lock && *lock));
    attach::CoreSearch search;
    search.place = home.place();
    search.answer_limit = std::chrono::milliseconds(1);
    search.start_limit = std::chrono::milliseconds(80);
    const SystemClock clock;
    const auto waited_for = [&](attach::Readiness readiness, const std::string& code) {
        attach::write_lock_owner((*lock)->get(), {.pid = 4242, .readiness = readiness});
        const Duration begun = clock.elapsed();
        const auto found = attach::find_core(search);
        REQUIRE_FALSE(found);
        CHECK(found.error().exit_code == 5);
        CHECK(found.error().error.code == code);
        CHECK_THAT(found.error().error.message, Contains("pid 4242"));
        CHECK_THAT(found.error().error.hint, !Contains("kill")); // nobody has waited long enough to say that
        return clock.elapsed() - begun;
    };
    CHECK(waited_for(attach::Readiness::starting, "core.start_slow") >= search.start_limit);
    CHECK(waited_for(attach::Readiness::ready, "core.no_answer") >= search.answer_limit);
}

TEST_CASE("the lock tells whether its core is ready") {
    const Home home;
    REQUIRE(run(home.client({"pid"})).code == 0);
    CHECK(attach::read_lock_owner(home.place()).readiness == attach::Readiness::ready);
    CHECK(home.read_file("share/paper/core.lock") == std::to_string(home.core_pid()) + "\n");
}

TEST_CASE("stale sockets and locks are no obstacle") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    home.write_file("share/paper/core.lock", "999999\n");
    REQUIRE(attach::listen_socket(home.place().socket_path(), 1)); // and closed at once
    REQUIRE(std::filesystem::exists(home.place().socket_path()));
    const Ended first = run(home.client({"pid"}));
    CHECK(first.err.empty());
    CHECK(first.code == 0);
    const pid_t killed = home.core_pid();
    ::kill(killed, SIGKILL);
    await_end(killed);
    const Ended second = run(home.client({"pid"}));
    CHECK(second.err.empty());
    CHECK(second.code == 0);
    CHECK(second.out != first.out);
}

TEST_CASE("a path too long for a socket address works") {
    const Home home("/" + std::string(60, 'a') + "/" + std::string(60, 'b'));
    CHECK(home.place().socket_path().size() > 107);
    const Ended first = run(home.client({"pid"}));
    CHECK(first.err.empty());
    CHECK(first.code == 0);
    CHECK(run(home.client({"pid"})).out == first.out);
}

TEST_CASE("HOME alone is enough, and none at all is exit 4") {
    const Home home;
    ProcessOptions options = home.client({"pid"});
    options.environment = {{"HOME", home.file("user")}};
    const Ended with_home = run(options);
    CHECK(with_home.err.empty());
    CHECK(with_home.code == 0);
    const std::string directory = home.file("user/.local/share/tradesh/paper");
    struct stat facts{};
    REQUIRE(::stat(directory.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
    REQUIRE(::stat((directory + "/core.sock").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    options.environment = {};
    const Ended without = run(options);
    CHECK(without.code == 4);
    CHECK_THAT(without.err, Contains("HOME"));
    ::kill(std::stoi(with_home.out), SIGTERM);
    await_end(std::stoi(with_home.out));
}

TEST_CASE("a core that cannot start tells the client that started it why") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    home.write_file("share/paper/refuse-to-start", "");
    const Ended ended = run(home.client({"pid"}));
    CHECK(ended.code == 4);
    CHECK(ended.err == "tradesh: error[store.newer]: orders.db is newer than this program\n"
                       "hint: install the newer tradesh\n");
    const Ended served = run(home.client({"serve"}));
    CHECK(served.code == 4);
    CHECK(served.err == ended.err);
}

TEST_CASE("a core that cannot start ends with the error, and ends no core that serves") {
    const Home home;
    Process serving(home.client({"serve"}));
    serving.await_error("serving profile paper");
    home.write_file("share/paper/refuse-to-start", "");
    const Ended replacing = run(home.client({"serve", "--replace"}));
    CHECK(replacing.code == 4);
    CHECK_THAT(replacing.err, Contains("error[store.newer]: orders.db is newer than this program"));
    CHECK(run(home.client({"pid"})).out == std::to_string(serving.pid()) + "\n");
    serving.signal(SIGTERM);
    CHECK(serving.wait().code == 0);
    const Ended alone = run(home.client({"serve"}));
    CHECK(alone.code == 4);
    CHECK(alone.err == "tradesh: error[store.newer]: orders.db is newer than this program\n"
                       "hint: install the newer tradesh\n");
}

TEST_CASE("serve stays in the foreground, refuses a second one, and is replaced on request") {
    const Home home;
    Process first(home.client({"serve"}));
    first.await_error("serving profile paper");
    CHECK(run(home.client({"pid"})).out == std::to_string(first.pid()) + "\n");
    const Ended refused = run(home.client({"serve"}));
    CHECK(refused.code == 5);
    CHECK_THAT(refused.err, Contains("already has a core, pid " + std::to_string(first.pid())));
    Process second(home.client({"serve", "--replace"}));
    CHECK(first.wait().code == 0);
    second.await_error("serving profile paper");
    const Ended answer = run(home.client({"pid"}));
    CHECK(answer.out == std::to_string(second.pid()) + "\n");
    second.signal(SIGTERM);
    CHECK(second.wait().code == 0);
}

TEST_CASE("serve --replace ends a core that cannot leave by force, and others are told so") {
    const Home home;
    Process first(home.client({"serve"}));
    first.await_error("serving profile paper");
    first.signal(SIGSTOP);
    const Ended told = run(home.client({"--timeout", "2s", "pid"}));
    CHECK(told.code == 5);
    CHECK_THAT(told.err, Contains("serve --replace") && Contains("kill -9 " + std::to_string(first.pid())));
    Process second(home.client({"serve", "--replace"}));
    second.await_error("is ended by force");
    second.await_error("serving profile paper");
    CHECK(first.wait().code == 128 + SIGKILL);
    CHECK(run(home.client({"pid"})).out == std::to_string(second.pid()) + "\n");
}

TEST_CASE("a core whose lock is taken away ends at once and says why") {
    const Home home;
    Process core(home.client({"serve"}));
    core.await_error("serving profile paper");
    const std::string folder = home.place().directory;
    std::string left = folder;
    SECTION("the file") { std::filesystem::remove(home.place().lock_path()); }
    SECTION("replaced by another") {
        std::filesystem::remove(home.place().lock_path());
        home.write_file("share/paper/core.lock", "1\n");
    }
    SECTION("its folder") {
        left += ".old";
        std::filesystem::rename(folder, left);
    }
    const Ended ended = core.wait();
    CHECK(ended.code == 4);
    CHECK_THAT(ended.err, Contains("error[core.lock_lost]") && Contains("taken away or replaced"));
    std::ifstream log(left + "/core.log");
    const std::string text((std::istreambuf_iterator<char>(log)), {});
    CHECK_THAT(text, Contains("core.lock_lost"));
    CHECK(run(home.client({"echo", "x"})).out == "x\n");
}

TEST_CASE("directories and files that are not as they must be are refused with exit 4 and the next step") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    const std::filesystem::path folder = home.place().directory;
    using std::filesystem::perms;
    std::filesystem::path subject = folder;
    std::string code = "place.writable_by_all";
    std::string hint = "chmod go-w ";
    perms mode = perms::all;
    SECTION("the profile's folder, writable by all") {}
    SECTION("the folder of all profiles, writable by all") { subject = folder.parent_path(); }
    SECTION("the home, writable by all") { subject = folder.parent_path().parent_path(); }
    SECTION("a file, writable by all") {
        home.write_file("share/paper/orders.db", "");
        subject = folder / "orders.db";
        mode = static_cast<perms>(0666);
    }
    SECTION("the profile's folder, not even writable by its owner") {
        code = "place.not_writable";
        hint = "chmod 700 ";
        mode = perms::owner_read | perms::owner_exec;
    }
    std::filesystem::permissions(subject, mode);
    const Ended refused = run(home.client({"pid"}));
    CHECK(refused.code == 4);
    CHECK_THAT(refused.err, Contains("error[" + code + "]") && Contains("hint: ") && Contains(hint + subject.string()));
    std::filesystem::permissions(subject, perms::owner_all);
    CHECK(run(home.client({"echo", "x"})).out == "x\n");
}

TEST_CASE("a directory in the place of the socket is refused with exit 4 and the next step") {
    const Home home;
    REQUIRE(attach::make_directory(home.place()));
    std::filesystem::create_directory(home.place().socket_path());
    const Ended refused = run(home.client({"serve"}));
    CHECK(refused.code == 4);
    CHECK_THAT(refused.err, Contains("error[core.listen]") && Contains("move away what is there"));
}

TEST_CASE("a core inherits neither the client's environment nor its files") {
    const Home home;
    ProcessOptions options = home.client({"pid"});
    options.environment["SECRET_OF_THE_CLIENT"] = "s3cret";
    REQUIRE(run(options).code == 0);
    const std::string proc = "/proc/" + std::to_string(home.core_pid());
    std::ifstream environment(proc + "/environ");
    std::string text((std::istreambuf_iterator<char>(environment)), {});
    CHECK(text.find("s3cret") == std::string::npos);
    CHECK(std::filesystem::read_symlink(proc + "/cwd") == "/");
    for (const char* standard : {"/fd/0", "/fd/1", "/fd/2"}) {
        CHECK(std::filesystem::read_symlink(proc + standard) == "/dev/null");
    }
    CHECK(::getsid(home.core_pid()) == home.core_pid());
}
