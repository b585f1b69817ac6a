// bench_http_server: answers every HTTP request on a free port of the loopback with the same 200 bytes of JSON, and
// one for /connections with the number of connections accepted so far. Prints the port first; ends with its standard
// input. It reads no more of a request than its end, so that it is never what a client waits for.

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/write.hpp>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

using Tcp = asio::ip::tcp;

std::string answer_of(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

struct Counted {
    int accepted = 0;
    const std::string answer = answer_of(R"({"note":")" + std::string(189, 'x') + "\"}");
};

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Counted& counted, Tcp::socket socket) : counted_(counted), socket_(std::move(socket)) {}

    void read() {
        const auto rest = asio::buffer(input_) + used_;
        socket_.async_read_some(rest, [self = shared_from_this()](asio::error_code error, std::size_t size) {
            if (!error) {
                self->used_ += size;
                self->look();
            }
        });
    }

private:
    void look() {
        const std::string_view text(input_.data(), used_);
        if (!text.ends_with("\r\n\r\n")) {
            read();
            return;
        }
        const bool asks = text.starts_with("GET /connections ");
        output_ = asks ? answer_of(std::to_string(counted_.accepted)) : counted_.answer;
        used_ = 0;
        asio::async_write(socket_, asio::buffer(output_),
                          [self = shared_from_this()](asio::error_code error, std::size_t) {
                              if (!error) {
                                  self->read();
                              }
                          });
    }

    Counted& counted_;
    Tcp::socket socket_;
    std::array<char, 4096> input_{};
    std::size_t used_ = 0;
    std::string output_;
};

void accept(Tcp::acceptor& acceptor, Counted& counted) {
    acceptor.async_accept([&](asio::error_code error, Tcp::socket socket) {
        if (!error) {
            ++counted.accepted;
            socket.set_option(Tcp::no_delay(true));
            std::make_shared<Session>(counted, std::move(socket))->read();
        }
        accept(acceptor, counted);
    });
}

} // namespace

int main() {
    asio::io_context context{1};
    Counted counted;
    Tcp::acceptor acceptor(context, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    std::printf("%d\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    accept(acceptor, counted);
    asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
    input.async_wait(asio::posix::stream_descriptor::wait_read, [&](asio::error_code) { context.stop(); });
    context.run();
}
