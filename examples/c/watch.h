/* What is known of the endpoints, from request to request: the pool that says
 * who may be asked, and the monitor that says how they fare. */
#ifndef WATCH_H
#define WATCH_H

#include <hedgerow.h>

#include "http.h"

enum { WATCH_MAX = 16 };

struct watch_probe {
    struct http_exchange exchange;
    uint32_t lease;
    uint64_t started, until;
};

struct watch {
    const struct http_target *targets;
    size_t count;
    hedgerow_check *check; /* NULL: nobody is probed */
    hedgerow_monitor *monitor;
    hedgerow_pool *pool;
    const hedgerow_snapshot *snapshot;
    hedgerow_picker *picker;
    hedgerow_budget *budget;
    struct watch_probe probes[WATCH_MAX];
    uint16_t trial; /* who is tried by the next request, until then */
    uint64_t trial_until;
    uint32_t gone; /* endpoints that were ejected, for races under way */
    uint64_t hedge_delay_us; /* 0: what is known of the endpoint decides */
    uint64_t wake;           /* when there is something to do */
};

/* Watches `count` endpoints. `health_path` may be NULL: no probes then. */
void watch_open(struct watch *w, const struct http_target *targets, size_t count,
                const char *health_path, uint64_t now, uint32_t seed);
void watch_close(struct watch *w);

/* Who is to be asked, the best first. Gives their number, which may be 0. */
size_t watch_choose(struct watch *w, uint64_t now, hedgerow_candidate *candidates);

/* Takes in how a request went. */
void watch_observe(struct watch *w, uint64_t now, const hedgerow_observation *seen);

/* The sockets of the probes, one place for each endpoint; and after poll(2),
 * what has become of them. */
void watch_interests(const struct watch *w, struct pollfd *fds);
void watch_turn(struct watch *w, uint64_t now, const struct pollfd *fds);

#endif
