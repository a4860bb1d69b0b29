#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

bool http_parse(const char *url, struct http_target *target, const char **path)
{
    static const char scheme[] = "http://";
    char host[INET_ADDRSTRLEN];
    size_t host_len, authority_len;
    unsigned long port = 80;

    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return false;
    url += sizeof scheme - 1;
    host_len = strcspn(url, ":/");
    authority_len = strcspn(url, "/");
    if (host_len >= sizeof host || authority_len >= sizeof target->authority)
        return false;
    memcpy(host, url, host_len);
    host[host_len] = '\0';
    memcpy(target->authority, url, authority_len);
    target->authority[authority_len] = '\0';
    if (host_len < authority_len) {
        char *end;
        port = strtoul(target->authority + host_len + 1, &end, 10);
        if (*end != '\0' || port == 0 || port > 65535)
            return false;
    }
    memset(&target->address, 0, sizeof target->address);
    target->address.sin_family = AF_INET;
    target->address.sin_port = htons((uint16_t)port);
    *path = url[authority_len] == '\0' ? "/" : url + authority_len;
    return inet_pton(AF_INET, host, &target->address.sin_addr) == 1;
}

static void finish(struct http_exchange *x, enum http_phase how)
{
    if (http_is_open(x) && x->fd >= 0)
        close(x->fd);
    x->phase = how;
}

void http_start(struct http_exchange *x, const struct http_target *target, const char *path)
{
    int length;

    memset(x, 0, sizeof *x);
    x->content_length = -1;
    x->phase = HTTP_CONNECTING;
    x->fd = socket(AF_INET, SOCK_STREAM, 0);
    length = snprintf(x->request, sizeof x->request,
                      "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n", path,
                      target->authority);
    if (x->fd < 0 || length < 0 || (size_t)length >= sizeof x->request ||
        fcntl(x->fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(x->fd, F_SETFD, FD_CLOEXEC) != 0) {
        finish(x, HTTP_FAILED);
        return;
    }
    x->request_len = (size_t)length;
    if (connect(x->fd, (const struct sockaddr *)&target->address, sizeof target->address) != 0 &&
        errno != EINPROGRESS)
        finish(x, HTTP_FAILED);
}

struct pollfd http_interest(const struct http_exchange *x)
{
    struct pollfd interest = {-1, 0, 0};

    if (http_is_open(x)) {
        interest.fd = x->fd;
        interest.events = x->phase <= HTTP_SENDING ? POLLOUT : POLLIN;
    }
    return interest;
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void finish_connecting(struct http_exchange *x)
{
    int error = 0;
    socklen_t length = sizeof error;

    if (getsockopt(x->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
        finish(x, HTTP_FAILED);
    else
        x->phase = HTTP_SENDING;
}

static void send_more(struct http_exchange *x)
{
    ssize_t sent = send(x->fd, x->request + x->sent, x->request_len - x->sent, MSG_NOSIGNAL);

    if (sent < 0) {
        if (!would_block())
            finish(x, HTTP_FAILED);
        return;
    }
    x->sent += (size_t)sent;
    if (x->sent == x->request_len)
        x->phase = HTTP_HEAD;
}

/* The head, once it is whole: `HTTP/1.1 200 OK`, then fields. */
static void read_head(struct http_exchange *x)
{
    const char *line, *end = strstr(x->data, "\r\n\r\n");

    if (end == NULL) {
        if (x->data_len > HTTP_HEAD_MAX)
            finish(x, HTTP_FAILED);
        return;
    }
    if (sscanf(x->data, "HTTP/1.%*1[01] %3u", &x->status) != 1) {
        finish(x, HTTP_FAILED);
        return;
    }
    x->head_len = (size_t)(end - x->data) + 4;
    for (line = strstr(x->data, "\r\n"); line != NULL && line < end; line = strstr(line, "\r\n")) {
        static const char name[] = "content-length:";
        line += 2;
        if (strncasecmp(line, name, sizeof name - 1) == 0)
            x->content_length = strtoll(line + sizeof name - 1, NULL, 10);
    }
    x->phase = HTTP_BODY;
}

static bool make_room(struct http_exchange *x)
{
    size_t capacity = x->capacity == 0 ? 4096 : x->capacity * 2;
    char *data;

    /* One byte stays free for the NUL that lets the head be searched. */
    if (x->data_len + 1 < x->capacity)
        return true;
    if (capacity > HTTP_MAX)
        return false;
    data = realloc(x->data, capacity);
    if (data == NULL)
        return false;
    x->data = data;
    x->capacity = capacity;
    return true;
}

static void receive_more(struct http_exchange *x)
{
    ssize_t got;

    if (!make_room(x)) {
        finish(x, HTTP_FAILED);
        return;
    }
    got = recv(x->fd, x->data + x->data_len, x->capacity - x->data_len - 1, 0);
    if (got < 0) {
        if (!would_block())
            finish(x, x->phase == HTTP_BODY ? HTTP_CUT : HTTP_FAILED);
        return;
    }
    x->data_len += (size_t)got;
    x->data[x->data_len] = '\0';
    if (x->phase == HTTP_HEAD)
        read_head(x);
    if (x->phase == HTTP_BODY && x->content_length >= 0 &&
        http_body_len(x) >= (size_t)x->content_length) {
        finish(x, HTTP_WHOLE);
    } else if (got == 0 && http_is_open(x)) {
        bool whole = x->phase == HTTP_BODY && x->content_length < 0;
        finish(x, whole ? HTTP_WHOLE : x->phase == HTTP_BODY ? HTTP_CUT : HTTP_FAILED);
    }
}

void http_advance(struct http_exchange *x)
{
    if (x->phase == HTTP_CONNECTING)
        finish_connecting(x);
    if (x->phase == HTTP_SENDING)
        send_more(x);
    else if (x->phase == HTTP_HEAD || x->phase == HTTP_BODY)
        receive_more(x);
}

void http_stop(struct http_exchange *x)
{
    finish(x, HTTP_IDLE);
    free(x->data);
    x->data = NULL;
    x->data_len = x->capacity = x->head_len = 0;
}

bool http_is_open(const struct http_exchange *x)
{
    return x->phase >= HTTP_CONNECTING && x->phase <= HTTP_BODY;
}

const char *http_body(const struct http_exchange *x)
{
    return x->data + x->head_len;
}

size_t http_body_len(const struct http_exchange *x)
{
    size_t length = x->data_len - x->head_len;

    if (x->content_length >= 0 && length > (size_t)x->content_length)
        length = (size_t)x->content_length;
    return length;
}
