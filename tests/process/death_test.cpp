#include "tests/process/home.hpp"
#include "tests/support/catch.hpp"

#include <signal.h>

using namespace tradesh;
using namespace tradesh::test;

TEST_CASE("a core killed in mid-command is exit 5, and the next command starts another") {
    const Home home;
    Process client(home.client({"hang"}));
    client.await_output("under way");
    ::kill(home.core_pid(), SIGKILL);
    const Ended ended = client.wait();
    CHECK(ended.code == 5);
    CHECK_THAT(ended.err, Contains("error[core.ended]") && Contains("ended while the command ran") &&
                              Contains("no order was sent; what was already saved stays"));
    CHECK(run(home.client({"echo", "x"})).out == "x\n");
}

TEST_CASE("a core that is killed leaves no unfinished file, and what was there before stays") {
    const Home home;
    for (const std::string name : {"fresh", "old"}) {
        if (name == "old") {
            home.write_file("old", "mine");
        }
        Process client(home.client({"half", name}));
        client.await_output("under way");
        CHECK(home.read_file(name) == "half");
        ::kill(home.core_pid(), SIGKILL);
        CHECK(client.wait().code == 5);
        CHECK(std::filesystem::exists(home.file(name)) == (name == "old"));
    }
}

TEST_CASE("a command that ends by itself decides what becomes of its files") {
    const Home home;
    Process client(home.client({"half", "fresh"}));
    client.await_output("under way");
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
    CHECK(home.read_file("fresh") == "half");
}

TEST_CASE("a core killed while a command may have had an effect is exit 11 with the advice") {
    const Home home;
    for (const std::string verb : {"effect", "settled"}) {
        Process client(home.client({verb}));
        client.await_output("under way");
        ::kill(home.core_pid(), SIGKILL);
        const Ended ended = client.wait();
        CHECK(ended.code == 11);
        CHECK_THAT(ended.err,
                   Contains("error[command.unknown_effect]") && Contains("hint: order key K7: tradesh order show K7"));
    }
    Process json(home.client({"--json", "effect"}));
    json.await_output("under way");
    ::kill(home.core_pid(), SIGKILL);
    const Ended ended = json.wait();
    CHECK(ended.code == 11);
    CHECK_THAT(ended.out, Contains(R"("unknown_effect":true)") && Contains(R"("exit_code":11,"messages":[]})") &&
                              Contains(R"({"ok":false,"schema":"","profile":"paper","mode":null,)"));
}

TEST_CASE("leaving before the outcome of an effect is known is exit 11, too") {
    const Home home;
    ProcessOptions options = home.client({"effect"});
    Process client(options);
    client.await_output("under way");
    ::kill(home.core_pid(), SIGSTOP);
    client.signal(SIGTERM);
    const Ended ended = client.wait();
    ::kill(home.core_pid(), SIGCONT);
    CHECK(ended.code == 11);
}

TEST_CASE("a signal to a command that had an effect: its own exit code, or 11 when it was cut short") {
    const Home home;
    for (const auto& [last, code] : {std::pair("13", 13), std::pair("143", 11)}) {
        Process client(home.client({"settled", last}));
        client.await_output("under way");
        client.signal(SIGTERM);
        CHECK(client.wait().code == code);
    }
}

TEST_CASE("SIGTERM stops the core cleanly: commands are cancelled and clients told why") {
    const Home home;
    Process core = home.core({"--serve"});
    Process client(home.client({"hang"}));
    client.await_output("under way");
    core.signal(SIGTERM);
    const Ended ended = client.wait();
    CHECK(ended.code == 5);
    CHECK(ended.err == "tradesh: the core is leaving: it was stopped by SIGTERM; the command is being cancelled\n");
    CHECK(core.wait().code == 0);
    CHECK_FALSE(std::filesystem::exists(home.place().socket_path()));
}

TEST_CASE("a command that does not stop cannot hold a core that was told to") {
    const Home home;
    Process core = home.core({"--serve"});
    Process client(home.client({"stubborn"}));
    client.await_output("under way");
    core.signal(SIGHUP);
    CHECK(core.wait().code == 1);
    CHECK(client.wait().code == 5);
    CHECK(run(home.client({"echo", "x"})).out == "x\n");
}

TEST_CASE("killed clients leave nothing behind") {
    const Home home;
    Process core = home.core({"--linger=300ms"});
    for (int i = 0; i < 5; ++i) {
        Process client(home.client({"hang"}));
        client.await_output("under way");
        client.signal(SIGKILL);
        CHECK(client.wait().code == 137);
    }
    CHECK(core.wait().code == 0); // it would stay if one of their commands still ran
}

TEST_CASE("a core that finds the command of a client that has given up does not run it") {
    const Home home;
    Process core = home.core({"--serve"});
    CHECK(run(home.client({"pid"})).code == 0);
    core.signal(SIGSTOP);
    home.write_file("input", "x");
    const Ended ended = run(home.client({"--timeout", "100ms", "copy", "input", "output"}));
    CHECK(ended.code == 5);
    core.signal(SIGCONT);
    CHECK(run(home.client({"pid"})).code == 0);
    CHECK_FALSE(std::filesystem::exists(home.file("output")));
}
