/*
 * The library as part of a plug-in: loaded at run time, used by threads, and
 * unloaded while they live. Usage: plugin LIBRARY
 */
/* For RTLD_DEFAULT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>

#include "check.h"

enum { TURNS = 20 };

static const char *library;

/* A symbol as a pointer to its function, which ISO C can't convert. */
#define FIND(handle, name)                                    \
    do {                                                      \
        void *found = dlsym(handle, "hedgerow_" #name);       \
        CHECK(found != NULL);                                 \
        memcpy(&name, &found, sizeof found);                  \
    } while (0)

/* Any use, and a text that lives as long as the library. */
static void use(void *handle) {
    hedgerow_status (*race_new)(const hedgerow_race_settings *, const hedgerow_candidate *, size_t, uint64_t,
                                hedgerow_race **);
    hedgerow_status (*race_poll)(hedgerow_race *, uint64_t, hedgerow_budget *, hedgerow_race_output *);
    hedgerow_status (*race_free)(hedgerow_race *);
    hedgerow_status (*edge_new)(const char *, size_t, hedgerow_edge **, hedgerow_error *);
    FIND(handle, race_new);
    FIND(handle, race_poll);
    FIND(handle, race_free);
    FIND(handle, edge_new);
    hedgerow_candidate candidate = {0, {0, 0, 0}, 250000, 3000000};
    hedgerow_race *race = NULL;
    hedgerow_race_output output;
    OK(race_new(NULL, &candidate, 1, 0, &race));
    OK(race_poll(race, 0, NULL, &output));
    CHECK(output.kind == HEDGEROW_RACE_START);
    OK(race_free(race));
    hedgerow_edge *edge = NULL;
    hedgerow_error error;
    CHECK(edge_new(TEXT("{"), &edge, &error) == HEDGEROW_INVALID_CONFIG && error.message[0] != '\0');
}

static int is_loaded(void) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
    return handle != NULL && dlclose(handle) == 0;
}

/* Two threads in turn, the main one unloads between them. */
static pthread_barrier_t barrier;

static void *work(void *unused) {
    (void)unused;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    CHECK(handle != NULL);
    use(handle);
    CHECK(dlclose(handle) == 0);
    pthread_barrier_wait(&barrier);
    /* Whatever the library left behind for the end of a thread, it is still safe. */
    return NULL;
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    library = argv[1];
    CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
    for (int turn = 0; turn < TURNS; turn++) {
        void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
        if (handle == NULL) {
            fprintf(stderr, "%s\n", dlerror());
        }
        CHECK(handle != NULL);
        /* Nothing of it is everybody's. */
        CHECK(dlsym(RTLD_DEFAULT, "hedgerow_version") == NULL);
        use(handle);
        CHECK(dlclose(handle) == 0);
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
        pthread_barrier_wait(&barrier);
        CHECK(pthread_join(thread, NULL) == 0);
        CHECK(!is_loaded());
    }
    return done();
}
