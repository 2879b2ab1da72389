#pragma once
#include <curl/curl.h>

// Swift cannot call C functions with variable arguments: one wrapper for each type of argument that we pass.

static inline CURLcode kindred_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode kindred_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text.
static inline CURLcode kindred_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// Pointers that libcurl keeps as they are: user data, lists, bodies.
static inline CURLcode kindred_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION: what comes from the other side.
static inline CURLcode kindred_curl_set_receiver(CURL *handle, CURLoption option,
                                                 size_t (*function)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(handle, option, function);
}

// CURLOPT_READFUNCTION: what goes to the other side.
static inline CURLcode kindred_curl_set_sender(CURL *handle, CURLoption option,
                                               size_t (*function)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(handle, option, function);
}

// CURLOPT_OPENSOCKETFUNCTION: makes the socket for an address, or refuses with CURL_SOCKET_BAD.
static inline CURLcode kindred_curl_set_opener(CURL *handle, CURLoption option,
                                               curl_socket_t (*function)(void *, curlsocktype, struct curl_sockaddr *)) {
  return curl_easy_setopt(handle, option, function);
}

// CURLINFO_ACTIVESOCKET: the socket of a connection that was made with CURLOPT_CONNECT_ONLY.
static inline CURLcode kindred_curl_get_socket(CURL *handle, curl_socket_t *socket) {
  return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, socket);
}

static inline CURLMcode kindred_curl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
  return curl_multi_setopt(handle, option, value);
}
