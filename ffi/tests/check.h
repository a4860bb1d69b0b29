/* What the test programs share: a check that can fail, and texts as arguments. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hedgerow.h"

/* Every program prints at its end how many checks it made. */
static unsigned long checks_made;

#define CHECK(condition)                                                        \
    do {                                                                        \
        checks_made++;                                                          \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

#define OK(call) CHECK((call) == HEDGEROW_OK)

/* A text as the two arguments that functions take. */
#define TEXT(text) (text), strlen(text)

/* A field line of a message. */
#define FIELD(name, value) {(name), sizeof(name) - 1, (value), sizeof(value) - 1}

static inline int is_text(hedgerow_str found, const char *wanted) {
    return found.len == strlen(wanted) && memcmp(found.data, wanted, found.len) == 0;
}

static inline int done(void) {
    printf("%lu checks\n", checks_made);
    return checks_made > 0 ? 0 : 1;
}

#endif
