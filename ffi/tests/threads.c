/* Workers that read one snapshot while its pool goes on changing. */
#include <pthread.h>

#include "live.h"

enum { WORKERS = 4, PICKS = 2000, CHANGES = 200 };

struct worker {
    const hedgerow_snapshot *snapshot;
    uint64_t seed;
    unsigned long picked;
};

static void *work(void *argument) {
    struct worker *worker = (struct worker *)argument;
    hedgerow_picker *picker = NULL;
    if (hedgerow_picker_new(worker->seed, 0, &picker) != HEDGEROW_OK) {
        return NULL;
    }
    for (int n = 0; n < PICKS; n++) {
        hedgerow_pick pick;
        if (hedgerow_snapshot_draw(worker->snapshot, 1, picker, &pick) == HEDGEROW_OK && pick.endpoint < 3) {
            worker->picked++;
        }
    }
    hedgerow_picker_free(picker);
    hedgerow_snapshot_free(worker->snapshot);
    return NULL;
}

int main(void) {
    hedgerow_pool *pool = live_pool();
    const hedgerow_snapshot *snapshot = NULL;
    OK(hedgerow_pool_snapshot(pool, 0, &snapshot));
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    for (int n = 0; n < WORKERS; n++) {
        workers[n].seed = (uint64_t)n;
        workers[n].picked = 0;
        OK(hedgerow_snapshot_share(snapshot, &workers[n].snapshot));
        CHECK(pthread_create(&threads[n], NULL, work, &workers[n]) == 0);
    }
    /* The owner's share goes first; the workers' keep it alive. */
    OK(hedgerow_snapshot_free(snapshot));
    for (int n = 0; n < CHANGES; n++) {
        const hedgerow_snapshot *next = NULL;
        OK(hedgerow_pool_set_health(pool, (uint64_t)n, 0, n % 2 ? HEDGEROW_HEALTHY : HEDGEROW_FAILING));
        OK(hedgerow_pool_snapshot(pool, (uint64_t)n, &next));
        OK(hedgerow_snapshot_free(next));
    }
    for (int n = 0; n < WORKERS; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
        CHECK(workers[n].picked == PICKS);
    }
    OK(hedgerow_pool_free(pool));
    return done();
}
