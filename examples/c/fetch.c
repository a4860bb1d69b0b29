#include "fetch.h"

#include <stdio.h>
#include <string.h>

#include "engine.h"

static void say(const struct fetch *f, uint64_t now, const char *what, uint16_t attempt,
                uint16_t reason)
{
    fprintf(stderr, "%7.1f ms  %s %s: %.*s\n", (double)(now - f->began) / 1000, what,
            f->watch->targets[f->endpoints[attempt]].authority,
            ENGINE_TEXT(engine_reason(reason)));
}

/* Tells the race how far an attempt has come. */
static void report(struct fetch *f, uint64_t now, uint16_t attempt)
{
    const struct http_exchange *x = &f->attempts[attempt];
    uint16_t failure = 0;

    if (x->phase == HTTP_FAILED)
        failure = HEDGEROW_REASON_NETWORK_ERROR;
    else if (x->phase == HTTP_CUT)
        failure = HEDGEROW_REASON_TRUNCATED;
    else if (x->phase >= HTTP_BODY && (x->status < 200 || x->status > 299))
        failure = HEDGEROW_REASON_HTTP_STATUS;
    if (failure != 0) {
        MUST(hedgerow_race_handle_failure(f->race, now, attempt, failure));
        return;
    }
    if (x->phase == HTTP_BODY || x->phase == HTTP_WHOLE) {
        MUST(hedgerow_race_handle_head(f->race, now, attempt));
        MUST(hedgerow_race_handle_progress(f->race, now, attempt, http_body_len(x)));
    }
    if (x->phase == HTTP_WHOLE)
        MUST(hedgerow_race_handle_complete(f->race, now, attempt));
}

static void start_attempt(struct fetch *f, uint64_t now, const hedgerow_race_output *output)
{
    struct http_exchange *x = &f->attempts[output->attempt];

    f->endpoints[output->attempt] = output->endpoint;
    f->started = (size_t)output->attempt + 1;
    say(f, now, "start", output->attempt, output->reason);
    http_start(x, &f->watch->targets[output->endpoint], f->path);
    if (!http_is_open(x))
        report(f, now, output->attempt);
}

/* Does what the race asks for, until it waits or is over. */
static void drain(struct fetch *f, uint64_t now)
{
    hedgerow_race_output output;

    do {
        MUST(hedgerow_race_poll(f->race, now, f->watch->budget, &output));
        switch (output.kind) {
        case HEDGEROW_RACE_START:
            start_attempt(f, now, &output);
            break;
        case HEDGEROW_RACE_CANCEL:
            http_stop(&f->attempts[output.attempt]);
            break;
        case HEDGEROW_RACE_COMMIT:
            /* The body is whole, and nothing can go wrong with it any more. A
             * loader would run it now, and tell whether that worked. */
            MUST(hedgerow_race_handle_commit(f->race, now, output.attempt, 0));
            break;
        case HEDGEROW_RACE_ENDED:
            say(f, now, "ended", output.attempt, output.reason);
            break;
        case HEDGEROW_RACE_OBSERVE:
            watch_observe(f->watch, now, &output.observation);
            break;
        default: /* to be logged at most; and new kinds may come */
            break;
        }
    } while (output.kind != HEDGEROW_RACE_WAIT && output.kind != HEDGEROW_RACE_DONE);
    f->wake = output.until;
    f->done = output.kind == HEDGEROW_RACE_DONE;
    if (f->done) {
        f->winner = output.attempt;
        f->reason = output.reason;
    }
}

void fetch_start(struct fetch *f, struct watch *w, const char *path, uint64_t now)
{
    hedgerow_race_settings settings;
    hedgerow_candidate candidates[WATCH_MAX];
    size_t count = watch_choose(w, now, candidates);

    memset(f, 0, sizeof *f);
    f->watch = w;
    f->path = path;
    f->began = now;
    MUST(hedgerow_race_settings_init(&settings, sizeof settings, HEDGEROW_PROFILE_PROXY));
    /* This client wants the whole body: one that stops half-way has not won. */
    settings.winning_phase = HEDGEROW_PHASE_COMPLETE;
    MUST(hedgerow_race_new(&settings, candidates, count, now, &f->race));
    drain(f, now);
}

void fetch_close(struct fetch *f)
{
    size_t i;

    for (i = 0; i < f->started; i++)
        http_stop(&f->attempts[i]);
    MUST(hedgerow_race_free(f->race));
}

void fetch_interests(const struct fetch *f, struct pollfd *fds)
{
    /* What was not started is idle, and waits for nothing. */
    size_t i;

    for (i = 0; i < WATCH_MAX; i++)
        fds[i] = http_interest(&f->attempts[i]);
}

void fetch_turn(struct fetch *f, uint64_t now, const struct pollfd *fds)
{
    size_t i;
    uint16_t endpoint;

    for (i = 0; i < f->started; i++) {
        if (fds[i].revents != 0 && http_is_open(&f->attempts[i])) {
            http_advance(&f->attempts[i]);
            report(f, now, (uint16_t)i);
        }
    }
    for (endpoint = 0; endpoint < f->watch->count; endpoint++) {
        if (f->watch->gone & UINT32_C(1) << endpoint)
            MUST(hedgerow_race_handle_ejected(f->race, now, endpoint));
    }
    f->watch->gone = 0;
    drain(f, now);
}
