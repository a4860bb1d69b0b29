/* Threads with objects of their own, that read what any number of them may. */
#include <pthread.h>

#include "live.h"

enum { WORKERS = 4, TURNS = 50 };

/* What never changes once it is made, or is not changed meanwhile. */
static struct {
    hedgerow_edge *edge;
    hedgerow_visitors *visitors;
    hedgerow_rules *rules;
    hedgerow_check *check;
    hedgerow_problems *problems;
    hedgerow_cache *cache;
    hedgerow_policy *policy;
    hedgerow_delivery *delivery;
    hedgerow_affinity *affinity;
    const hedgerow_request *request;
    const hedgerow_exchange *exchange;
} shared;

/* CHECK counts without a lock, so threads count for themselves. */
struct worker {
    hedgerow_race *race;
    unsigned long logged, right;
    /* The line of the last check that failed. */
    int wrong;
};

#define EXPECT(condition) \
    do {                  \
        if (condition)    \
            worker->right++; \
        else              \
            worker->wrong = __LINE__; \
    } while (0)
#define FINE(call) EXPECT((call) == HEDGEROW_OK)

static void log_line(void *user, uint32_t level, const char *line, size_t line_len) {
    struct worker *worker = (struct worker *)user;
    uint64_t now = 0;
    EXPECT(level >= HEDGEROW_LOG_DEBUG && line != NULL && line_len > 0);
    /* Called from inside the poll. */
    EXPECT(hedgerow_race_handle_head(worker->race, now, 0) == HEDGEROW_BUSY);
    worker->logged++;
}

static void race(struct worker *worker) {
    hedgerow_budget *budget = NULL;
    hedgerow_log log = {log_line, worker, HEDGEROW_LOG_DEBUG, 0};
    hedgerow_race_output output;
    uint16_t winner = HEDGEROW_NO_ATTEMPT, reason = 0;
    FINE(hedgerow_budget_new(20, 10, &budget));
    FINE(hedgerow_race_new(NULL, some_candidate(), 3, 0, &worker->race));
    FINE(hedgerow_race_set_log(worker->race, &log));
    FINE(hedgerow_race_poll(worker->race, 0, budget, &output));
    EXPECT(output.kind == HEDGEROW_RACE_START);
    FINE(hedgerow_race_handle_failure(worker->race, 1, 0, HEDGEROW_REASON_NETWORK_ERROR));
    do {
        FINE(hedgerow_race_poll(worker->race, 2, budget, &output));
    } while (output.kind != HEDGEROW_RACE_WAIT && worker->wrong == 0);
    FINE(hedgerow_race_handle_head(worker->race, 3, 1));
    do {
        FINE(hedgerow_race_poll(worker->race, 4, budget, &output));
        if (output.kind == HEDGEROW_RACE_COMMIT) {
            FINE(hedgerow_race_handle_commit(worker->race, 4, output.attempt, 0));
        }
    } while (output.kind != HEDGEROW_RACE_DONE && worker->wrong == 0);
    FINE(hedgerow_race_finish(worker->race, &winner, &reason));
    EXPECT(winner == 1);
    FINE(hedgerow_race_free(worker->race));
    FINE(hedgerow_budget_free(budget));
}

static void watch(struct worker *worker, uint64_t turn) {
    hedgerow_monitor *monitor = NULL;
    hedgerow_monitor_output output;
    FINE(hedgerow_monitor_new(3, NULL, 0, (uint32_t)turn, &monitor, NULL));
    for (uint64_t n = 0; n < 6; n++) {
        FINE(hedgerow_monitor_observe(monitor, n, &some_observation()[1]));
    }
    do {
        FINE(hedgerow_monitor_poll(monitor, 6, &output));
    } while (output.kind != HEDGEROW_MONITOR_WAIT && worker->wrong == 0);
    FINE(hedgerow_monitor_free(monitor));
}

