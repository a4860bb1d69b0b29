/*
 * Faults that the sanitizers must find, or their silence about the other
 * programs would mean nothing. All but the leak happen inside the library, so a
 * build of it that is not instrumented is found out, too.
 */
#include <pthread.h>

#include "live.h"

/* Says that a text is longer than it is. */
static void overflow(void) {
    static const char url[] = "/assets/app.js";
    hedgerow_classification classification;
    char *copy = (char *)malloc(sizeof url);
    CHECK(copy != NULL);
    memcpy(copy, url, sizeof url);
    (void)hedgerow_classify(copy, sizeof url + 8, NULL, &classification);
    free(copy);
}

static void use_after_free(void) {
    hedgerow_budget *budget = live_budget();
    uint32_t left = 0;
    OK(hedgerow_budget_free(budget));
    (void)hedgerow_budget_hedges(budget, &left);
}

static void leak(void) {
    /* The stack may still say where the last one is, and so hide it. */
    for (int n = 0; n < 16; n++) {
        (void)live_budget();
    }
}

static void *spend(void *argument) {
    hedgerow_budget *budget = (hedgerow_budget *)argument;
    (void)hedgerow_budget_set_hedges(budget, 1000);
    return NULL;
}

/* Two threads change one object. */
static void race(void) {
    hedgerow_budget *budget = live_budget();
    pthread_t threads[2];
    for (int n = 0; n < 2; n++) {
        CHECK(pthread_create(&threads[n], NULL, spend, budget) == 0);
    }
    for (int n = 0; n < 2; n++) {
        CHECK(pthread_join(threads[n], NULL) == 0);
    }
    OK(hedgerow_budget_free(budget));
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*plant)(void);
    } faults[] = {{"overflow", overflow}, {"use-after-free", use_after_free}, {"leak", leak}, {"race", race}};
    for (size_t n = 0; argc > 1 && n < sizeof faults / sizeof *faults; n++) {
        if (strcmp(argv[1], faults[n].name) == 0) {
            faults[n].plant();
            return done();
        }
    }
    fprintf(stderr, "usage: planted overflow|use-after-free|leak|race\n");
    return 2;
}
