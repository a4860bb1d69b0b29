/* Workers that pick from the newest snapshot while its pool goes on changing. */
#include <pthread.h>

#include "live.h"

enum { WORKERS = 4, TURNS = 40, PICKS = 50, CHANGES = 200 };

/* Where the pool's owner puts the newest snapshot. The lock is for the pointer:
 * what it points to needs none. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const hedgerow_snapshot *newest;

struct worker {
    uint64_t seed;
    unsigned long picked;
};

static const hedgerow_snapshot *take_newest(void) {
    const hedgerow_snapshot *taken = NULL;
    pthread_mutex_lock(&lock);
    hedgerow_status status = hedgerow_snapshot_share(newest, &taken);
    pthread_mutex_unlock(&lock);
    return status == HEDGEROW_OK ? taken : NULL;
}

static void *work(void *argument) {
    struct worker *worker = (struct worker *)argument;
    hedgerow_picker *picker = NULL;
    if (hedgerow_picker_new(worker->seed, 0, &picker) != HEDGEROW_OK) {
        return NULL;
    }
    for (int turn = 0; turn < TURNS; turn++) {
        const hedgerow_snapshot *snapshot = take_newest();
        for (int n = 0; n < PICKS; n++) {
            hedgerow_pick pick;
            if (hedgerow_snapshot_draw(snapshot, 1, picker, &pick) == HEDGEROW_OK && pick.endpoint < 3) {
                worker->picked++;
            }
        }
        hedgerow_snapshot_free(snapshot);
    }
    hedgerow_picker_free(picker);
    return NULL;
}

static void publish(hedgerow_pool *pool, uint64_t now) {
    const hedgerow_snapshot *next = NULL;
    OK(hedgerow_pool_snapshot(pool, now, &next));
    pthread_mutex_lock(&lock);
    const hedgerow_snapshot *before = newest;
    newest = next;
    pthread_mutex_unlock(&lock);
    /* The workers' own shares keep it alive as long as they pick from it. */
    OK(hedgerow_snapshot_free(before));
}

int main(void) {
    hedgerow_pool *pool = live_pool();
    publish(pool, 0);
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    for (int n = 0; n < WORKERS; n++) {
        workers[n].seed = (uint64_t)n;
        workers[n].picked = 0;
        CHECK(pthread_create(&threads[n], NULL, work, &workers[n]) == 0);
    }
    for (int n = 0; n < CHANGES; n++) {
        uint64_t now = (uint64_t)n;
        OK(hedgerow_pool_set_health(pool, now, 0, n % 2 ? HEDGEROW_HEALTHY : HEDGEROW_FAILING));
        OK(hedgerow_pool_set_weight(pool, 1, (uint16_t)(1 + n % 100)));
        publish(pool, now);
    }
    /* A snapshot outlives its pool. */
    OK(hedgerow_pool_free(pool));
    for (int n = 0; n < WORKERS; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
        CHECK(workers[n].picked == TURNS * PICKS);
    }
    OK(hedgerow_snapshot_free(newest));
    return done();
}
