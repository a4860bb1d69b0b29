/* Fetches one path from the first of several servers that delivers it.
 *
 *     race [-n TIMES] [-p PAUSE_MS] [-c HEALTH_PATH] [-d HEDGE_MS] URL...
 *
 * Writes each body to stdout, and to stderr what was decided and why. Ends with
 * 1 if a fetch got nothing. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine.h"
#include "fetch.h"

/* Until `wake`, in whole milliseconds for poll(2), not too early. */
static int timeout(uint64_t now, uint64_t wake)
{
    if (wake <= now)
        return 0;
    return wake - now > 60000000 ? 60000 : (int)((wake - now + 999) / 1000);
}

/* Turns the loop until the fetch is done; or without one, until `end`. */
static void run(struct watch *w, struct fetch *f, uint64_t end)
{
    struct pollfd fds[2 * WATCH_MAX], *of_fetch = fds + w->count;
    uint64_t now = engine_now();

    while (f != NULL ? !f->done : now < end) {
        uint64_t wake = f != NULL ? f->wake : end;
        nfds_t count = w->count;

        watch_interests(w, fds);
        if (f != NULL) {
            fetch_interests(f, of_fetch);
            count += WATCH_MAX;
        }
        if (w->wake < wake)
            wake = w->wake;
        /* Interrupted or out of time: what is due is looked up either way. */
        (void)poll(fds, count, timeout(now, wake));
        now = engine_now();
        watch_turn(w, now, fds);
        if (f != NULL)
            fetch_turn(f, now, of_fetch);
    }
}

static int fetch_once(struct watch *w, const char *path)
{
    struct fetch f;
    int found;

    fetch_start(&f, w, path, engine_now());
    run(w, &f, 0);
    found = f.winner != HEDGEROW_NO_ATTEMPT;
    if (found) {
        const struct http_exchange *won = &f.attempts[f.winner];
        fwrite(http_body(won), 1, http_body_len(won), stdout);
        fflush(stdout);
    } else {
        fprintf(stderr, "nothing: %.*s\n", ENGINE_TEXT(engine_reason(f.reason)));
    }
    fetch_close(&f);
    return found;
}

int main(int argc, char **argv)
{
    struct http_target targets[WATCH_MAX];
    const char *path = "/", *health = NULL, *of_this;
    struct watch w;
    long i, times = 1, pause_ms = 0, hedge_ms = 0;
    int option, failed = 0;
    size_t count = 0;

    while ((option = getopt(argc, argv, "n:p:c:d:")) != -1) {
        if (option == 'n')
            times = atol(optarg);
        else if (option == 'p')
            pause_ms = atol(optarg);
        else if (option == 'c')
            health = optarg;
        else if (option == 'd')
            hedge_ms = atol(optarg);
        else
            return 2;
    }
    for (; optind < argc && count < WATCH_MAX; optind++, count++) {
        if (!http_parse(argv[optind], &targets[count], &of_this)) {
            fprintf(stderr, "%s is no http URL with a numeric address\n", argv[optind]);
            return 2;
        }
        path = count == 0 ? of_this : path;
    }
    if (count == 0) {
        fprintf(stderr, "usage: race [-n TIMES] [-p PAUSE_MS] [-c HEALTH_PATH] [-d HEDGE_MS] "
                        "URL...\n");
        return 2;
    }
    watch_open(&w, targets, count, health, engine_now(), (uint32_t)getpid());
    w.hedge_delay_us = (uint64_t)hedge_ms * 1000;
    for (i = 0; i < times; i++) {
        if (!fetch_once(&w, path))
            failed = 1;
        run(&w, NULL, engine_now() + (uint64_t)pause_ms * 1000);
    }
    watch_close(&w);
    return failed;
}
