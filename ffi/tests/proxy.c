/* A proxy's upstream: configured, picked from, watched, and left when it fails. */
#include "live.h"

#define MS 1000u

static void an_ejected_endpoint_is_left(void) {
    hedgerow_edge *edge = live_edge();
    size_t origin = 9;
    OK(hedgerow_edge_find_upstream(edge, TEXT("origin"), &origin));
    hedgerow_pool *pool = NULL;
    OK(hedgerow_edge_pool(edge, origin, &pool, NULL));
    hedgerow_monitor_settings settings;
    OK(hedgerow_edge_monitor_settings(edge, origin, &settings, sizeof settings));
    CHECK(settings.probing == 1);
    hedgerow_monitor *monitor = NULL;
    OK(hedgerow_monitor_new(2, &settings, 0, 7, &monitor, NULL));
    hedgerow_picker *picker = live_picker();

    const hedgerow_snapshot *snapshot = NULL;
    hedgerow_pick pick;
    OK(hedgerow_pool_snapshot(pool, 0, &snapshot));
    OK(hedgerow_snapshot_draw(snapshot, 0, picker, &pick));
    CHECK(pick.endpoint == 0 && pick.reason == HEDGEROW_REASON_FIRST_TIER);

    hedgerow_observation seen = {HEDGEROW_FAILURE, 0, HEDGEROW_REASON_NETWORK_ERROR, 0};
    for (int n = 0; n < 5; n++) {
        OK(hedgerow_monitor_observe(monitor, 10 * MS, &seen));
    }
    int changed = 0, ejected = 0;
    hedgerow_monitor_output told;
    do {
        OK(hedgerow_monitor_poll(monitor, 10 * MS, &told));
        ejected += told.kind == HEDGEROW_MONITOR_EJECTED && told.reason == HEDGEROW_REASON_CONSECUTIVE_FAILURES;
        if (told.kind == HEDGEROW_MONITOR_HEALTH_CHANGED) {
            OK(hedgerow_pool_set_health(pool, 10 * MS, told.endpoint, told.health));
            changed++;
        }
    } while (told.kind != HEDGEROW_MONITOR_WAIT);
    CHECK(ejected == 1 && changed == 1);

    const hedgerow_snapshot *next = NULL;
    OK(hedgerow_pool_snapshot(pool, 10 * MS, &next));
    OK(hedgerow_snapshot_draw(next, 0, picker, &pick));
    CHECK(pick.endpoint == 1);
    /* What workers still read has not changed under them. */
    OK(hedgerow_snapshot_draw(snapshot, 0, picker, &pick));
    CHECK(pick.endpoint == 0);
    uint16_t why = 0;
    OK(hedgerow_snapshot_exclusion(next, 0, 0, &why));
    CHECK(why == HEDGEROW_REASON_EJECTED);

    OK(hedgerow_snapshot_free(snapshot));
    OK(hedgerow_snapshot_free(next));
    OK(hedgerow_picker_free(picker));
    OK(hedgerow_monitor_free(monitor));
    OK(hedgerow_pool_free(pool));
    OK(hedgerow_edge_free(edge));
}

/* A worker that starts in the middle of an outage, with another clock and its
 * endpoints in another order. */
