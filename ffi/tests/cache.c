/* A response's life in a store: kept, served, asked about, freshened, refused. */
#include "live.h"

static const char *value_of(hedgerow_lines *lines, const char *name, size_t *length) {
    const hedgerow_field *fields = NULL;
    size_t count = 0;
    OK(hedgerow_lines_get(lines, &fields, &count));
    for (size_t n = 0; n < count; n++) {
        if (fields[n].name_len == strlen(name) && memcmp(fields[n].name, name, fields[n].name_len) == 0) {
            *length = fields[n].value_len;
            return fields[n].value;
        }
    }
    return NULL;
}

static int has(hedgerow_lines *lines, const char *name, const char *value) {
    size_t length = 0;
    const char *found = value_of(lines, name, &length);
    return found != NULL && length == strlen(value) && memcmp(found, value, length) == 0;
}

static void a_response_is_stored_served_and_freshened(void) {
    hedgerow_cache *cache = live_cache();
    hedgerow_policy *policy = live_policy(), *fresh = NULL;
    hedgerow_request plain = {"GET", 3, NULL, 0, NULL, 0};
    hedgerow_lines *lines = live_lines();
    hedgerow_decision decision;
    hedgerow_answer answer;

    OK(hedgerow_policy_decide(policy, cache, &plain, 1031, &decision));
    CHECK(decision.action == HEDGEROW_ACTION_SERVE && decision.reason == HEDGEROW_REASON_FRESH);
    CHECK(decision.age >= 30 && decision.ttl <= 30 && decision.stale == 0);
    OK(hedgerow_policy_answer(policy, &plain, &decision, 9, some_field(), 2, &answer, lines));
    CHECK(answer.status == 200 && answer.has_body && answer.last == HEDGEROW_NEVER);
    CHECK(has(lines, "age", "31") || has(lines, "age", "30"));

    OK(hedgerow_policy_decide(policy, cache, &plain, 2000, &decision));
    CHECK(decision.action == HEDGEROW_ACTION_REVALIDATE && decision.reason == HEDGEROW_REASON_EXPIRED);
    OK(hedgerow_policy_validation(policy, lines));
    CHECK(has(lines, "if-none-match", "\"v1\""));

    const hedgerow_field head[] = {FIELD("etag", "\"v1\""), FIELD("cache-control", "max-age=90")};
    hedgerow_response current = {head, 2, 304, {0, 0, 0}};
    uint16_t reason = 9;
    OK(hedgerow_policy_freshen(policy, cache, &plain, some_field(), 2, &current, 2000, 2000, &fresh, lines, &reason));
    CHECK(reason == 0 && has(lines, "cache-control", "max-age=90"));
    OK(hedgerow_policy_decide(fresh, cache, &plain, 2080, &decision));
    CHECK(decision.action == HEDGEROW_ACTION_SERVE);
    hedgerow_policy_facts facts;
    OK(hedgerow_policy_describe(fresh, 2080, &facts));
    CHECK(is_text(facts.etag, "\"v1\"") && facts.freshness_lifetime == 90 && facts.fresh);

    const hedgerow_policy *list[] = {policy, fresh};
    size_t index = 9;
    OK(hedgerow_select(cache, list, 2, &plain, 2080, &index, &decision));
    CHECK(index == 1);
    unsigned char removed[1] = {9};
    OK(hedgerow_policy_put(list, 1, fresh, 2080, removed));
    CHECK(removed[0] == 1);

    OK(hedgerow_policy_free(fresh));
    OK(hedgerow_policy_free(policy));
    OK(hedgerow_lines_free(lines));
    OK(hedgerow_cache_free(cache));
}

/* A list may be filled from its own lines, also where the new ones are longer
 * and come in another order. */
static void a_list_is_freshened_in_place(void) {
    hedgerow_cache *cache = live_cache();
    hedgerow_lines *lines = live_lines();
    const hedgerow_field first[] = {FIELD("cache-control", "max-age=60"), FIELD("etag", "\"v1\""),
                                    FIELD("x-last", "the-last-of-the-stored-lines")};
    hedgerow_response whole = {first, 3, 200, {0, 0, 0}};
    hedgerow_policy *policy = NULL, *fresh = NULL;
    uint16_t reason = 9;
    OK(hedgerow_policy_store(cache, some_request(), &whole, 1000, 1000, 9, &policy, &reason));
    OK(hedgerow_policy_stored_lines(policy, first, 3, lines));

    char long_value[4096];
    memset(long_value, 'n', sizeof long_value);
    const hedgerow_field next[] = {FIELD("etag", "\"v1\""), {"x-new", 5, long_value, sizeof long_value},
                                   FIELD("cache-control", "max-age=90, stale-if-error=60")};
    hedgerow_response current = {next, 3, 304, {0, 0, 0}};
    const hedgerow_field *stored = NULL;
    size_t count = 0;
    OK(hedgerow_lines_get(lines, &stored, &count));
    OK(hedgerow_policy_freshen(policy, cache, some_request(), stored, count, &current, 2000, 2000, &fresh, lines, &reason));
    CHECK(has(lines, "x-last", "the-last-of-the-stored-lines") && has(lines, "etag", "\"v1\""));
    CHECK(has(lines, "cache-control", "max-age=90, stale-if-error=60"));

    /* Each line moves to another place of the buffer that it is read from. */
    OK(hedgerow_lines_get(lines, &stored, &count));
    hedgerow_field turned[8];
    CHECK(count <= 8);
    for (size_t n = 0; n < count; n++)
        turned[n] = stored[count - 1 - n];
    OK(hedgerow_policy_stored_lines(fresh, turned, count, lines));
    CHECK(has(lines, "x-last", "the-last-of-the-stored-lines") && has(lines, "etag", "\"v1\""));
    CHECK(has(lines, "cache-control", "max-age=90, stale-if-error=60"));

    OK(hedgerow_policy_free(fresh));
    OK(hedgerow_policy_free(policy));
    OK(hedgerow_lines_free(lines));
    OK(hedgerow_cache_free(cache));
}

