/*
 * A live object of every opaque type and a valid array of every struct that
 * goes in, for the program that `cargo xtask test` writes to call every
 * function with everything that is wrong. A type that is missing here does not
 * compile there.
 */
#ifndef LIVE_H
#define LIVE_H

#include "check.h"

#define MAKE(type, call)                  \
    static inline hedgerow_##type *live_##type(void) { \
        hedgerow_##type *made = NULL;     \
        OK(call);                         \
        return made;                      \
    }

static inline const hedgerow_field *some_field(void) {
    static const hedgerow_field fields[] = {
        FIELD("Cache-Control", "max-age=60"),
        FIELD("ETag", "\"v1\""),
        FIELD("Cookie", "node=a"),
    };
    return fields;
}

static inline const hedgerow_str *some_str(void) {
    static const hedgerow_str texts[] = {{"a", 1}, {"cdn-cache-control", 17}, {NULL, 0}};
    return texts;
}

static inline const hedgerow_endpoint *some_endpoint(void) {
    static const hedgerow_endpoint endpoints[] = {
        {"a", 1, 0, 100, 1, 0, 0, 0},
        {"b", 1, 0, 50, 2, 0, 0, 0},
        {NULL, 0, 1, 100, 0, 0, 0, 0},
    };
    return endpoints;
}

static inline const hedgerow_candidate *some_candidate(void) {
    static const hedgerow_candidate candidates[] = {
        {0, {0, 0, 0}, 250000, 3000000},
        {1, {0, 0, 0}, 250000, 3000000},
        {2, {0, 0, 0}, HEDGEROW_NEVER, 3000000},
    };
    return candidates;
}

static inline const hedgerow_request *some_request(void) {
    static hedgerow_request requests[3];
    for (int n = 0; n < 3; n++) {
        hedgerow_request request = {"GET", 3, "https://a.example/x", 19, some_field(), 3};
        requests[n] = request;
    }
    return requests;
}

static inline const hedgerow_response *some_response(void) {
    static hedgerow_response responses[3];
    for (int n = 0; n < 3; n++) {
        hedgerow_response response = {some_field(), 3, 200, {0, 0, 0}};
        responses[n] = response;
    }
    return responses;
}

static inline const hedgerow_exchange *some_exchange(void) {
    static hedgerow_exchange exchanges[3];
    for (int n = 0; n < 3; n++) {
        hedgerow_exchange exchange = {"/app.js", 7, "GET", 3, some_field(), 3, some_field(), 3, 200, 1, 0};
        exchanges[n] = exchange;
    }
    return exchanges;
}

static inline const hedgerow_facts *some_facts(void) {
    static const hedgerow_facts facts[3] = {
        {"GET", 3, 0, 0, 1, 0, 0, {0, 0, 0}},
        {"POST", 4, 1, 0, 0, 0, 0, {0, 0, 0}},
        {"GET", 3, 0, 1, 0, 1, 1, {0, 0, 0}},
    };
    return facts;
}

static inline const hedgerow_observation *some_observation(void) {
    static const hedgerow_observation seen[3] = {
        {HEDGEROW_SUCCESS, 0, 0, 5000},
        {HEDGEROW_FAILURE, 1, HEDGEROW_REASON_NETWORK_ERROR, 0},
        {HEDGEROW_LATE, 2, 0, 5000},
    };
    return seen;
}

static inline const hedgerow_latency *some_latency(void) {
    static const hedgerow_latency latencies[3] = {{20, 5, 0}, {0, 0, 0}, {1, 1, 0}};
    return latencies;
}

static inline const hedgerow_residency *some_residency(void) {
    static const hedgerow_residency fences[3] = {{1, 1, 1}, {0, 0, 0}, {2, 1, 3}};
    return fences;
}

static inline const hedgerow_rule *some_rule(void) {
    static const hedgerow_rule rules[3] = {
        {"/a/*.js", 7, HEDGEROW_RULE_CLASS, HEDGEROW_CLASS_VERSIONED},
        {"/up", 3, HEDGEROW_RULE_HEALTH_CHECK, 0},
        {"/config.json", 12, HEDGEROW_RULE_CONFIGURATION, 0},
    };
    return rules;
}

static inline const hedgerow_decision *some_decision(void) {
    static const hedgerow_decision decisions[3] = {
        {HEDGEROW_ACTION_SERVE, HEDGEROW_REASON_FRESH, 0, 1, 59, 0, 0},
        {HEDGEROW_ACTION_FORWARD, HEDGEROW_REASON_MISS, 0, 0, 0, 0, 0},
        {HEDGEROW_ACTION_REVALIDATE, HEDGEROW_REASON_EXPIRED, 0, 90, -30, 0, 0},
    };
    return decisions;
}

static inline void write_nothing(void *user, uint32_t level, const char *line, size_t line_len) {
    (void)user;
    CHECK(level >= HEDGEROW_LOG_DEBUG && line != NULL && line_len > 0);
}

