/* One request, raced: the socket side of a hedgerow_race. */
#ifndef FETCH_H
#define FETCH_H

#include "watch.h"

struct fetch {
    struct watch *watch;
    const char *path;
    hedgerow_race *race;
    struct http_exchange attempts[WATCH_MAX]; /* by the attempt's id */
    uint16_t endpoints[WATCH_MAX];            /* where each goes */
    size_t started;
    uint64_t began, wake;
    bool done;
    uint16_t winner; /* HEDGEROW_NO_ATTEMPT, and then: */
    uint16_t reason; /* why there is none */
};

void fetch_start(struct fetch *f, struct watch *w, const char *path, uint64_t now);
void fetch_close(struct fetch *f);

/* The sockets of the attempts, WATCH_MAX places; and after poll(2), what has
 * become of them. */
void fetch_interests(const struct fetch *f, struct pollfd *fds);
void fetch_turn(struct fetch *f, uint64_t now, const struct pollfd *fds);

#endif
