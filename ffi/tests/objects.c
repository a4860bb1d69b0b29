/* The contract itself: versions, errors, sizes, objects, logs, documents. */
#include "live.h"

static void the_library_is_the_headers(void) {
    uint32_t number = 0;
    hedgerow_str version;
    OK(hedgerow_version_number(&number));
    CHECK(number == HEDGEROW_VERSION_NUMBER);
    OK(hedgerow_version(&version));
    CHECK(is_text(version, HEDGEROW_VERSION));
    hedgerow_str name;
    OK(hedgerow_status_name(HEDGEROW_NULL_POINTER, &name));
    CHECK(is_text(name, "null_pointer"));
    CHECK(hedgerow_status_name(999, &name) == HEDGEROW_INVALID_ARGUMENT);
}

/* Programs print the message whatever the status is. */
static void an_error_is_written_whenever_a_call_fails(void) {
    hedgerow_edge *edge = NULL;
    hedgerow_error error;
    memset(&error, 'z', sizeof error);
    CHECK(hedgerow_edge_new("\xff", 1, &edge, &error) == HEDGEROW_INVALID_UTF8);
    CHECK(error.status == HEDGEROW_INVALID_UTF8 && error.code == 0 && error.index == SIZE_MAX);
    CHECK(strcmp(error.message, "a text is not UTF-8") == 0);
    memset(&error, 'z', sizeof error);
    CHECK(hedgerow_edge_new(NULL, 1, &edge, &error) == HEDGEROW_NULL_POINTER);
    CHECK(error.status == HEDGEROW_NULL_POINTER && strlen(error.message) > 0);

    hedgerow_rule rule = {"/a.js", 5, 99, 0};
    hedgerow_rules *rules = NULL;
    CHECK(hedgerow_rules_new(&rule, 1, &rules, &error) == HEDGEROW_INVALID_ARGUMENT);
    CHECK(error.status == HEDGEROW_INVALID_ARGUMENT && rules == NULL);
    rule.list = HEDGEROW_RULE_HEALTH_CHECK;
    memset(&error, 'z', sizeof error);
    OK(hedgerow_rules_new(&rule, 1, &rules, &error));
    CHECK(error.message[0] == 'z');
    OK(hedgerow_rules_free(rules));
}

static void an_error_says_what_is_wrong_and_where(void) {
    hedgerow_rule rules[] = {
        {TEXT("/a"), HEDGEROW_RULE_CLASS, HEDGEROW_CLASS_OTHER},
        {TEXT("/{"), HEDGEROW_RULE_CLASS, HEDGEROW_CLASS_OTHER},
    };
    hedgerow_rules *compiled = NULL;
    hedgerow_error error;
    CHECK(hedgerow_rules_new(rules, 2, &compiled, &error) == HEDGEROW_INVALID_CONFIG);
    CHECK(compiled == NULL && error.status == HEDGEROW_INVALID_CONFIG && error.index == 1);
    CHECK(strlen(error.message) > 0 && strlen(error.message) < sizeof error.message);

    hedgerow_problems *problems = NULL;
    hedgerow_problem problem;
    size_t count = 0;
    CHECK(hedgerow_config_check(HEDGEROW_DOCUMENT_EDGE, TEXT("[1"), &problems) == HEDGEROW_INVALID_CONFIG);
    OK(hedgerow_problems_count(problems, &count));
    CHECK(count == 1);
    OK(hedgerow_problems_get(problems, 0, &problem));
    CHECK(problem.code == HEDGEROW_PROBLEM_SYNTAX && problem.severity == HEDGEROW_PROBLEM_ERROR);
    OK(hedgerow_problems_free(problems));
}

static void settings_may_be_older_or_newer(void) {
    struct {
        hedgerow_pool_settings known;
        uint64_t news;
    } newer;
    memset(&newer, 0xff, sizeof newer);
    OK(hedgerow_pool_settings_init(&newer.known, sizeof newer));
    CHECK(newer.known.size == sizeof newer && newer.news == 0);
    hedgerow_pool *pool = NULL;
    OK(hedgerow_pool_new(some_endpoint(), 3, NULL, &newer.known, &pool, NULL));
    OK(hedgerow_pool_free(pool));
    newer.news = 1;
    CHECK(hedgerow_pool_new(some_endpoint(), 3, NULL, &newer.known, &pool, NULL) == HEDGEROW_BAD_SIZE);
    newer.known.size = 4;
    CHECK(hedgerow_pool_new(some_endpoint(), 3, NULL, &newer.known, &pool, NULL) == HEDGEROW_BAD_SIZE);
}