static inline const hedgerow_log *some_log(void) {
    static hedgerow_log log;
    log.write = write_nothing;
    log.level = HEDGEROW_LOG_DEBUG;
    return &log;
}

#define SETTINGS(type, init)                                  \
    static inline const hedgerow_##type *some_##type(void) {         \
        static hedgerow_##type settings;                      \
        OK(init);                                             \
        return &settings;                                     \
    }

SETTINGS(pool_settings, hedgerow_pool_settings_init(&settings, sizeof settings))
SETTINGS(monitor_settings, hedgerow_monitor_settings_init(&settings, sizeof settings))
SETTINGS(health_settings, hedgerow_health_settings_init(&settings, sizeof settings))
SETTINGS(race_settings, hedgerow_race_settings_init(&settings, sizeof settings, 0))
SETTINGS(cache_settings, hedgerow_cache_settings_init(&settings, sizeof settings, 1))

static inline const hedgerow_cache_status *some_cache_status(void) {
    static hedgerow_cache_status what;
    memset(&what, 0, sizeof what);
    what.size = sizeof what;
    return &what;
}

#define EDGE_JSON \
    "{\"version\": 1, \"edge\": {\"listen\": [{\"address\": \"127.0.0.1:8080\"}]," \
    " \"upstreams\": [{\"id\": \"origin\", \"endpoints\": [" \
    "{\"id\": \"a\", \"url\": \"http://127.0.0.1:1\"}," \
    "{\"id\": \"b\", \"url\": \"http://127.0.0.1:2\"}]," \
    " \"affinity\": {\"cookie\": \"node\"}, \"health\": {\"path\": \"/up\"}}]," \
    " \"routes\": [{\"upstream\": \"origin\"}]}}"

MAKE(affinity, hedgerow_affinity_new(HEDGEROW_STICKY_OWNER, &made))
MAKE(budget, hedgerow_budget_new(20, 10, &made))
MAKE(cache, hedgerow_cache_new(NULL, NULL, 0, &made))
MAKE(check, hedgerow_check_new(TEXT("/up"), 200, 299, TEXT("ok"), &made, NULL))
MAKE(delivery, hedgerow_delivery_new(TEXT("{}"), &made, NULL))
MAKE(edge, hedgerow_edge_new(TEXT(EDGE_JSON), &made, NULL))
MAKE(findings, hedgerow_audit(TEXT("{\"endpoints\": []}"), 0, NULL, &made, NULL))
MAKE(fetch, hedgerow_fetch_new(some_facts(), &made))
MAKE(health_table, hedgerow_health_table_new(3, NULL, 1, &made))
MAKE(lines, hedgerow_lines_new(&made))
MAKE(loads, hedgerow_loads_new(3, &made))
MAKE(monitor, hedgerow_monitor_new(3, NULL, 0, 1, &made, NULL))
MAKE(picker, hedgerow_picker_new(1, 0, &made))
MAKE(pool, hedgerow_pool_new(some_endpoint(), 3, NULL, NULL, &made, NULL))
MAKE(race, hedgerow_race_new(NULL, some_candidate(), 3, 0, &made))
MAKE(rules, hedgerow_rules_new(some_rule(), 3, &made, NULL))
MAKE(sites, hedgerow_sites_new(&made))

static inline hedgerow_resume *live_resume(void) {
    static const hedgerow_field head[] = {FIELD("ETag", "\"v1\""), FIELD("Content-Length", "9")};
    hedgerow_resume *made = NULL;
    OK(hedgerow_resume_new(TEXT("GET"), 200, head, 2, &made));
    return made;
}

static inline hedgerow_visitors *live_visitors(void) {
    hedgerow_edge *edge = live_edge();
    hedgerow_visitors *made = NULL;
    OK(hedgerow_edge_visitors(edge, &made));
    OK(hedgerow_edge_free(edge));
    return made;
}

static inline hedgerow_problems *live_problems(void) {
    hedgerow_problems *made = NULL;
    CHECK(hedgerow_config_check(HEDGEROW_DOCUMENT_PAGE, TEXT("{}"), &made) == HEDGEROW_INVALID_CONFIG);
    return made;
}

static inline const hedgerow_snapshot *live_snapshot(void) {
    hedgerow_pool *pool = live_pool();
    const hedgerow_snapshot *made = NULL;
    OK(hedgerow_pool_snapshot(pool, 0, &made));
    OK(hedgerow_pool_free(pool));
    return made;
}

static inline hedgerow_policy *live_policy(void) {
    hedgerow_cache *cache = live_cache();
    hedgerow_policy *made = NULL;
    uint16_t reason;
    OK(hedgerow_policy_store(cache, some_request(), some_response(), 1000, 1001, 9, &made, &reason));
    OK(hedgerow_cache_free(cache));
    return made;
}

#endif
