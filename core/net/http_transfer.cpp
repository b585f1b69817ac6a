#include "core/net/http_transfer.hpp"

#include <algorithm>
#include <tuple>

namespace tradesh::net {
namespace {

constexpr std::size_t head_bytes_max = std::size_t{64} << 10;
constexpr int attempts_max = 2;

std::string part_of(const Url& url, CURLUPart part, unsigned int flags = 0) {
    char* text = nullptr;
    if (libcurl().url_get(url.get(), part, &text, flags) != CURLUE_OK) {
        return {};
    }
    std::string copy(text);
    libcurl().free(text);
    return copy;
}

HeaderList header_list(const HttpRequest& request) {
    HeaderList list;
    const auto add = [&list](const std::string& line) {
        curl_slist* longer = libcurl().slist_append(list.get(), line.c_str());
        std::ignore = list.release();
        list.reset(longer);
    };
    add("Expect:");       // a server that does not know it would cost a second
    add("Content-Type:"); // libcurl would claim that a body is a form
    for (const HttpHeader& header : request.headers) {
        add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    return list;
}

} // namespace

Result<std::pair<Url, std::string>> parse_url(const std::string& text) {
    Url url(libcurl().url());
    const CURLUcode code = text.contains('\0')
                               ? CURLUE_MALFORMED_INPUT
                               : libcurl().url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER);
    if (code == CURLUE_USER_NOT_ALLOWED) {
        return fail(ErrorKind::usage, "http.url", "an address may not hold a user name or a password");
    }
    const std::string scheme = code == CURLUE_OK ? part_of(url, CURLUPART_SCHEME) : "";
    if (scheme != "http" && scheme != "https") {
        return fail(ErrorKind::usage, "http.url", "an address has to be of the form https://host/path");
    }
    const std::string port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::string server = scheme + "://" + part_of(url, CURLUPART_HOST) + ":" + port;
    return std::pair(std::move(url), std::move(server));
}

HttpTransfer::HttpTransfer(runtime::Loop& loop, const HttpRequest& its_request, HttpEndpoint& its_server, Url its_url,
                           Easy handle)
    : request(its_request),
      server(its_server),
      url(std::move(its_url)),
      easy(std::move(handle)),
      headers(header_list(its_request)),
      done(loop) {
    libcurl().easy_setopt(easy.get(), CURLOPT_CURLU, url.get());
    libcurl().easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    libcurl().easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, words.data());
    for (const CURLoption receiver :
         {CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA}) {
        libcurl().easy_setopt(easy.get(), receiver, this);
    }
    choose_method();
}

/// A handle that served another request forgets its method with CURLOPT_HTTPGET.
void HttpTransfer::choose_method() {
    CURL* handle = easy.get();
    const std::string& method = request.method;
    libcurl().easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    libcurl().easy_setopt(handle, CURLOPT_CUSTOMREQUEST, nullptr);
    if (method == "HEAD") {
        libcurl().easy_setopt(handle, CURLOPT_NOBODY, 1L);
        return;
    }
    if (!request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
        libcurl().easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        libcurl().easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    libcurl().easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
}

bool HttpTransfer::may_have_arrived() const {
    long sent = 0;
    libcurl().easy_getinfo(easy.get(), CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0;
}

bool HttpTransfer::take_head_line(std::string_view line) {
    head_bytes += line.size();
    if (head_bytes > head_bytes_max) {
        too_large = true;
        return false;
    }
    if (line.starts_with("HTTP/")) { // also after a 1xx answer
        response.headers.clear();
        head_complete = false;
        return true;
    }
    const std::size_t end = line.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) {
        head_complete = true;
        return true;
    }
    const std::size_t colon = line.find(':');
    if (head_complete || colon == std::string_view::npos) { // a trailer behind the body, or no header at all
        return true;
    }
    const std::size_t begin = std::min(line.find_first_not_of(" \t", colon + 1), end + 1);
    response.headers.emplace_back(std::string(line.substr(0, colon)), std::string(line.substr(begin, end + 1 - begin)));
    return true;
}

bool HttpTransfer::take_body(std::string_view bytes) {
    if (bytes.size() > request.body_bytes_max - response.body.size()) {
        too_large = true;
        return false;
    }
    response.body += bytes;
    return true;
}

/// Called when a connection stands and before the request goes out. libcurl by itself sends any request again, orders
/// included, when a kept connection ends without an answer.
bool HttpTransfer::may_send() {
    ++attempts;
    const bool again = attempts > 1;
    if (attempts > attempts_max || (again && !is_safe_method(request.method) && may_have_arrived())) {
        return false;
    }
    long made = 0;
    libcurl().easy_getinfo(easy.get(), CURLINFO_NUM_CONNECTS, &made);
    ++(made > connections_made ? server.opened : server.reused);
    connections_made = made;
    return true;
}

Error HttpTransfer::error(ErrorKind kind, std::string_view its_code, std::string message) const {
    if (!is_safe_method(request.method) && may_have_arrived()) {
        return Error(ErrorKind::unknown, its_code, std::move(message)).advise("the request may have taken effect");
    }
    return Error(kind, its_code, std::move(message));
}

Error HttpTransfer::timed_out() const {
    return error(ErrorKind::timeout, "http.timeout",
                 server.name + " did not answer within " + to_human(request.timeout));
}

Error HttpTransfer::cancelled() const {
    return error(ErrorKind::cancelled, "http.cancelled", "the request to " + server.name + " was stopped");
}

Error HttpTransfer::failure() const {
    const std::string reason(libcurl().easy_strerror(code));
    if (too_large) {
        return error(ErrorKind::failed, "http.too_large", "the answer of " + server.name + " is too large");
    }
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return timed_out();
    case CURLE_COULDNT_RESOLVE_HOST:
        return error(ErrorKind::connection, "http.connect", "the name of " + server.name + " could not be resolved");
    case CURLE_COULDNT_CONNECT:
        if (private_address) {
            return error(ErrorKind::refused, "http.private_address",
                         server.name + " is an address of this machine or of a private network");
        }
        return error(ErrorKind::connection, "http.connect", "no connection to " + server.name + " could be made");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: {
        const std::string details(words.data());
        return error(ErrorKind::connection, "http.tls",
                     "no secure connection to " + server.name + ": " + (details.empty() ? reason : details));
    }
    default:
        return error(ErrorKind::connection, "http.lost",
                     "the connection to " + server.name + " was lost before the answer was complete: " + reason);
    }
}

} // namespace tradesh::net
