/* A child goes on with its copies of everything, as the contract's rule says. */
#include <pthread.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

enum { PICKS = 100 };

struct world {
    hedgerow_pool *pool;
    const hedgerow_snapshot *snapshot;
    hedgerow_picker *picker;
    hedgerow_monitor *monitor;
    hedgerow_race *race;
    hedgerow_budget *budget;
    hedgerow_lines *lines;
};

static void make(struct world *world) {
    world->pool = live_pool();
    world->snapshot = NULL;
    OK(hedgerow_pool_snapshot(world->pool, 0, &world->snapshot));
    world->picker = live_picker();
    world->monitor = live_monitor();
    world->race = live_race();
    world->budget = live_budget();
    world->lines = live_lines();
}

static void draw(const struct world *world, hedgerow_picker *picker, uint16_t *picked) {
    for (int n = 0; n < PICKS; n++) {
        hedgerow_pick pick;
        OK(hedgerow_snapshot_draw(world->snapshot, 0, picker, &pick));
        picked[n] = pick.endpoint;
    }
}

static void go_on(struct world *world) {
    hedgerow_race_output output;
    hedgerow_monitor_output said;
    const hedgerow_snapshot *next = NULL;
    OK(hedgerow_race_poll(world->race, 0, world->budget, &output));
    CHECK(output.kind == HEDGEROW_RACE_START && output.endpoint == 0);
    OK(hedgerow_race_handle_failure(world->race, 1, 0, HEDGEROW_REASON_NETWORK_ERROR));
    OK(hedgerow_monitor_observe(world->monitor, 1, some_observation()));
    OK(hedgerow_monitor_poll(world->monitor, 1, &said));
    OK(hedgerow_pool_set_health(world->pool, 1, 0, HEDGEROW_FAILING));
    OK(hedgerow_pool_snapshot(world->pool, 1, &next));
    OK(hedgerow_snapshot_free(next));
}

static void end(struct world *world) {
    OK(hedgerow_lines_free(world->lines));
    OK(hedgerow_budget_free(world->budget));
    OK(hedgerow_race_free(world->race));
    OK(hedgerow_monitor_free(world->monitor));
    OK(hedgerow_picker_free(world->picker));
    OK(hedgerow_snapshot_free(world->snapshot));
    OK(hedgerow_pool_free(world->pool));
}

/* A thread that is there, but not inside the library, when the process forks. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *wait_outside(void *argument) {
    hedgerow_str version;
    *(hedgerow_status *)argument = hedgerow_version(&version);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    struct world world;
    make(&world);
    hedgerow_status waited = HEDGEROW_PANIC;
    pthread_t thread;
    pthread_mutex_lock(&lock);
    CHECK(pthread_create(&thread, NULL, wait_outside, &waited) == 0);

    int ends[2];
    uint16_t here[PICKS], there[PICKS];
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        draw(&world, world.picker, there);
        CHECK(write(ends[1], there, sizeof there) == (ssize_t)sizeof there);
        go_on(&world);
        end(&world);
        /* What the parent buffers is the parent's. */
        _exit(0);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(read(ends[0], there, sizeof there) == (ssize_t)sizeof there);
    pthread_mutex_unlock(&lock);
    CHECK(pthread_join(thread, NULL) == 0 && waited == HEDGEROW_OK);

    /* Both draw the same, unless one has a picker of another seed. */
    draw(&world, world.picker, here);
    CHECK(memcmp(here, there, sizeof here) == 0);
    hedgerow_picker *other = NULL;
    OK(hedgerow_picker_new(2, 0, &other));
    draw(&world, other, here);
    CHECK(memcmp(here, there, sizeof here) != 0);
    OK(hedgerow_picker_free(other));
    go_on(&world);
    end(&world);
    return done();
}
