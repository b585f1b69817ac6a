#include "core/net/http_client.hpp"

#include "core/net/http_transfer.hpp"
#include "core/net/private_address.hpp"
#include "core/net/socket_watch.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/workers.hpp"

#include <asio/this_coro.hpp>

#include <unistd.h>

#include <cassert>
#include <map>
#include <unordered_map>
#include <utility>

namespace tradesh::net {
namespace {

constexpr long connections_max = 256; ///< of all servers together; the one that idled longest makes room

struct Socket {
    std::shared_ptr<SocketWatch> watch;
    HttpEndpoint* server = nullptr; ///< null for what libcurl opened for itself, such as the look-up of a name
};

} // namespace

struct HttpClient::Pool {
    Pool(runtime::Loop& its_loop, Options given) : loop(its_loop), options(std::move(given)), idle(its_loop) {
        idle.set();
    }
    ~Pool() {
        assert(is_idle() && "an HTTP client was destroyed while a response was awaited");
        close_connections();
    }
    bool is_idle() const { return transfers.empty() && waiting_to_begin == 0; }
    void tell_idle() {
        if (is_idle()) {
            idle.set();
        }
    }
    void close_connections() {
        idle_handles.clear();
        if (multi != nullptr) {
            libcurl().multi_cleanup(std::exchange(multi, nullptr));
        }
        if (alarm) {
            loop.timers().cancel(*alarm);
            alarm.reset();
        }
    }

    // Called by libcurl.
    static int on_socket(CURL*, curl_socket_t socket, int what, void* pool, void*);
    static int on_timer(CURLM*, long delay_ms, void* pool);
    static curl_socket_t open_socket(void* transfer, curlsocktype, curl_sockaddr* address);
    static int close_socket(void* pool, curl_socket_t socket);
    static int before_request(void* transfer, char*, char*, int, int) {
        return static_cast<HttpTransfer*>(transfer)->may_send() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
    }
    static std::size_t on_head(char* text, std::size_t, std::size_t size, void* transfer) {
        return static_cast<HttpTransfer*>(transfer)->take_head_line({text, size}) ? size : 0;
    }
    static std::size_t on_body(char* text, std::size_t, std::size_t size, void* transfer) {
        return static_cast<HttpTransfer*>(transfer)->take_body({text, size}) ? size : 0;
    }

    runtime::Task<Result<void>> begin();
    void make_multi();
    Easy take_handle();
    void start(HttpTransfer& transfer);
    void finish(HttpTransfer& transfer);
    runtime::Task<Result<HttpResponse>> run(const HttpRequest& request, HttpEndpoint& server, Url url);
    void act(curl_socket_t socket, int ready);
    void act_soon();
    void act_in(Duration delay);
    Socket& watched(curl_socket_t socket, HttpEndpoint* server);

    runtime::Loop& loop;
    Options options;
    CURLM* multi = nullptr; ///< made with the first request, null again once closed
    bool closed = false;
    std::optional<runtime::Workers> loader;
    std::size_t waiting_to_begin = 0;            ///< requests
    std::map<std::string, HttpEndpoint> servers; ///< by name
    std::unordered_map<curl_socket_t, Socket> sockets;
    std::vector<Easy> idle_handles;
    std::unordered_map<CURL*, HttpTransfer*> transfers;
    std::optional<runtime::Timers::Id> alarm; ///< may come too early, which costs less than to set it anew
    std::shared_ptr<bool> soon = std::make_shared<bool>(false); ///< whether `act_soon` is under way
    runtime::Event idle;                                        ///< set while nobody awaits a response
};

/// On a thread, because libcurl takes longer to load than the loop may be held up.
runtime::Task<Result<void>> HttpClient::Pool::begin() {
    if (multi != nullptr) {
        co_return Result<void>();
    }
    if (waiting_to_begin++ == 0) {
        idle.reset();
        loader.emplace(loop, "http", 1);
    }
    const Result<void> loaded = co_await loader->run(load_libcurl);
    if (--waiting_to_begin == 0) {
        loader.reset();
    }
    if (loaded && multi == nullptr && !closed) {
        make_multi();
    }
    tell_idle();
    co_return loaded;
}

void HttpClient::Pool::make_multi() {
    multi = libcurl().multi_init();
    libcurl().multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Pool::on_socket);
    libcurl().multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    libcurl().multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Pool::on_timer);
    libcurl().multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    libcurl().multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options.connections_per_host_max));
    libcurl().multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections_max);
    libcurl().multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections_max);
}

