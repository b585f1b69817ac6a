// bench_crash ORDERS CLIENTS KILLS [SEED]: the storm of the crash tests at full size. Prints what happened, and ends
// with 1 when anything at all is not as it must be.

#include "tests/crash/order_storm.hpp"

#include <chrono>
#include <cstdio>
#include <random>

using namespace tradesh::test;

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: bench_crash ORDERS CLIENTS KILLS [SEED]\n");
        return 2;
    }
    StormOptions options;
    options.orders = std::stoi(argv[1]);
    options.clients = std::stoi(argv[2]);
    options.kills = std::stoi(argv[3]);
    options.seed = argc > 4 ? static_cast<unsigned>(std::stoul(argv[4])) : std::random_device()();
    options.faults = options.orders / 20;
    options.kill_pause_ms_max = 400;
    std::printf("seed %u\n", options.seed);
    std::fflush(stdout);
    try {
        TradingHome home;
        const auto began = std::chrono::steady_clock::now();
        const StormReport report = run_storm(home, options);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        std::printf("%zu keys, %d one-shots, %d kills in %.0f s\n", report.order_of_key.size(), report.attempts,
                    report.kills, took.count());
        for (const auto& [code, count] : report.exits) {
            std::printf("exit %d: %d\n", code, count);
        }
        const std::vector<std::string> found = find_disagreements(home, report);
        for (const std::string& sentence : found) {
            std::printf("WRONG: %s\n", sentence.c_str());
        }
        std::printf("%zu disagreements\n", found.size());
        return found.empty() ? 0 : 1;
    } catch (const std::exception& failure) {
        std::printf("WRONG: %s\n", failure.what());
        return 1;
    }
}
