// Times whole processes, from before the spawn until the parent has reaped the child, alternating between commands.
//
//     bench_spawn ROUNDS RUNS (--name NAME [--env KEY=VALUE]... [--prepare WORD...] --run WORD...)...
//
// In each of ROUNDS rounds every command runs RUNS times, in turn with the others. `--prepare` runs before each run,
// untimed. Prints a line a command: NAME, then for each round the median in microseconds, separated by tabs.
// A command that fails ends the benchmark: a failed run has no time.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

using Nanoseconds = std::chrono::nanoseconds;
using Words = std::vector<std::string>;

struct Command {
    std::string name;
    Words environment;
    Words prepare;
    Words run;
    std::vector<Nanoseconds> times;
    std::vector<Nanoseconds> medians;
};

[[noreturn]] void give_up(const std::string& reason) {
    std::fprintf(stderr, "bench_spawn: %s\n", reason.c_str());
    std::exit(1);
}

std::vector<char*> pointers(Words& words) {
    std::vector<char*> result;
    result.reserve(words.size() + 1);
    for (std::string& word : words) {
        result.push_back(word.data());
    }
    result.push_back(nullptr);
    return result;
}

Nanoseconds time_one(Words& words, Words& environment, const posix_spawn_file_actions_t& nowhere) {
    std::vector<char*> arguments = pointers(words);
    std::vector<char*> variables = pointers(environment);
    pid_t child = 0;
    int status = 0;
    const auto start = std::chrono::steady_clock::now();
    const int error = ::posix_spawn(&child, arguments[0], &nowhere, nullptr, arguments.data(), variables.data());
    if (error == 0 && ::waitpid(child, &status, 0) != child) {
        give_up("cannot wait for " + words[0]);
    }
    const auto end = std::chrono::steady_clock::now();
    if (error != 0) {
        give_up("cannot run " + words[0] + ": " + std::strerror(error));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        give_up(words[0] + " ended with wait status " + std::to_string(status));
    }
    return end - start;
}

Nanoseconds median(std::vector<Nanoseconds>& times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::ranges::nth_element(times, middle);
    return *middle;
}

std::vector<Command> read_commands(int count, char** words) {
    std::vector<Command> commands;
    Words* words_of = nullptr;
    for (int i = 0; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--name" && i + 1 < count) {
            commands.emplace_back().name = words[++i];
            words_of = nullptr;
        } else if (word == "--env" && !commands.empty() && i + 1 < count) {
            commands.back().environment.emplace_back(words[++i]);
        } else if (word == "--prepare" && !commands.empty()) {
            words_of = &commands.back().prepare;
        } else if (word == "--run" && !commands.empty()) {
            words_of = &commands.back().run;
        } else if (words_of != nullptr) {
            words_of->emplace_back(word);
        } else {
            give_up("unexpected word " + std::string(word));
        }
    }
    for (Command& command : commands) {
        if (command.run.empty()) {
            give_up(command.name + " has nothing to run");
        }
        for (char** variable = environ; *variable != nullptr; ++variable) {
            command.environment.emplace_back(*variable);
        }
    }
    return commands;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        give_up(
            "usage: bench_spawn ROUNDS RUNS (--name NAME [--env KEY=VALUE]... [--prepare WORD...] --run WORD...)...");
    }
    const int rounds = std::atoi(argv[1]);
    const int runs = std::atoi(argv[2]);
    std::vector<Command> commands = read_commands(argc - 3, argv + 3);
    if (rounds < 1 || runs < 1) {
        give_up("ROUNDS and RUNS are at least 1");
    }

    posix_spawn_file_actions_t nowhere;
    ::posix_spawn_file_actions_init(&nowhere);
    ::posix_spawn_file_actions_addopen(&nowhere, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&nowhere, 1, "/dev/null", O_WRONLY, 0);

    for (int round = 0; round < rounds; ++round) {
        for (int run = 0; run < runs; ++run) {
            for (Command& command : commands) {
                if (!command.prepare.empty()) {
                    time_one(command.prepare, command.environment, nowhere);
                }
                command.times.push_back(time_one(command.run, command.environment, nowhere));
            }
        }
        for (Command& command : commands) {
            command.medians.push_back(median(command.times));
            command.times.clear();
        }
    }
    for (const Command& command : commands) {
        std::printf("%s", command.name.c_str());
        for (const Nanoseconds each : command.medians) {
            std::printf("\t%.1f", static_cast<double>(each.count()) / 1000.0);
        }
        std::printf("\n");
    }
}
