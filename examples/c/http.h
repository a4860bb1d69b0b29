/* One GET over one non-blocking connection. Just enough HTTP to have something
 * to race: numeric addresses, HTTP/1.0 (so that no server answers in chunks),
 * no TLS. */
#ifndef HTTP_H
#define HTTP_H

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_REQUEST_MAX = 1024, HTTP_HEAD_MAX = 16 * 1024, HTTP_MAX = 64 * 1024 * 1024 };

/* Where an endpoint is, taken from a URL such as http://127.0.0.1:8080. */
struct http_target {
    struct sockaddr_in address;
    char authority[64];
};

enum http_phase {
    HTTP_IDLE,       /* nothing under way, no socket */
    HTTP_CONNECTING, /* these three wait for the socket */
    HTTP_SENDING,
    HTTP_HEAD,
    HTTP_BODY,   /* the head is there */
    HTTP_WHOLE,  /* and the body */
    HTTP_FAILED, /* refused, reset, or not HTTP */
    HTTP_CUT     /* the body ended before it was whole */
};

struct http_exchange {
    enum http_phase phase;
    int fd;
    char request[HTTP_REQUEST_MAX];
    size_t request_len, sent;
    char *data; /* head and body as they came */
    size_t data_len, capacity;
    size_t head_len;
    long long content_length; /* -1: the body ends with the connection */
    unsigned status;
};

/* Reads `url`; what follows the authority becomes `path`, "/" if that is empty. */
bool http_parse(const char *url, struct http_target *target, const char **path);

/* Starts a GET in an idle exchange. It may have failed when this returns. */
void http_start(struct http_exchange *x, const struct http_target *target, const char *path);

/* What poll(2) is to wait for; an fd of -1 if that is nothing. */
struct pollfd http_interest(const struct http_exchange *x);

/* Goes on after poll(2) reported something of the socket. */
void http_advance(struct http_exchange *x);

/* Closes the socket and frees the data: the exchange is idle again. */
void http_stop(struct http_exchange *x);

bool http_is_open(const struct http_exchange *x);
const char *http_body(const struct http_exchange *x);
size_t http_body_len(const struct http_exchange *x);

#endif
