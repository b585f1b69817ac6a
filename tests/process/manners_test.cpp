#include "tests/process/home.hpp"
#include "tests/support/catch.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <fstream>

using namespace tradesh;
using namespace tradesh::test;

TEST_CASE("the exit code is the command's own") {
    const Home home;
    CHECK(run(home.client({"exit", "0"})).code == 0);
    CHECK(run(home.client({"exit", "12"})).code == 12);
    CHECK(run(home.client({"exit", "11"})).code == 11);
}

TEST_CASE("output and errors keep to their streams") {
    const Home home;
    const Ended warned = run(home.client({"warn", "careful"}));
    CHECK(warned.out.empty());
    CHECK(warned.err == "careful\n");
    const Ended both = run(home.shell("{ $T echo a; $T warn b; $T echo c; } 2>&1"));
    CHECK(both.out == "a\nb\nc\n");
}

TEST_CASE("much output arrives whole, through a slow reader too") {
    const Home home;
    const Ended direct = run(home.client({"lines", "100000"}));
    CHECK(direct.code == 0);
    CHECK(std::count(direct.out.begin(), direct.out.end(), '\n') == 100000);
    const Ended file = run(home.shell("$T lines 100000 > all; wc -l < all; $T lines 100000 | tail -n 1"));
    CHECK(file.out == "100000\nline 100000\n");
}

TEST_CASE("a reader that leaves early ends the client quietly with 141") {
    const Home home;
    const Ended ended = run(home.shell("$T lines 1000000 | head -n 1; echo ${PIPESTATUS[0]}"));
    CHECK(ended.out == "line 1\n141\n");
    CHECK(ended.err.empty());
    CHECK(run(home.client({"pid"})).code == 0);
}

TEST_CASE("standard input is left alone by commands that do not read it") {
    const Home home;
    const Ended ended = run(home.shell("printf '1\\n2\\n3\\n' | while read n; do $T echo $n; done"));
    CHECK(ended.out == "1\n2\n3\n");
}

TEST_CASE("standard input is read when the command asks for it") {
    const Home home;
    CHECK(run(home.shell("printf 'a\\nb\\n' | $T cat")).out == "a\nb\n");
    home.write_file("input", "from a file\n");
    CHECK(run(home.shell("$T cat < input")).out == "from a file\n");
    Process slow = Process([&] {
        ProcessOptions options = home.client({"cat"});
        options.stdin_pipe = true;
        return options;
    }());
    slow.write("one");
    slow.await_output("one");
    slow.write("two");
    slow.await_output("onetwo");
    slow.close_stdin();
    CHECK(slow.wait().code == 0);
}

TEST_CASE("scripts come from a file, from standard input, or as text") {
    const Home home;
    home.write_file("script", "line of a script\n");
    CHECK(run(home.client({"-f", "script"})).out == "line of a script\n");
    CHECK(run(home.shell("$T -f - < script")).out == "line of a script\n");
    CHECK(run(home.shell("$T < script")).out == "line of a script\n");
    CHECK(run(home.client({"-c", "a; b"})).out == "text: a; b\n");
    const Ended missing = run(home.client({"-f", "absent"}));
    CHECK(missing.code == 3);
    CHECK(missing.err == "open (absent): No such file or directory\n");
}

TEST_CASE("files are opened by the client: its directory, /dev/stdin, process substitution, FIFOs") {
    const Home home;
    home.write_file("input", "contents\n");
    CHECK(run(home.client({"cat", "input"})).out == "contents\n");
    CHECK(run(home.shell("$T cat /dev/stdin < input")).out == "contents\n");
    CHECK(run(home.shell("cat input | $T cat /dev/stdin")).out == "contents\n");
    CHECK(run(home.shell("$T cat <(cat input)")).out == "contents\n");
    CHECK(run(home.shell("mkfifo pipe; $T cat pipe & cat input > pipe; wait")).out == "contents\n");
    CHECK(run(home.shell("mkfifo pipe.partial; cat pipe.partial & $T copy input pipe; wait")).out == "contents\n");
    CHECK(run(home.client({"cat", "absent"})).err == "open (absent): No such file or directory\n");
}

