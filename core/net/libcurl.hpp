#pragma once

#include "core/base/error.hpp"

#include <curl/curl.h>

namespace tradesh::net {

/// The functions of libcurl that we call. It is loaded when it is first needed and not with the program: with the
/// thirty libraries that it needs itself it takes longer to load than all the rest of a core takes to start, and many a
/// core never sends a request.
struct Libcurl {
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_free) free;
    decltype(&::curl_multi_init) multi_init;
    decltype(&::curl_multi_cleanup) multi_cleanup;
    decltype(&::curl_multi_setopt) multi_setopt;
    decltype(&::curl_multi_add_handle) multi_add_handle;
    decltype(&::curl_multi_remove_handle) multi_remove_handle;
    decltype(&::curl_multi_socket_action) multi_socket_action;
    decltype(&::curl_multi_info_read) multi_info_read;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
    decltype(&::curl_url) url;
    decltype(&::curl_url_cleanup) url_cleanup;
    decltype(&::curl_url_get) url_get;
    decltype(&::curl_url_set) url_set;
};

/// Loads and prepares libcurl, which takes some milliseconds the first time; afterwards it returns at once with the
/// same result. On any thread. Error: config http.no_libcurl.
Result<void> load_libcurl();

/// For whoever knows that it is loaded.
const Libcurl& libcurl();

} // namespace tradesh::net
