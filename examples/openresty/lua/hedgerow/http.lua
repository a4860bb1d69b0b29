-- One GET or HEAD over one of nginx's sockets for Lua, HTTP/1.1.
local _M = {}
_M.__index = _M

local KEPT_MS, KEPT = 30000, 32
local PIECE = 16 * 1024

-- Between two neighbours only (RFC 9110 §7.6.1).
local HOP_BY_HOP = {
    ["connection"] = true, ["keep-alive"] = true, ["proxy-connection"] = true, ["te"] = true,
    ["trailer"] = true, ["transfer-encoding"] = true, ["upgrade"] = true,
}
-- More than any server sends.
local MOST_FIELDS = 200

-- Whether the client's request has a body, or may have one.
function _M.has_body()
    local length = ngx.var.http_content_length
    return (length and length ~= "0") or ngx.var.http_transfer_encoding ~= nil
end

function _M.new(endpoint, seconds)
    return setmetatable({ endpoint = endpoint, timeout_ms = seconds * 1000 }, _M)
end

local function without_named(fields, line)
    for name in (line or ""):gmatch "[^%s,]+" do
        fields[name:lower()] = nil
    end
end

-- The head of the client's request, as it goes to every endpoint.
function _M.request_head(method)
    local lines = { method .. " " .. ngx.var.request_uri .. " HTTP/1.1" }
    local fields = {}
    for name, value in pairs(ngx.req.get_headers(0, true)) do
        fields[name:lower()] = { name, value }
    end
    without_named(fields, ngx.var.http_connection)
    for lower, field in pairs(fields) do
        local values = type(field[2]) == "table" and field[2] or { field[2] }
        local rewritten = lower == "x-forwarded-for" or lower == "content-length" or lower == "expect"
        if not HOP_BY_HOP[lower] and not rewritten then
            for _, value in ipairs(values) do
                lines[#lines + 1] = field[1] .. ": " .. tostring(value)
            end
        end
    end
    local before = ngx.var.http_x_forwarded_for
    lines[#lines + 1] = "X-Forwarded-For: " .. (before and before .. ", " or "") .. ngx.var.remote_addr
    lines[#lines + 1] = "\r\n"
    return table.concat(lines, "\r\n")
end

function _M:connect()
    self.sock = ngx.socket.tcp()
    self.sock:settimeout(self.timeout_ms)
    return self.sock:connect(self.endpoint.host, self.endpoint.port, { pool_size = KEPT })
end

-- Sends the request. Gives the status of the final response, or nil and why not.
function _M:ask(head)
    local status, err
    repeat
        local ok
        ok, err = self:connect()
        if not ok then
            return nil, err
        end
        -- The endpoint may have closed a kept connection meanwhile. That says
        -- nothing of it, so the next one is tried.
        local reused = self.sock:getreusedtimes() > 0
        ok, err = self.sock:send(head)
        if ok then
            status, err = self:read_head()
        end
    until status or not reused or err == "timeout"
    return status, err
end

function _M:read_head()
    local status
    repeat
        local line, err = self.sock:receive "*l"
        if not line then
            return nil, err
        end
        local minor
        minor, status = line:match "^HTTP/1%.(%d) (%d%d%d)"
        status = tonumber(status)
        if not status or status == 101 then
            return nil, "not HTTP/1"
        end
        self.keeps = minor == "1"
        err = self:read_fields()
        if err then
            return nil, err
        end
    until status >= 200
    self.status = status
    return status
end

function _M:read_fields()
    self.fields = {}
    for _ = 0, MOST_FIELDS do
        local line, err = self.sock:receive "*l"
        if not line then
            return err
        elseif line == "" then
            return nil
        end
        local name, value = line:match "^([^%s:]+):%s*(.-)%s*$"
        if not name then
            return "not HTTP/1"
        end
        local lower = name:lower()
        local field = self.fields[lower] or { name }
        field[#field + 1] = value
        self.fields[lower] = field
    end
    return "too many fields"
end

function _M:value(name)
    local field = self.fields[name]
    return field and table.concat(field, ", ", 2)
end

-- Answers the client. Gives whether the response was whole, and if not, whose
-- doing that was: "endpoint" or "client".
function _M:relay(method)
    local length, coding = self:value "content-length", self:value "transfer-encoding"
    local connection = self:value "connection"
    if connection and connection:lower():find("close", 1, true) then
        self.keeps = false
    end
    without_named(self.fields, connection)
    if coding then
        -- The coding says how long it is (RFC 9112 §6.3).
        self.fields["content-length"] = nil
    end
    ngx.status = self.status
    for lower, field in pairs(self.fields) do
        if not HOP_BY_HOP[lower] then
            ngx.header[field[1]] = #field == 2 and field[2] or { unpack(field, 2) }
        end
    end
    local whole, whose = true, nil
    if method == "HEAD" or self.status == 204 or self.status == 304 then
        ngx.send_headers()
    elseif coding then
        whole, whose = self:relay_chunks(coding)
    elseif length then
        whole, whose = self:relay_bytes(tonumber(length))
    else
        self.keeps = false
        whole, whose = self:relay_rest()
    end
    if whole and self.keeps then
        self.sock:setkeepalive(KEPT_MS, KEPT)
    else
        self:close()
    end
    return whole, whose
end

-- Passes a piece on; waits for the client, so that nothing piles up here.
local function pass(piece)
    return ngx.print(piece) and ngx.flush(true)
end

function _M:relay_bytes(left)
    if not left then
        return false, "endpoint"
    end
    while left > 0 do
        local piece = self.sock:receive(math.min(left, PIECE))
        if not piece then
            return false, "endpoint"
        elseif not pass(piece) then
            return false, "client"
        end
        left = left - #piece
    end
    return true
end

function _M:relay_chunks(coding)
    -- No other coding was asked for (RFC 9112 §7.4).
    if coding:lower() ~= "chunked" then
        return false, "endpoint"
    end
    while true do
        local line = self.sock:receive "*l"
        local digits = line and (line:match "^(%x+)%s*$" or line:match "^(%x+)%s*;")
        local size = digits and tonumber(digits, 16)
        if not size then
            return false, "endpoint"
        elseif size == 0 then
            -- Trailer fields are dropped (RFC 9112 §7.1.2).
            return not self:read_fields(), "endpoint"
        end
        local whole, whose = self:relay_bytes(size)
        if not whole then
            return false, whose
        elseif not self.sock:receive(2) then
            return false, "endpoint"
        end
    end
end

function _M:relay_rest()
    while true do
        local piece, err = self.sock:receiveany(PIECE)
        if not piece then
            return err == "closed", "endpoint"
        elseif not pass(piece) then
            return false, "client"
        end
    end
end

function _M:close()
    if self.sock then
        -- It fails only if it is closed already.
        self.sock:close()
    end
end

return _M
