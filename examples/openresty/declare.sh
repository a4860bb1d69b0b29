#!/bin/sh
# Writes what the installed hedgerow.h declares as a Lua module, for LuaJIT's
# ffi.cdef: so the two can't differ. Usage: declare.sh > hedgerow/declarations.lua
set -e
include=$(pkg-config --variable=includedir hedgerow)
library=$(pkg-config --variable=libdir hedgerow)/libhedgerow.so
# LuaJIT knows C's integer types itself, and the system's headers are too much
# for it: empty ones stand in.
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
touch "$empty/stdint.h" "$empty/stddef.h"
preprocess() { cc -nostdinc -I "$empty" -E -P "$@" "$include/hedgerow.h"; }

echo "-- Written by declare.sh from hedgerow.h."
echo "return {"
echo "library = \"$(readlink -f "$library")\","
preprocess -dM | sed -nE 's/^#define (HEDGEROW_[A-Z_]+) ([0-9]+(ull)?)$/\1 = \2,/p'
echo "cdef = [==["
preprocess
echo "]==]}"
