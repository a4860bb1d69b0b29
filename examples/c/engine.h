/* What every caller of the library wants: a stop at a status that must not be,
 * the names of reasons, and a clock. */
#ifndef ENGINE_H
#define ENGINE_H

#include <hedgerow.h>
#include <stdint.h>

/* None of this program's calls can fail but by a mistake in the program, so
 * the status, the place and the call are all there is to say. */
#define MUST(call) engine_must((call), #call, __FILE__, __LINE__)

void engine_must(hedgerow_status status, const char *call, const char *file, int line);

/* The stable name of a reason. The library's texts have a length and no NUL at
 * their end: print them with "%.*s", as ENGINE_TEXT does. */
hedgerow_str engine_reason(uint16_t reason);
#define ENGINE_TEXT(text) (int)(text).len, (text).data

/* Microseconds of the monotonic clock. The engine itself never looks at one. */
uint64_t engine_now(void);

#endif