struct seen {
    hedgerow_race *race;
    unsigned lines;
    char first[64];
};

static void write_line(void *user, uint32_t level, const char *line, size_t line_len) {
    struct seen *seen = (struct seen *)user;
    CHECK(level >= HEDGEROW_LOG_DEBUG && level <= HEDGEROW_LOG_WARNING);
    if (seen->lines++ == 0) {
        CHECK(line_len < sizeof seen->first);
        memcpy(seen->first, line, line_len);
    }
    /* The race is in the middle of a call. */
    CHECK(hedgerow_race_handle_head(seen->race, 0, 0) == HEDGEROW_BUSY);
    CHECK(hedgerow_race_free(seen->race) == HEDGEROW_BUSY);
}

static void a_log_is_told_and_cannot_enter_the_object(void) {
    struct seen seen;
    memset(&seen, 0, sizeof seen);
    seen.race = live_race();
    hedgerow_log log = {write_line, &seen, HEDGEROW_LOG_DEBUG, 0};
    hedgerow_race_output output;
    OK(hedgerow_race_set_log(seen.race, &log));
    OK(hedgerow_race_poll(seen.race, 0, NULL, &output));
    CHECK(seen.lines == 1);
    CHECK(strcmp(seen.first, "race: start attempt=0 endpoint=0 reason=first_choice") == 0);
    log.level = HEDGEROW_LOG_WARNING;
    OK(hedgerow_race_set_log(seen.race, &log));
    OK(hedgerow_race_handle_failure(seen.race, 1, 0, HEDGEROW_REASON_TIMEOUT));
    OK(hedgerow_race_poll(seen.race, 1, NULL, &output));
    CHECK(seen.lines == 1);
    OK(hedgerow_race_free(seen.race));
}

static void an_object_of_another_type_is_told(void) {
    hedgerow_race *race = live_race();
    void *pointer = race;
    size_t count = 7;
    CHECK(hedgerow_pool_count((hedgerow_pool *)pointer, &count) == HEDGEROW_BAD_HANDLE);
    CHECK(hedgerow_pool_free((hedgerow_pool *)pointer) == HEDGEROW_BAD_HANDLE);
    CHECK(count == 7);
    OK(hedgerow_race_free(race));
    OK(hedgerow_race_free(NULL));
}

static void an_audit_gives_findings_as_json(void) {
    static const char *seen =
        "{\"endpoints\": [{\"name\": \"a\", \"url\": \"http://a.example\", \"visits\": [{"
        "\"path\": \"/app.js\", \"url\": \"http://a.example/app.js\", \"exchanges\": [{"
        "\"probe\": \"get\", \"outcome\": {\"response\": {\"status\": 500, \"fields\": []}}}]}]}]}";
    hedgerow_findings *findings = NULL;
    hedgerow_finding finding;
    hedgerow_str json;
    size_t count = 0;
    OK(hedgerow_audit(TEXT(seen), 1800000000, NULL, &findings, NULL));
    OK(hedgerow_findings_count(findings, &count));
    CHECK(count > 0);
    OK(hedgerow_findings_get(findings, 0, &finding));
    CHECK(finding.name.len > 0 && finding.remedy.len > 0);
    OK(hedgerow_findings_json(findings, &json));
    CHECK(json.len > 0 && json.data[0] == '{');
    OK(hedgerow_findings_free(findings));

    hedgerow_error error;
    CHECK(hedgerow_audit(TEXT("{\"endpoints\": 1}"), 0, NULL, &findings, &error) == HEDGEROW_INVALID_CONFIG);
    CHECK(strlen(error.message) > 0);
}

int main(void) {
    the_library_is_the_headers();
    an_error_says_what_is_wrong_and_where();
    an_error_is_written_whenever_a_call_fails();
    settings_may_be_older_or_newer();
    a_log_is_told_and_cannot_enter_the_object();
    an_object_of_another_type_is_told();
    an_audit_gives_findings_as_json();
    return done();
}