static void read_what_is_shared(struct worker *worker) {
    hedgerow_lines *lines = NULL;
    hedgerow_decision decision;
    hedgerow_answer answer;
    hedgerow_classification class_;
    hedgerow_upstream upstream;
    hedgerow_pool *pool = NULL;
    hedgerow_problem problem;
    hedgerow_field_reasons reasons;
    hedgerow_str path;
    uint32_t number, node;
    uint16_t reason, endpoint;
    FINE(hedgerow_lines_new(&lines));
    FINE(hedgerow_policy_decide(shared.policy, shared.cache, shared.request, 1010, &decision));
    FINE(hedgerow_policy_answer(shared.policy, shared.request, &decision, 9, some_field(), 3, &answer, lines));
    FINE(hedgerow_classify(TEXT("/assets/app-3f8a9c21.js"), shared.rules, &class_));
    FINE(hedgerow_edge_upstream(shared.edge, 0, &upstream));
    FINE(hedgerow_edge_pool(shared.edge, 0, &pool, NULL));
    FINE(hedgerow_visitors_region(shared.visitors, TEXT("192.0.2.1"), some_field(), 3, &number));
    FINE(hedgerow_check_request(shared.check, &path, &number));
    FINE(hedgerow_check_judge(shared.check, 200, TEXT("ok"), &reason));
    FINE(hedgerow_problems_get(shared.problems, 0, &problem));
    FINE(hedgerow_delivery_fields(shared.delivery, shared.exchange, HEDGEROW_FIELDS_ALL, lines, &reasons));
    FINE(hedgerow_affinity_node(shared.affinity, some_field(), 3, NULL, 0, &node, &endpoint));
    FINE(hedgerow_pool_free(pool));
    FINE(hedgerow_lines_free(lines));
}

static void read_names(struct worker *worker) {
    hedgerow_str text;
    uint16_t number;
    FINE(hedgerow_version(&text));
    FINE(hedgerow_status_name(HEDGEROW_BUSY, &text));
    FINE(hedgerow_status_message(HEDGEROW_BUSY, &text));
    FINE(hedgerow_reason_name(HEDGEROW_REASON_TIMEOUT, &text));
    FINE(hedgerow_reason_find(text.data, text.len, &number));
    EXPECT(number == HEDGEROW_REASON_TIMEOUT);
}

static void *work(void *argument) {
    struct worker *worker = (struct worker *)argument;
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        race(worker);
        watch(worker, turn);
        read_what_is_shared(worker);
        read_names(worker);
    }
    return NULL;
}

int main(void) {
    shared.edge = live_edge();
    shared.visitors = live_visitors();
    shared.rules = live_rules();
    shared.check = live_check();
    shared.problems = live_problems();
    shared.cache = live_cache();
    shared.policy = live_policy();
    shared.delivery = live_delivery();
    shared.affinity = live_affinity();
    shared.request = some_request();
    shared.exchange = some_exchange();
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    memset(workers, 0, sizeof workers);
    for (int n = 0; n < WORKERS; n++) {
        CHECK(pthread_create(&threads[n], NULL, work, &workers[n]) == 0);
    }
    for (int n = 0; n < WORKERS; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
        if (workers[n].wrong != 0) {
            fprintf(stderr, "%s:%d\n", __FILE__, workers[n].wrong);
        }
        CHECK(workers[n].wrong == 0 && workers[n].right > 0);
        CHECK(workers[n].logged >= TURNS);
        checks_made += workers[n].right;
    }
    OK(hedgerow_affinity_free(shared.affinity));
    OK(hedgerow_delivery_free(shared.delivery));
    OK(hedgerow_policy_free(shared.policy));
    OK(hedgerow_cache_free(shared.cache));
    OK(hedgerow_problems_free(shared.problems));
    OK(hedgerow_check_free(shared.check));
    OK(hedgerow_rules_free(shared.rules));
    OK(hedgerow_visitors_free(shared.visitors));
    OK(hedgerow_edge_free(shared.edge));
    return done();
}
