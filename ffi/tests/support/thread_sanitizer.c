/*
 * LLVM hands copies to the runtime under names of their own; that of gcc 12 does
 * not know them yet, but watches the functions of the C library.
 */
#include <string.h>

void *__tsan_memcpy(void *to, const void *from, size_t length);
void *__tsan_memmove(void *to, const void *from, size_t length);
void *__tsan_memset(void *to, int byte, size_t length);

void *__tsan_memcpy(void *to, const void *from, size_t length) { return memcpy(to, from, length); }

void *__tsan_memmove(void *to, const void *from, size_t length) { return memmove(to, from, length); }

void *__tsan_memset(void *to, int byte, size_t length) { return memset(to, byte, length); }
