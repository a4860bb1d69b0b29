#define _POSIX_C_SOURCE 200809L
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void engine_must(hedgerow_status status, const char *call, const char *file, int line)
{
    hedgerow_str message = {"unknown status", 14};

    if (status == HEDGEROW_OK)
        return;
    (void)hedgerow_status_message(status, &message);
    fprintf(stderr, "%s:%d: %s: %.*s\n", file, line, call, ENGINE_TEXT(message));
    abort();
}

hedgerow_str engine_reason(uint16_t reason)
{
    hedgerow_str name = {"unknown", 7};

    /* A newer library may give a reason that an older header does not have;
     * its name is there all the same. */
    (void)hedgerow_reason_name(reason, &name);
    return name;
}

uint64_t engine_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
