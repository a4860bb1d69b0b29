-- The C library, and what every caller of it wants: a stop at a status that must
-- not be, names of reasons, a clock.
local ffi = require "ffi"
local declarations = require "hedgerow.declarations"

ffi.cdef(declarations.cdef)
ffi.cdef [[
typedef struct { long seconds, nanoseconds; } hedgerow_lua_time;
int hedgerow_lua_clock(int clock, hedgerow_lua_time *time) __asm__("clock_gettime");
]]

local C = ffi.load(declarations.library)
local CLOCK_MONOTONIC = 1

local _M = {
    C = C,
    NEVER = declarations.HEDGEROW_NEVER,
    NO_ENDPOINT = declarations.HEDGEROW_NO_ENDPOINT,
    NO_ATTEMPT = declarations.HEDGEROW_NO_ATTEMPT,
}

local text = ffi.new "hedgerow_str[1]"
local time = ffi.new "hedgerow_lua_time[1]"

function _M.must(status, message)
    status = tonumber(status)
    if status ~= 0 then
        local said = message and ffi.string(message)
        if not said or said == "" then
            C.hedgerow_status_message(status, text)
            said = ffi.string(text[0].data, text[0].len)
        end
        error("hedgerow: " .. said, 2)
    end
end

-- Microseconds of the clock that all of nginx's processes share.
function _M.now()
    ffi.C.hedgerow_lua_clock(CLOCK_MONOTONIC, time)
    return tonumber(time[0].seconds) * 1e6 + math.floor(tonumber(time[0].nanoseconds) / 1e3)
end

local names = {}

-- The stable name of a reason.
function _M.reason(number)
    local name = names[number]
    if not name then
        _M.must(C.hedgerow_reason_name(number, text))
        name = ffi.string(text[0].data, text[0].len)
        names[number] = name
    end
    return name
end

-- A new object of the library's, which is freed when Lua collects it.
function _M.made(kind, create, ...)
    local out = ffi.new(kind .. "*[1]")
    local arguments = { ... }
    arguments[select("#", ...) + 1] = out
    _M.must(C[create](unpack(arguments, 1, select("#", ...) + 1)))
    return ffi.gc(out[0], C[kind:match "%S+$" .. "_free"])
end

return _M
