#include "core/net/libcurl.hpp"

#include <dlfcn.h>

#include <string>

namespace tradesh::net {
namespace {

constexpr const char* library_name = "libcurl.so.4"; // its interface has kept this number since 2006

std::unexpected<Error> not_loaded() {
    const char* reason = ::dlerror();
    return fail(Error(ErrorKind::config, "http.no_libcurl", reason == nullptr ? "the library does not work" : reason)
                    .attempting("load libcurl")
                    .on(library_name)
                    .advise("install the package libcurl4"));
}

Result<Libcurl> load() {
    void* const library = ::dlopen(library_name, RTLD_LAZY);
    if (library == nullptr) {
        return not_loaded();
    }
    bool complete = true;
    const auto find = [&]<class Function>(Function*& function, const char* name) {
        function = reinterpret_cast<Function*>(::dlsym(library, name));
        complete = complete && function != nullptr;
    };
    Libcurl curl{};
    find(curl.easy_init, "curl_easy_init");
    find(curl.easy_cleanup, "curl_easy_cleanup");
    find(curl.easy_setopt, "curl_easy_setopt");
    find(curl.easy_getinfo, "curl_easy_getinfo");
    find(curl.easy_strerror, "curl_easy_strerror");
    find(curl.free, "curl_free");
    find(curl.multi_init, "curl_multi_init");
    find(curl.multi_cleanup, "curl_multi_cleanup");
    find(curl.multi_setopt, "curl_multi_setopt");
    find(curl.multi_add_handle, "curl_multi_add_handle");
    find(curl.multi_remove_handle, "curl_multi_remove_handle");
    find(curl.multi_socket_action, "curl_multi_socket_action");
    find(curl.multi_info_read, "curl_multi_info_read");
    find(curl.slist_append, "curl_slist_append");
    find(curl.slist_free_all, "curl_slist_free_all");
    find(curl.url, "curl_url");
    find(curl.url_cleanup, "curl_url_cleanup");
    find(curl.url_get, "curl_url_get");
    find(curl.url_set, "curl_url_set");
    decltype(&::curl_global_init) global_init = nullptr;
    find(global_init, "curl_global_init");
    if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return not_loaded();
    }
    return curl;
}

/// It stays for as long as the process lives.
const Result<Libcurl>& loaded() {
    static const Result<Libcurl> library = load();
    return library;
}

} // namespace

Result<void> load_libcurl() { return loaded() ? Result<void>() : fail(loaded().error()); }

const Libcurl& libcurl() { return *loaded(); }

} // namespace tradesh::net
