#include "tests/net/http_session.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/process.hpp"

#include <unistd.h>

using namespace tradesh;
using namespace tradesh::net;
using namespace tradesh::test;

namespace {

constexpr const char* openssl = "/usr/bin/openssl";

/// `openssl s_server` with a certificate that it signed itself.
class UntrustedServer {
public:
    UntrustedServer() {
        const Ended made =
            run({.words = {openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                           "-nodes", "-keyout", folder_.file("key"), "-out", folder_.file("certificate"), "-subj",
                           "/CN=localhost", "-days", "2"}});
        REQUIRE(made.code == 0);
        process_.emplace(ProcessOptions{.words = {openssl, "s_server", "-accept", "127.0.0.1:0", "-cert",
                                                  folder_.file("certificate"), "-key", folder_.file("key"), "-www"},
                                        .stdin_pipe = true});
        process_->await_output("ACCEPT 127.0.0.1:");
        process_->await_output("\n"); // behind "Using default temp DH parameters", and then behind the port
    }
    /// From its line "ACCEPT 127.0.0.1:PORT".
    std::string port() const {
        const std::string& text = process_->output();
        const std::size_t colon = text.find(':', text.find("ACCEPT "));
        return text.substr(colon + 1, text.find('\n', colon) - colon - 1);
    }

private:
    TemporaryFolder folder_;
    std::optional<Process> process_;
};

} // namespace

TEST_CASE("a certificate that nobody vouches for is refused before the request is sent") {
    if (::access(openssl, X_OK) != 0) {
        WARN("skipped: there is no /usr/bin/openssl here to serve TLS");
        return;
    }
    const UntrustedServer server;
    HttpSession session;
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const Error error =
            session.post("https://" + std::string(host) + ":" + server.port() + "/order?key=s3cr3t").error();
        CHECK(error.code == "http.tls");
        CHECK(error.kind == ErrorKind::connection);
        CHECK_THAT(error.describe(), Contains("certificate") && Contains(host) && !Contains("s3cr3t"));
    }
}
