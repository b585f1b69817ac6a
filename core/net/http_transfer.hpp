#pragma once

#include "core/net/http_message.hpp"
#include "core/net/libcurl.hpp"
#include "core/runtime/event.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// One request on its way through libcurl. Only HttpClient uses this.
namespace tradesh::net {

template <auto release>
struct Release {
    template <class Handle>
    void operator()(Handle* handle) const {
        (libcurl().*release)(handle);
    }
};
using Easy = std::unique_ptr<CURL, Release<&Libcurl::easy_cleanup>>;
using Url = std::unique_ptr<CURLU, Release<&Libcurl::url_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Release<&Libcurl::slist_free_all>>;

/// A server that is talked to.
struct HttpEndpoint {
    std::string name; ///< "https://host:port"
    std::size_t sockets = 0;
    std::uint64_t opened = 0;
    std::uint64_t reused = 0;
};

/// The address, ready for libcurl, and the name of its server. Error: usage http.url.
Result<std::pair<Url, std::string>> parse_url(const std::string& text);

/// Lives while libcurl works on it, and so does the request.
struct HttpTransfer {
    /// Tells libcurl, in `handle`, all that differs from one request to the next.
    HttpTransfer(runtime::Loop& loop, const HttpRequest& request, HttpEndpoint& server, Url url, Easy handle);

    // What libcurl calls. False ends the transfer.
    bool take_head_line(std::string_view line);
    bool take_body(std::string_view bytes);
    bool may_send();

    /// Whether any byte of the request left. Of TLS whole records count: a part of one is worthless to the server.
    bool may_have_arrived() const;
    Error timed_out() const;
    Error cancelled() const;
    /// Why `code` is not CURLE_OK.
    Error failure() const;

    const HttpRequest& request;
    HttpEndpoint& server;
    Url url;
    Easy easy;
    HeaderList headers;
    HttpResponse response;
    std::size_t head_bytes = 0;
    bool head_complete = false;
    bool too_large = false;
    bool private_address = false;
    int attempts = 0;
    long connections_made = 0;
    CURLcode code = CURLE_OK;
    std::array<char, CURL_ERROR_SIZE> words{};
    bool closed = false; ///< the client is closing
    runtime::Event done;

private:
    void choose_method();
    Error error(ErrorKind kind, std::string_view code, std::string message) const;
};

} // namespace tradesh::net
