/* A race of two endpoints, told by the caller's clock. */
#include "check.h"

#define MS 1000u

static hedgerow_race *race_of_two(uint64_t now) {
    hedgerow_candidate candidates[2];
    hedgerow_race *race = NULL;
    OK(hedgerow_candidate_init(&candidates[0], 0));
    OK(hedgerow_candidate_init(&candidates[1], 1));
    OK(hedgerow_race_new(NULL, candidates, 2, now, &race));
    return race;
}

/* Polls until an output of this kind comes; fails if the race waits instead. */
static hedgerow_race_output await(hedgerow_race *race, uint64_t now, uint32_t kind) {
    hedgerow_race_output output;
    for (;;) {
        OK(hedgerow_race_poll(race, now, NULL, &output));
        if (output.kind == kind) {
            return output;
        }
        CHECK(output.kind != HEDGEROW_RACE_WAIT && output.kind != HEDGEROW_RACE_DONE);
    }
}

static void a_failure_moves_on_at_once(void) {
    hedgerow_race *race = race_of_two(0);
    hedgerow_race_output first = await(race, 0, HEDGEROW_RACE_START);
    CHECK(first.attempt == 0 && first.endpoint == 0);
    CHECK(first.reason == HEDGEROW_REASON_FIRST_CHOICE);
    OK(hedgerow_race_handle_failure(race, 2 * MS, 0, HEDGEROW_REASON_NETWORK_ERROR));
    hedgerow_race_output second = await(race, 2 * MS, HEDGEROW_RACE_START);
    CHECK(second.endpoint == 1 && second.reason == HEDGEROW_REASON_FAILOVER);
    CHECK(second.after == first.attempt);
    OK(hedgerow_race_free(race));
}

static void silence_is_hedged_and_the_first_head_wins(void) {
    hedgerow_race *race = race_of_two(0);
    (void)await(race, 0, HEDGEROW_RACE_START);
    hedgerow_race_output wait = await(race, 0, HEDGEROW_RACE_WAIT);
    CHECK(wait.until == 250 * MS);
    hedgerow_race_output hedge = await(race, wait.until, HEDGEROW_RACE_START);
    CHECK(hedge.reason == HEDGEROW_REASON_HEDGE && hedge.endpoint == 1);

    OK(hedgerow_race_handle_head(race, 260 * MS, hedge.attempt));
    hedgerow_race_output commit = await(race, 260 * MS, HEDGEROW_RACE_COMMIT);
    CHECK(commit.attempt == hedge.attempt);
    uint16_t offered;
    uint32_t hedges;
    OK(hedgerow_race_state(race, &offered, &hedges));
    CHECK(offered == hedge.attempt && hedges == 1);
    OK(hedgerow_race_handle_commit(race, 261 * MS, hedge.attempt, 0));

    int cancelled = 0, failures = 0, successes = 0;
    hedgerow_race_output output;
    do {
        OK(hedgerow_race_poll(race, 261 * MS, NULL, &output));
        cancelled += output.kind == HEDGEROW_RACE_CANCEL && output.attempt == 0;
        failures += output.observation.kind == HEDGEROW_FAILURE && output.observation.endpoint == 0;
        successes += output.observation.kind == HEDGEROW_SUCCESS && output.observation.endpoint == 1;
    } while (output.kind != HEDGEROW_RACE_DONE);
    CHECK(output.attempt == hedge.attempt);
    CHECK(cancelled == 1 && failures == 1 && successes == 1);

    uint16_t winner, reason;
    OK(hedgerow_race_finish(race, &winner, &reason));
    CHECK(winner == hedge.attempt && reason == 0);
    size_t count;
    OK(hedgerow_race_attempt_count(race, &count));
    CHECK(count == 2);
    hedgerow_attempt attempt;
    OK(hedgerow_race_attempt(race, 0, &attempt));
    CHECK(attempt.ending == HEDGEROW_ENDING_LOST);
    OK(hedgerow_race_attempt(race, 1, &attempt));
    CHECK(attempt.ending == HEDGEROW_ENDING_WON && attempt.latency_us == 10 * MS);
    OK(hedgerow_race_free(race));
}

static void misuse_is_told_and_changes_nothing(void) {
    hedgerow_race *race = race_of_two(0);
    uint16_t winner = 7, reason = 7;
    CHECK(hedgerow_race_handle_head(race, 0, 9) == HEDGEROW_UNKNOWN);
    (void)await(race, 0, HEDGEROW_RACE_START);
    CHECK(hedgerow_race_handle_commit(race, 0, 0, 0) == HEDGEROW_UNEXPECTED);
    CHECK(hedgerow_race_finish(race, &winner, &reason) == HEDGEROW_UNEXPECTED);
    CHECK(winner == 7 && reason == 7);
    CHECK(hedgerow_race_handle_failure(race, 0, 0, 9999) == HEDGEROW_INVALID_ARGUMENT);
    OK(hedgerow_race_handle_cancel(race, 0, HEDGEROW_REASON_CANCELLED));
    hedgerow_race_output output = await(race, 0, HEDGEROW_RACE_DONE);
    CHECK(output.attempt == HEDGEROW_NO_ATTEMPT && output.reason == HEDGEROW_REASON_CANCELLED);
    OK(hedgerow_race_free(race));
}

static void more_than_there_may_be_are_refused(void) {
    const size_t most = HEDGEROW_MOST_ENDPOINTS;
    hedgerow_candidate *candidates = (hedgerow_candidate *)calloc(most + 1, sizeof *candidates);
    hedgerow_race *race = NULL;
    CHECK(candidates != NULL);
    CHECK(hedgerow_race_new(NULL, candidates, most + 1, 0, &race) == HEDGEROW_INVALID_ARGUMENT);
    OK(hedgerow_race_new(NULL, candidates, most, 0, &race));
    OK(hedgerow_race_free(race));
    free(candidates);

    hedgerow_endpoint *endpoints = (hedgerow_endpoint *)calloc(most + 1, sizeof *endpoints);
    size_t count = 0;
    CHECK(endpoints != NULL);
    CHECK(hedgerow_order(endpoints, most + 1, NULL, NULL, 0, 1, NULL, 0, &count) == HEDGEROW_INVALID_ARGUMENT);
    OK(hedgerow_order(endpoints, most, NULL, NULL, 0, 1, NULL, 0, &count));
    CHECK(count == most);
    free(endpoints);
}

static void a_spent_budget_refuses_the_hedge(void) {
    hedgerow_budget *budget = NULL;
    OK(hedgerow_budget_new(20, 10, &budget));
    OK(hedgerow_budget_set_hedges(budget, 999));
    hedgerow_race *race = race_of_two(0);
    (void)await(race, 0, HEDGEROW_RACE_START);
    hedgerow_race_output output;
    OK(hedgerow_race_poll(race, 250 * MS, budget, &output));
    CHECK(output.kind == HEDGEROW_RACE_REFUSED);
    CHECK(output.reason == HEDGEROW_REASON_HEDGE_BUDGET_EMPTY);
    OK(hedgerow_race_free(race));
    OK(hedgerow_budget_free(budget));
}

int main(void) {
    a_failure_moves_on_at_once();
    silence_is_hedged_and_the_first_head_wins();
    misuse_is_told_and_changes_nothing();
    more_than_there_may_be_are_refused();
    a_spent_budget_refuses_the_hedge();
    return done();
}
