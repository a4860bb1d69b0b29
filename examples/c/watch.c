#include "watch.h"

#include <stdio.h>
#include <string.h>

#include "engine.h"

/* In a server, 2 s is usual; this program is gone by then. */
enum { PROBE_INTERVAL_US = 500 * 1000, PROBE_TIMEOUT_US = 200 * 1000 };

void watch_open(struct watch *w, const struct http_target *targets, size_t count,
                const char *health_path, uint64_t now, uint32_t seed)
{
    hedgerow_monitor_settings settings;
    hedgerow_endpoint endpoints[WATCH_MAX];
    hedgerow_error error;
    size_t i;

    memset(w, 0, sizeof *w);
    w->targets = targets;
    w->count = count;
    w->trial = HEDGEROW_NO_ENDPOINT;
    memset(endpoints, 0, sizeof endpoints);
    for (i = 0; i < count; i++) {
        endpoints[i].name = targets[i].authority;
        endpoints[i].name_len = strlen(targets[i].authority);
        endpoints[i].weight = 100;
        /* The first is preferred; the others are its backups, in their order. */
        endpoints[i].priority = (uint16_t)i;
    }
    MUST(hedgerow_pool_new(endpoints, count, NULL, NULL, &w->pool, NULL));
    MUST(hedgerow_pool_snapshot(w->pool, now, &w->snapshot));
    MUST(hedgerow_picker_new(seed, 0, &w->picker));
    MUST(hedgerow_budget_new(20, 10, &w->budget));
    MUST(hedgerow_monitor_settings_init(&settings, sizeof settings));
    if (health_path != NULL) {
        if (hedgerow_check_new(health_path, strlen(health_path), 200, 299, NULL, 0, &w->check,
                               &error) == HEDGEROW_OK) {
            settings.probing = 1;
            settings.interval_us = PROBE_INTERVAL_US;
            settings.timeout_us = PROBE_TIMEOUT_US;
        } else {
            fprintf(stderr, "no probes: %s\n", error.message);
        }
    }
    MUST(hedgerow_monitor_new((uint16_t)count, &settings, now, seed, &w->monitor, NULL));
}

void watch_close(struct watch *w)
{
    size_t i;

    for (i = 0; i < w->count; i++)
        http_stop(&w->probes[i].exchange);
    MUST(hedgerow_check_free(w->check));
    MUST(hedgerow_budget_free(w->budget));
    MUST(hedgerow_picker_free(w->picker));
    MUST(hedgerow_snapshot_free(w->snapshot));
    MUST(hedgerow_pool_free(w->pool));
    MUST(hedgerow_monitor_free(w->monitor));
}

static void take_snapshot(struct watch *w, uint64_t now)
{
    MUST(hedgerow_snapshot_free(w->snapshot));
    MUST(hedgerow_pool_snapshot(w->pool, now, &w->snapshot));
}

static void start_probe(struct watch *w, uint64_t now, const hedgerow_monitor_output *output)
{
    struct watch_probe *probe = &w->probes[output->endpoint];
    hedgerow_str path;
    uint32_t needs_body;
    char text[HTTP_REQUEST_MAX];

    MUST(hedgerow_check_request(w->check, &path, &needs_body));
    snprintf(text, sizeof text, "%.*s", ENGINE_TEXT(path));
    http_stop(&probe->exchange);
    probe->lease = output->lease;
    probe->started = now;
    probe->until = output->until;
    http_start(&probe->exchange, &w->targets[output->endpoint], text);
}

static const char *health_name(uint32_t health)
{
    static const char *const names[] = {"healthy", "ejected", "failing", "dead"};

    return health < sizeof names / sizeof *names ? names[health] : "in doubt";
}

/* Asks the monitor until it has nothing more to say. This is the drain contract:
 * it is owed after every input, and whenever `wake` has come. */