static void what_may_not_be_stored_is_refused_with_its_reason(void) {
    hedgerow_cache *cache = live_cache();
    const hedgerow_field head[] = {FIELD("cache-control", "private, max-age=60")};
    hedgerow_response response = {head, 1, 200, {0, 0, 0}};
    hedgerow_policy *policy = NULL;
    uint16_t reason = 0;
    CHECK(hedgerow_policy_store(cache, some_request(), &response, 0, 0, HEDGEROW_NEVER, &policy, &reason) == HEDGEROW_REFUSED);
    CHECK(policy == NULL && reason == HEDGEROW_REASON_PRIVATE);
    hedgerow_str name;
    OK(hedgerow_reason_name(reason, &name));
    CHECK(is_text(name, "private"));
    OK(hedgerow_cache_free(cache));
}

static void delivery_says_what_a_response_must_say(void) {
    hedgerow_delivery *delivery = live_delivery();
    hedgerow_lines *lines = live_lines();
    hedgerow_exchange exchange = {TEXT("/static/app.3f2a9c1d.js"), "GET", 3, NULL, 0, NULL, 0, 200, 1, 0};
    hedgerow_field_reasons reasons;
    OK(hedgerow_delivery_fields(delivery, &exchange, HEDGEROW_FIELDS_SHARED, lines, &reasons));
    CHECK(has(lines, "cache-control", "public, max-age=31536000, immutable"));
    CHECK(reasons.caching == HEDGEROW_REASON_CLASS_POLICY && reasons.cors == 0);
    OK(hedgerow_lines_free(lines));
    OK(hedgerow_delivery_free(delivery));
}

static void an_unsafe_request_invalidates(void) {
    hedgerow_lines *uris = live_lines();
    hedgerow_request request = {"PUT", 3, TEXT("https://a.example/x"), NULL, 0};
    const hedgerow_field head[] = {FIELD("location", "/y")};
    hedgerow_response response = {head, 1, 201, {0, 0, 0}};
    OK(hedgerow_invalidation(&request, &response, uris));
    const hedgerow_field *fields = NULL;
    size_t count = 0;
    OK(hedgerow_lines_get(uris, &fields, &count));
    CHECK(count == 2);
    OK(hedgerow_lines_free(uris));
}

static void a_fetch_asks_the_store_then_the_endpoints(void) {
    hedgerow_fetch *fetch = live_fetch();
    hedgerow_fetch_output output;
    hedgerow_decision miss;
    OK(hedgerow_fetch_poll(fetch, 0, NULL, &output));
    CHECK(output.kind == HEDGEROW_FETCH_LOOKUP);
    CHECK(hedgerow_fetch_handle_joined(fetch, 0, HEDGEROW_ROLE_LEADER) == HEDGEROW_UNEXPECTED);
    OK(hedgerow_decide_miss(some_request(), &miss));
    OK(hedgerow_fetch_handle_lookup(fetch, 0, &miss));
    OK(hedgerow_fetch_poll(fetch, 0, NULL, &output));
    CHECK(output.kind == HEDGEROW_FETCH_JOIN);
    OK(hedgerow_fetch_handle_joined(fetch, 0, HEDGEROW_ROLE_LEADER));
    OK(hedgerow_fetch_poll(fetch, 0, NULL, &output));
    CHECK(output.kind == HEDGEROW_FETCH_SELECT);
    OK(hedgerow_fetch_handle_candidates(fetch, 0, NULL, some_candidate(), 2, 0));
    OK(hedgerow_fetch_poll(fetch, 0, NULL, &output));
    CHECK(output.kind == HEDGEROW_FETCH_START && output.endpoint == 0);
    OK(hedgerow_fetch_handle_head(fetch, 5, output.attempt, 503, HEDGEROW_NEVER));
    do {
        OK(hedgerow_fetch_poll(fetch, 5, NULL, &output));
    } while (output.kind != HEDGEROW_FETCH_START);
    CHECK(output.endpoint == 1 && output.reason == HEDGEROW_REASON_FAILOVER);
    OK(hedgerow_fetch_handle_head(fetch, 9, output.attempt, 200, HEDGEROW_NEVER));
    do {
        OK(hedgerow_fetch_poll(fetch, 9, NULL, &output));
    } while (output.kind < HEDGEROW_FETCH_ANSWER_STORED);
    CHECK(output.kind == HEDGEROW_FETCH_ANSWER_RELAY && output.attempt == 1);
    OK(hedgerow_fetch_free(fetch));
}

int main(void) {
    a_response_is_stored_served_and_freshened();
    a_list_is_freshened_in_place();
    what_may_not_be_stored_is_refused_with_its_reason();
    delivery_says_what_a_response_must_say();
    an_unsafe_request_invalidates();
    a_fetch_asks_the_store_then_the_endpoints();
    return done();
}
