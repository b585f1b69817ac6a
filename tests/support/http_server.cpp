#include "tests/support/http_server.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <cctype>
#include <deque>
#include <future>
#include <set>
#include <sstream>
#include <thread>

namespace tradesh::test {
namespace {

using Tcp = asio::ip::tcp;

std::string bytes_of(const HttpAnswer& answer) {
    if (!answer.raw.empty()) {
        return answer.raw;
    }
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n";
    for (const auto& [name, value] : answer.headers) {
        text += name + ": " + value + "\r\n";
    }
    text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    text += answer.close ? "Connection: close\r\n\r\n" : "\r\n";
    return text + answer.body;
}

ReceivedRequest parse_head(const std::string& head) {
    std::istringstream lines(head);
    ReceivedRequest request;
    std::string line;
    std::getline(lines, line);
    std::istringstream(line) >> request.method >> request.target;
    while (std::getline(lines, line) && line != "\r") {
        const std::size_t colon = line.find(':');
        std::string name = line.substr(0, colon);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
        const std::size_t begin = line.find_first_not_of(' ', colon + 1);
        request.headers.emplace_back(name, line.substr(begin, line.find('\r') - begin));
    }
    return request;
}

} // namespace

struct HttpServer::Impl {
    struct Session : std::enable_shared_from_this<Session> {
        Session(Impl& its_server, Tcp::socket connected, int its_number)
            : server(its_server),
              socket(std::move(connected)),
              number(its_number) {}

        void read_head() {
            asio::async_read_until(socket, asio::dynamic_buffer(input), "\r\n\r\n",
                                   [self = shared_from_this()](asio::error_code error, std::size_t length) {
                                       if (error) {
                                           self->close();
                                           return;
                                       }
                                       self->request = parse_head(self->input.substr(0, length));
                                       self->request.connection = self->number;
                                       self->input.erase(0, length);
                                       self->read_body();
                                   });
        }
        void read_body() {
            const std::string length_text = request.header("content-length");
            const std::size_t length = length_text.empty() ? 0 : std::stoul(length_text);
            const std::size_t missing = length - std::min(length, input.size());
            asio::async_read(socket, asio::dynamic_buffer(input), asio::transfer_exactly(missing),
                             [self = shared_from_this(), length](asio::error_code error, std::size_t) {
                                 if (error) {
                                     self->close();
                                     return;
                                 }
                                 self->request.body = self->input.substr(0, length);
                                 self->input.erase(0, length);
                                 self->server.receive(*self);
                             });
        }
        void send(const HttpAnswer& answer) {
            output = bytes_of(answer);
            if (request.method == "HEAD") {
                output.resize(output.size() - answer.body.size());
            }
            const bool last = answer.close || answer.cut_after;
            output.resize(std::min(output.size(), answer.cut_after.value_or(output.size())));
            asio::async_write(socket, asio::buffer(output),
                              [self = shared_from_this(), last](asio::error_code error, std::size_t) {
                                  if (error || last) {
                                      self->close();
                                      return;
                                  }
                                  self->read_head();
                              });
        }
        void close() {
            asio::error_code ignored;
            socket.close(ignored);
            server.sessions.erase(shared_from_this());
        }

        Impl& server;
        Tcp::socket socket;
        int number;
        std::string input;
        std::string output;
        ReceivedRequest request;
    };

    /// Runs `work` where all of this lives, and returns what it returns.
    template <class Work>
    auto on_thread(Work work) {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto outcome = task.get_future();
        asio::post(context, std::move(task));
        return outcome.get();
    }

    Impl() {
        accept_next();
        thread = std::thread([this] { context.run(); });
    }
    ~Impl() {
        on_thread([this] { stop(); });
        context.stop();
        thread.join();
    }

    void accept_next() {
        acceptor.async_accept([this](asio::error_code error, Tcp::socket socket) {
            if (error) {
                return;
            }
            socket.set_option(Tcp::no_delay(true));
            const auto session = std::make_shared<Session>(*this, std::move(socket), ++accepted);
            sessions.insert(session);
            session->read_head();
            accept_next();
        });
    }
    void receive(Session& session) {
        received.push_back(session.request);
        HttpAnswer answer = standing;
        if (!script.empty()) {
            answer = std::move(script.front());
            script.pop_front();
        }
        if (answer.hold) {
            held.emplace_back(session.shared_from_this(), std::move(answer));
            return;
        }
        session.send(answer);
    }
    void release() {
        for (const auto& [session, answer] : std::exchange(held, {})) {
            session->send(answer);
        }
    }
    void close_connections() {
        held.clear();
        while (!sessions.empty()) {
            (*sessions.begin())->close();
        }
    }
    void stop() {
        close_connections();
        asio::error_code ignored;
        acceptor.close(ignored);
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> staying{context.get_executor()}; ///< also after `stop`
    Tcp::acceptor acceptor{context, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    const std::uint16_t port = acceptor.local_endpoint().port();
    std::set<std::shared_ptr<Session>> sessions;
    std::deque<HttpAnswer> script;
    HttpAnswer standing;
    std::vector<std::pair<std::shared_ptr<Session>, HttpAnswer>> held;
    std::vector<ReceivedRequest> received;
    int accepted = 0;
    std::thread thread;
};

std::string ReceivedRequest::header(const std::string& lower_case_name) const {
    const auto found = std::ranges::find(headers, lower_case_name, &std::pair<std::string, std::string>::first);
    return found == headers.end() ? "" : found->second;
}

HttpServer::HttpServer() : impl_(std::make_unique<Impl>()) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port; }
std::string HttpServer::url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(impl_->port) + target;
}
void HttpServer::answer(HttpAnswer answer) {
    impl_->on_thread([&] { impl_->script.push_back(std::move(answer)); });
}
void HttpServer::otherwise(HttpAnswer answer) {
    impl_->on_thread([&] { impl_->standing = std::move(answer); });
}
void HttpServer::release() {
    impl_->on_thread([this] { impl_->release(); });
}
void HttpServer::close_connections() {
    impl_->on_thread([this] { impl_->close_connections(); });
}
void HttpServer::stop() {
    impl_->on_thread([this] { impl_->stop(); });
}
std::vector<ReceivedRequest> HttpServer::requests() {
    return impl_->on_thread([this] { return impl_->received; });
}
int HttpServer::connections_accepted() {
    return impl_->on_thread([this] { return impl_->accepted; });
}

} // namespace tradesh::test