Socket& HttpClient::Pool::watched(curl_socket_t socket, HttpEndpoint* server) {
    Socket& entry = sockets[socket];
    if (!entry.watch) {
        entry.server = server;
        entry.watch = SocketWatch::of(loop, socket, [this](int ready_socket, SocketWatch::Ready ready) {
            act(ready_socket, ready == SocketWatch::Ready::to_read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        });
    }
    return entry;
}

int HttpClient::Pool::on_socket(CURL*, curl_socket_t socket, int what, void* pool, void*) {
    Pool& self = *static_cast<Pool*>(pool);
    if (what != CURL_POLL_REMOVE) {
        self.watched(socket, nullptr).watch->want((what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
        return 0;
    }
    const auto known = self.sockets.find(socket);
    if (known == self.sockets.end()) {
        return 0;
    }
    known->second.watch->want(false, false);
    if (known->second.server == nullptr) {
        known->second.watch->release();
        self.sockets.erase(known);
    }
    return 0;
}

int HttpClient::Pool::on_timer(CURLM*, long delay_ms, void* pool) {
    Pool& self = *static_cast<Pool*>(pool);
    if (delay_ms == 0) {
        self.act_soon();
    } else if (delay_ms > 0) {
        self.act_in(std::chrono::milliseconds(delay_ms));
    }
    return 0;
}

/// Here every address passes that a name was resolved to, so a name cannot lead where its address may not.
curl_socket_t HttpClient::Pool::open_socket(void* transfer, curlsocktype, curl_sockaddr* address) {
    HttpTransfer& self = *static_cast<HttpTransfer*>(transfer);
    Pool* pool = nullptr;
    libcurl().easy_getinfo(self.easy.get(), CURLINFO_PRIVATE, &pool);
    if (!pool->options.allow_private_addresses && is_private(address->addr)) {
        self.private_address = true;
        return CURL_SOCKET_BAD;
    }
    const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
    if (socket < 0) {
        return CURL_SOCKET_BAD;
    }
    pool->watched(socket, &self.server);
    ++self.server.sockets;
    return socket;
}

int HttpClient::Pool::close_socket(void* pool, curl_socket_t socket) {
    Pool& self = *static_cast<Pool*>(pool);
    const auto known = self.sockets.find(socket);
    if (known != self.sockets.end()) {
        --known->second.server->sockets;
        known->second.watch->release();
        self.sockets.erase(known);
    }
    return ::close(socket);
}

Easy HttpClient::Pool::take_handle() {
    if (!idle_handles.empty()) {
        Easy easy = std::move(idle_handles.back());
        idle_handles.pop_back();
        return easy;
    }
    Easy easy(libcurl().easy_init());
    CURL* handle = easy.get();
    libcurl().easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    libcurl().easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    libcurl().easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    libcurl().easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    libcurl().easy_setopt(handle, CURLOPT_PROXY, "");
    libcurl().easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    libcurl().easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    libcurl().easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L); // or the end of a transfer would wait for a slow name server
    libcurl().easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
    libcurl().easy_setopt(handle, CURLOPT_PRIVATE, this);
    libcurl().easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &Pool::open_socket);
    libcurl().easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &Pool::close_socket);
    libcurl().easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, this);
    libcurl().easy_setopt(handle, CURLOPT_PREREQFUNCTION, &Pool::before_request);
    libcurl().easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Pool::on_head);
    libcurl().easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Pool::on_body);
    return easy;
}

void HttpClient::Pool::act(curl_socket_t socket, int ready) {
    int running = 0;
    libcurl().multi_socket_action(multi, socket, ready, &running);
    int left = 0;
    while (const CURLMsg* message = libcurl().multi_info_read(multi, &left)) {
        HttpTransfer& ended = *transfers.at(message->easy_handle);
        ended.code = message->data.result;
        ended.done.set();
    }
}

