// bench_http URL REQUESTS IN_FLIGHT: sends as many GET requests with so many at a time, after as many again to warm up.
// Prints microseconds and the connections that were opened, those to warm up and those measured.

#include "core/net/http_client.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/bench/required.hpp"

#include <chrono>

namespace {

using namespace tradesh;

class Benchmark {
public:
    Benchmark(std::string url, int requests, int in_flight)
        : url_(std::move(url)),
          requests_(requests),
          in_flight_(in_flight) {}

    int run() {
        scope_.spawn("benchmark", [this](runtime::TaskInfo&) -> runtime::Task<void> {
            co_await measure();
            loop_.stop();
        });
        loop_.run();
        return 0;
    }

private:
    static net::HttpClient::Options options(int in_flight) {
        net::HttpClient::Options chosen;
        chosen.connections_per_host_max = static_cast<std::size_t>(in_flight);
        chosen.allow_private_addresses = true;
        return chosen;
    }
    runtime::Task<void> measure() {
        co_await send_all();
        const std::uint64_t warm = opened();
        const auto start = std::chrono::steady_clock::now();
        co_await send_all();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        std::printf("%.1f\t%llu\t%llu\n", took.count(), static_cast<unsigned long long>(warm),
                    static_cast<unsigned long long>(opened() - warm));
        co_await client_.close();
    }
    runtime::Task<void> send_all() {
        int left = requests_;
        runtime::TaskScope lanes(loop_);
        for (int lane = 0; lane < in_flight_; ++lane) {
            lanes.spawn("lane", [this, &left](runtime::TaskInfo&) -> runtime::Task<void> {
                while (left-- > 0) {
                    net::HttpRequest request;
                    request.url = url_;
                    Result<net::HttpResponse> response = co_await client_.perform(std::move(request));
                    if (bench::required(std::move(response)).body.size() != 200) {
                        bench::give_up("the server answered something else");
                    }
                }
            });
        }
        co_await lanes.join();
    }
    std::uint64_t opened() const { return client_.connections().at(0).opened; }

    std::string url_;
    int requests_;
    int in_flight_;
    SystemClock clock_;
    runtime::Loop loop_{clock_};
    runtime::TaskScope scope_{loop_};
    net::HttpClient client_{loop_, options(in_flight_)};
};

} // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        bench::give_up("usage: bench_http URL REQUESTS IN_FLIGHT");
    }
    return Benchmark(arguments[1], std::atoi(arguments[2]), std::atoi(arguments[3])).run();
}