TEST_CASE("files are made with the client's umask and put in place whole") {
    const Home home;
    home.write_file("input", std::string(200'000, 'x'));
    CHECK(run(home.shell("umask 027; $T copy input result; stat -c '%a %s' result; ls")).out ==
          "640 200000\ninput\nresult\nshare\n");
    const Ended denied = run(home.client({"copy", "input", "/proc/nowhere"}));
    CHECK(denied.code == 3);
    CHECK_THAT(denied.err, Contains("create (/proc/nowhere.partial)"));
}

TEST_CASE("closed standard streams harm nothing") {
    const Home home;
    CHECK(run(home.shell("$T echo x <&-")).out == "x\n");
    CHECK(run(home.shell("$T echo x 2>&-")).out == "x\n");
    const Ended no_output = run(home.shell("$T echo x >&-"));
    CHECK(no_output.code == 3);
    CHECK(no_output.err == "tradesh: error[client.output]: write (standard output): Bad file descriptor\n");
    CHECK(run(home.shell("$T exit 7 >&- <&- 2>&-")).code == 7);
    const Ended no_input = run(home.shell("$T cat <&-"));
    CHECK(no_input.err == "read (standard input): Bad file descriptor\n");
    CHECK(run(home.shell("$T echo x > /dev/full")).code == 3);
}

TEST_CASE("a standard output that was inherited non-blocking is written whole") {
    const Home home;
    const Ended ended = run(home.shell("perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK); exec @ARGV' "
                                       "$T lines 50000 | { read first; read second; wc -l; }"));
    CHECK(ended.out == "49998\n");
    CHECK(ended.err.empty());
}

TEST_CASE("Ctrl-C cancels the command, exit 130") {
    const Home home;
    Process client(home.client({"hang"}));
    client.await_output("under way");
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
}

TEST_CASE("a second Ctrl-C leaves a command that does not stop") {
    const Home home;
    Process core = home.core({"--serve"});
    Process client(home.client({"stubborn"}));
    client.await_output("under way");
    client.signal(SIGINT);
    client.await_output("asked to stop");
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
}

TEST_CASE("SIGTERM and SIGHUP cancel the command, exit 143 and 129") {
    const Home home;
    for (const auto& [number, code] : {std::pair{SIGTERM, 143}, std::pair{SIGHUP, 129}}) {
        Process client(home.client({"hang"}));
        client.await_output("under way");
        client.signal(number);
        CHECK(client.wait().code == code);
    }
}

TEST_CASE("SIGTERM ends a client whose command does not stop") {
    const Home home;
    Process client(home.client({"stubborn"}));
    client.await_output("under way");
    client.signal(SIGTERM);
    CHECK(client.wait().code == 143);
}

TEST_CASE("reading an empty pipe is interrupted") {
    const Home home;
    ProcessOptions options = home.client({"cat"});
    options.stdin_pipe = true;
    Process client(options);
    client.write("begun");
    client.await_output("begun");
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
}

TEST_CASE("an ignored signal stays ignored") {
    const Home home;
    Process client(home.shell("trap '' HUP; exec $T hang"));
    client.await_output("under way");
    client.signal(SIGHUP);
    client.signal(SIGINT);
    CHECK(client.wait().code == 130);
}

TEST_CASE("a shell loop around the client stops with Ctrl-C") {
    const Home home;
    ProcessOptions options = home.shell("for i in 1 2 3; do $T hang; done");
    options.terminal = true;
    options.environment["TERM"] = "dumb";
    Process loop(options);
    loop.await_output("under way");
    loop.write("\x03");
    CHECK(loop.wait().code == 130);
}

TEST_CASE("the core learns what the client is") {
    const Home home;
    ProcessOptions options = home.client({"facts"});
    options.environment.insert({{"TZ", "America/New_York"},
                                {"TRADESH_PAGER", "cat"},
                                {"TRADESH_API_SECRET", "hidden"},
                                {"LD_FOO", "x"},
                                {"NO_COLOR", "1"}});
    const Ended ended = run(options);
    CHECK_THAT(ended.out, Contains("TZ=America/New_York") && Contains("TRADESH_PAGER=cat") && Contains("NO_COLOR=1"));
    CHECK_THAT(ended.out, !Contains("hidden") && !Contains("LD_FOO"));
    options.terminal = true;
    options.environment["TERM"] = "dumb";
    CHECK_THAT(run(options).out, Contains("kind=0 in=true out=true err=true size=80x24"));
}

TEST_CASE("a result longer than the screen goes through the pager, a shorter one does not") {
    const Home home;
    const auto show = [&](const std::string& count, std::map<std::string, std::string> environment) {
        ProcessOptions options = home.client({"lines", count});
        options.terminal = true;
        environment.insert(options.environment.begin(), options.environment.end());
        options.environment = environment;
        const Ended ended = run(options);
        CHECK(ended.code == 0);
        return ended.out;
    };
    const std::string pager = "sed 's/^/paged: /'";
    CHECK_THAT(show("100", {{"TERM", "xterm"}, {"TRADESH_PAGER", pager}}), Contains("paged: line 100"));
    CHECK_THAT(show("100", {{"TERM", "xterm"}, {"PAGER", pager}}), Contains("paged: line 100"));
    CHECK_THAT(show("10", {{"TERM", "xterm"}, {"PAGER", pager}}), Contains("line 10") && !Contains("paged"));
    CHECK_THAT(show("100", {{"TERM", "dumb"}, {"PAGER", pager}}), Contains("line 100") && !Contains("paged"));
    CHECK_THAT(show("100", {{"TERM", "xterm"}, {"PAGER", pager}, {"TRADESH_PAGER", ""}}),
               Contains("line 100") && !Contains("paged"));
    CHECK_THAT(show("90000", {{"TERM", "xterm"}, {"PAGER", "head -n 1"}}), Contains("line 1\r\n"));
}

TEST_CASE("a live command on a terminal is shown as it goes") {
    const Home home;
    ProcessOptions options = home.client({"hang"});
    options.terminal = true;
    options.environment["TERM"] = "xterm";
    options.environment["PAGER"] = "cat > /dev/null; true";
    Process client(options);
    client.await_output("under way");
    client.write("\x03");
    CHECK(client.wait().code == 130);
}