void HttpClient::Pool::act_soon() {
    if (!std::exchange(*soon, true)) {
        loop.post([this, weak = std::weak_ptr(soon)] {
            if (const std::shared_ptr<bool> alive = weak.lock()) {
                *alive = false;
                act(CURL_SOCKET_TIMEOUT, 0);
            }
        });
    }
}

void HttpClient::Pool::act_in(Duration delay) {
    if (alarm && alarm->first <= loop.clock().elapsed() + delay) {
        return;
    }
    if (alarm) {
        loop.timers().cancel(*alarm);
    }
    alarm = loop.timers().after(delay, [this] {
        alarm.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void HttpClient::Pool::start(HttpTransfer& transfer) {
    transfers.emplace(transfer.easy.get(), &transfer);
    idle.reset();
    libcurl().multi_add_handle(multi, transfer.easy.get());
}

void HttpClient::Pool::finish(HttpTransfer& transfer) {
    CURL* handle = transfer.easy.get();
    libcurl().multi_remove_handle(multi, handle);
    libcurl().easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
    transfers.erase(handle);
    tell_idle();
}

runtime::Task<Result<HttpResponse>> HttpClient::Pool::run(const HttpRequest& request, HttpEndpoint& server, Url url) {
    HttpTransfer transfer(loop, request, server, std::move(url), take_handle());
    start(transfer);
    const runtime::Wake wake = co_await transfer.done.wait_for(request.timeout);
    finish(transfer);
    Result<HttpResponse> outcome(std::move(transfer.response));
    if (transfer.closed || wake == runtime::Wake::cancelled) {
        outcome = fail(transfer.cancelled());
    } else if (wake == runtime::Wake::timeout) {
        outcome = fail(transfer.timed_out());
    } else if (transfer.code != CURLE_OK) {
        outcome = fail(transfer.failure());
    } else {
        long status = 0;
        libcurl().easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        outcome->status = static_cast<int>(status);
    }
    idle_handles.push_back(std::move(transfer.easy));
    co_return outcome;
}

HttpClient::HttpClient(runtime::Loop& loop) : HttpClient(loop, Options()) {}
HttpClient::HttpClient(runtime::Loop& loop, Options options)
    : pool_(std::make_unique<Pool>(loop, std::move(options))) {}
HttpClient::~HttpClient() = default;

runtime::Task<Result<HttpResponse>> HttpClient::perform(HttpRequest request) {
    if (std::optional<Error> fault = find_fault(request)) {
        co_return fail(std::move(*fault));
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    const Result<void> begun = co_await pool_->begin();
    if (!begun) {
        co_return fail(begun.error());
    }
    Result<std::pair<Url, std::string>> parsed = parse_url(request.url);
    if (!parsed) {
        co_return fail(std::move(parsed.error()));
    }
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    if (pool_->closed || cancellation.cancelled() != asio::cancellation_type::none) {
        co_return fail(ErrorKind::cancelled, "http.cancelled", "the request to " + parsed->second + " was not sent");
    }
    HttpEndpoint& server = pool_->servers[parsed->second];
    server.name = parsed->second;
    Result<HttpResponse> response = co_await pool_->run(request, server, std::move(parsed->first));
    co_return response;
}

runtime::Task<void> HttpClient::close() {
    pool_->closed = true;
    for (const auto& [handle, transfer] : pool_->transfers) {
        transfer->closed = true;
        transfer->done.set();
    }
    while (!pool_->is_idle()) {
        co_await asio::this_coro::reset_cancellation_state();
        co_await pool_->idle.wait();
    }
    pool_->close_connections();
}

std::vector<HttpConnections> HttpClient::connections() const {
    std::vector<HttpConnections> rows;
    for (const auto& [name, server] : pool_->servers) {
        const char* state = server.sockets == 0 ? "down" : server.opened == 0 ? "connecting" : "up";
        rows.push_back({.endpoint = name, .state = state, .opened = server.opened, .reused = server.reused});
    }
    return rows;
}

} // namespace tradesh::net
