-- One probe over a connection of its own.
local C = require("hedgerow.library").C

local _M = {}

-- Gives 0 if the endpoint is well, else the reason why not.
function _M.ask(endpoint, health, timeout)
    local sock = ngx.socket.tcp()
    sock:settimeout(math.max(1, timeout * 1000))
    local function failed(err)
        sock:close()
        return err == "timeout" and C.HEDGEROW_REASON_TIMEOUT or C.HEDGEROW_REASON_NETWORK_ERROR
    end
    local ok, err = sock:connect(endpoint.host, endpoint.port)
    if not ok then
        return failed(err)
    end
    ok, err = sock:send("GET " .. health.path .. " HTTP/1.0\r\nHost: " .. endpoint.host
        .. "\r\nUser-Agent: hedgerow\r\nConnection: close\r\n\r\n")
    if not ok then
        return failed(err)
    end
    local line
    line, err = sock:receive "*l"
    if not line then
        return failed(err)
    end
    sock:close()
    local status = tonumber(line:match "^HTTP/1%.%d (%d%d%d)")
    if not status then
        return C.HEDGEROW_REASON_NETWORK_ERROR
    end
    local first, last = health.first_status or 200, health.last_status or 299
    return (status < first or status > last) and C.HEDGEROW_REASON_HTTP_STATUS or 0
end

return _M