static void a_new_worker_knows_who_is_ejected(void) {
    const hedgerow_str before[] = {{"a", 1}, {"b", 1}}, after[] = {{"c", 1}, {"b", 1}, {"a", 1}};
    hedgerow_monitor *old = NULL, *young = NULL;
    OK(hedgerow_monitor_new(2, NULL, 0, 7, &old, NULL));
    OK(hedgerow_monitor_new(3, NULL, 0, 8, &young, NULL));
    hedgerow_observation seen = {HEDGEROW_FAILURE, 0, HEDGEROW_REASON_NETWORK_ERROR, 0};
    for (int n = 0; n < 5; n++) {
        OK(hedgerow_monitor_observe(old, 900000 * MS, &seen));
    }
    uint64_t until = 0;
    OK(hedgerow_monitor_ejected_until(old, 0, &until));

    size_t length = 0, again = 0;
    OK(hedgerow_monitor_export(old, 900100 * MS, before, 2, NULL, 0, &length));
    char *document = (char *)malloc(length);
    OK(hedgerow_monitor_export(old, 900100 * MS, before, 2, document, length, &again));
    CHECK(again == length);
    CHECK(hedgerow_monitor_export(old, 0, before, 1, document, length, &again) == HEDGEROW_INVALID_ARGUMENT);

    hedgerow_error error;
    CHECK(hedgerow_monitor_import(young, 0, 0, after, 3, document, length - 1, &error) == HEDGEROW_INVALID_CONFIG);
    CHECK(strstr(error.message, "cut short") != NULL);
    uint32_t health = 0;
    OK(hedgerow_monitor_health(young, 2, &health));
    CHECK(health == HEDGEROW_HEALTHY);

    OK(hedgerow_monitor_import(young, 7 * MS, 50 * MS, after, 3, document, length, &error));
    OK(hedgerow_monitor_health(young, 2, &health));
    CHECK(health == HEDGEROW_EJECTED);
    uint64_t there = 0;
    OK(hedgerow_monitor_ejected_until(young, 2, &there));
    CHECK(there - 7 * MS == until - 900150 * MS);

    free(document);
    OK(hedgerow_monitor_free(young));
    OK(hedgerow_monitor_free(old));
}

static void nobody_is_picked_outside_the_fence(void) {
    hedgerow_sites *sites = live_sites();
    OK(hedgerow_sites_set_fence(sites, 3, 1u << 2));
    hedgerow_pool *pool = NULL;
    OK(hedgerow_pool_new(some_endpoint(), 3, sites, NULL, &pool, NULL));
    const hedgerow_snapshot *snapshot = NULL;
    OK(hedgerow_pool_snapshot(pool, 0, &snapshot));
    hedgerow_pick pick = {7, 7};
    CHECK(hedgerow_snapshot_keyed(snapshot, 3, 1, &pick) == HEDGEROW_REFUSED);
    CHECK(pick.endpoint == HEDGEROW_NO_ENDPOINT);
    CHECK(pick.reason == HEDGEROW_REASON_OUTSIDE_RESIDENCY);
    OK(hedgerow_snapshot_keyed(snapshot, 1, 1, &pick));
    CHECK(pick.endpoint < 3);
    CHECK(hedgerow_snapshot_keyed(snapshot, 33, 1, &pick) == HEDGEROW_INVALID_ARGUMENT);
    OK(hedgerow_snapshot_free(snapshot));
    OK(hedgerow_pool_free(pool));
    OK(hedgerow_sites_free(sites));
}

static void a_session_stays_and_is_told_when_it_is_lost(void) {
    hedgerow_affinity *affinity = live_affinity();
    OK(hedgerow_affinity_add_cookie(affinity, TEXT("node")));
    OK(hedgerow_affinity_add_node(affinity, TEXT("a"), 0));
    const hedgerow_field cookie[] = {FIELD("cookie", "x=1; node=s.a")};
    uint32_t node = 9;
    uint16_t endpoint = 9;
    OK(hedgerow_affinity_node(affinity, cookie, 1, NULL, 0, &node, &endpoint));
    CHECK(node == HEDGEROW_NODE_OF && endpoint == 0);
    hedgerow_course course;
    OK(hedgerow_affinity_course(affinity, 0, &course));
    CHECK(course.kind == HEDGEROW_COURSE_STAY && !course.hedge && course.fail_over);
    OK(hedgerow_affinity_course(affinity, HEDGEROW_REASON_CONFIRMED_DOWN, &course));
    CHECK(course.kind == HEDGEROW_COURSE_LEAVE && course.session_lost);
    OK(hedgerow_affinity_free(affinity));
}

static void a_probe_is_judged(void) {
    hedgerow_check *check = live_check();
    uint16_t reason = 9;
    OK(hedgerow_check_judge(check, 204, TEXT("all ok"), &reason));
    CHECK(reason == 0);
    CHECK(hedgerow_check_judge(check, 503, TEXT("ok"), &reason) == HEDGEROW_REFUSED);
    CHECK(reason == HEDGEROW_REASON_HTTP_STATUS);
    OK(hedgerow_check_free(check));
}

int main(void) {
    an_ejected_endpoint_is_left();
    a_new_worker_knows_who_is_ejected();
    nobody_is_picked_outside_the_fence();
    a_session_stays_and_is_told_when_it_is_lost();
    a_probe_is_judged();
    return done();
}