static void drain(struct watch *w, uint64_t now)
{
    hedgerow_monitor_output output;
    uint64_t changes;
    bool news = false;

    do {
        MUST(hedgerow_monitor_poll(w->monitor, now, &output));
        switch (output.kind) {
        case HEDGEROW_MONITOR_PROBE:
            start_probe(w, now, &output);
            break;
        case HEDGEROW_MONITOR_TRIAL:
            w->trial = output.endpoint;
            w->trial_until = output.until;
            break;
        case HEDGEROW_MONITOR_HEALTH_CHANGED:
            MUST(hedgerow_pool_set_health(w->pool, now, output.endpoint, output.health));
            if (output.health != HEDGEROW_HEALTHY)
                w->gone |= UINT32_C(1) << output.endpoint;
            news = true;
            fprintf(stderr, "%s is %s: %.*s\n", w->targets[output.endpoint].authority,
                    health_name(output.health), ENGINE_TEXT(engine_reason(output.reason)));
            break;
        default: /* to be logged at most; and new kinds may come */
            break;
        }
    } while (output.kind != HEDGEROW_MONITOR_WAIT);
    w->wake = output.until;
    if (news)
        take_snapshot(w, now);
    MUST(hedgerow_pool_next_change(w->pool, now, &changes));
    if (changes < w->wake)
        w->wake = changes;
}

void watch_observe(struct watch *w, uint64_t now, const hedgerow_observation *seen)
{
    MUST(hedgerow_monitor_observe(w->monitor, now, seen));
    MUST(hedgerow_budget_observe(w->budget, now, seen));
    drain(w, now);
}

size_t watch_choose(struct watch *w, uint64_t now, hedgerow_candidate *candidates)
{
    uint16_t endpoints[WATCH_MAX];
    hedgerow_pick pick;
    hedgerow_latency latency;
    size_t i, others;

    MUST(hedgerow_budget_count_request(w->budget, now));
    if (hedgerow_snapshot_draw(w->snapshot, 0, w->picker, &pick) == HEDGEROW_REFUSED)
        return 0;
    endpoints[0] = pick.endpoint;
    if (w->trial != HEDGEROW_NO_ENDPOINT && now < w->trial_until)
        endpoints[0] = w->trial;
    w->trial = HEDGEROW_NO_ENDPOINT;
    MUST(hedgerow_snapshot_others(w->snapshot, 0, w->picker, endpoints[0], endpoints + 1,
                                  w->count - 1, &others));
    for (i = 0; i <= others; i++) {
        MUST(hedgerow_candidate_init(&candidates[i], endpoints[i]));
        MUST(hedgerow_monitor_latency(w->monitor, endpoints[i], &latency));
        MUST(hedgerow_hedge_delay(&latency, &candidates[i].hedge_delay_us));
        if (w->hedge_delay_us != 0)
            candidates[i].hedge_delay_us = w->hedge_delay_us;
    }
    return others + 1;
}

void watch_interests(const struct watch *w, struct pollfd *fds)
{
    size_t i;

    for (i = 0; i < w->count; i++)
        fds[i] = http_interest(&w->probes[i].exchange);
}

static void end_probe(struct watch *w, uint64_t now, size_t endpoint)
{
    struct watch_probe *probe = &w->probes[endpoint];
    struct http_exchange *x = &probe->exchange;
    uint16_t reason = HEDGEROW_REASON_NETWORK_ERROR;

    if (http_is_open(x))
        reason = HEDGEROW_REASON_TIMEOUT;
    else if (x->phase == HTTP_WHOLE)
        (void)hedgerow_check_judge(w->check, (uint16_t)x->status, http_body(x), http_body_len(x),
                                   &reason);
    MUST(hedgerow_monitor_handle_probe(w->monitor, now, (uint16_t)endpoint, probe->lease, reason,
                                       now - probe->started));
    http_stop(x);
}

void watch_turn(struct watch *w, uint64_t now, const struct pollfd *fds)
{
    size_t i;

    for (i = 0; i < w->count; i++) {
        struct watch_probe *probe = &w->probes[i];
        if (fds[i].revents != 0)
            http_advance(&probe->exchange);
        if (probe->exchange.phase != HTTP_IDLE &&
            (!http_is_open(&probe->exchange) || now >= probe->until))
            end_probe(w, now, i);
    }
    drain(w, now);
}
