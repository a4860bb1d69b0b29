-- Carries a race out over nginx's sockets for Lua, each attempt a light thread:
-- so a second endpoint can be asked beside a silent first. For GET and HEAD.
local library = require "hedgerow.library"
local http = require "hedgerow.http"
local semaphore = require "ngx.semaphore"
local Request = require "hedgerow.request"

local C, must, now = library.C, library.must, library.now

local _M = {}
_M.__index = _M

local FAILED = { [502] = true, [503] = true, [504] = true }

function _M:start(attempt, endpoint)
    local exchange = http.new(self.cluster.endpoints[endpoint + 1], self.cluster.total_s)
    local began = now()
    self.exchanges[attempt] = exchange
    self.threads[attempt] = ngx.thread.spawn(function()
        local status, err = exchange:ask(self.outgoing)
        if not self.request.race then
            return
        end
        local race, at = self.request.race, now()
        if not status then
            local reason = err == "timeout" and C.HEDGEROW_REASON_TIMEOUT or C.HEDGEROW_REASON_NETWORK_ERROR
            must(C.hedgerow_race_handle_failure(race, at, attempt, reason))
        elseif FAILED[status] then
            self.outage = status
            must(C.hedgerow_race_handle_failure(race, at, attempt, C.HEDGEROW_REASON_HTTP_STATUS))
        else
            self.cluster.shared:answered(endpoint, at, at - began)
            must(C.hedgerow_race_handle_head(race, at, attempt))
        end
        self.news:post()
    end)
end

function _M:cancel(attempt)
    ngx.thread.kill(self.threads[attempt])
    self.exchanges[attempt]:close()
end

-- An endpoint is no longer healthy: whoever waits for it goes on.
function _M:ejected(endpoint)
    must(C.hedgerow_race_handle_ejected(self.request.race, now(), endpoint))
    self.news:post()
end

local function fail(self, status)
    self.request:close()
    return ngx.exit(status)
end

-- For content_by_lua. What is neither GET nor HEAD, has a body or wants another
-- protocol goes to the location `otherwise`.
function _M.serve(cluster, otherwise)
    local method = ngx.req.get_method()
    if (method ~= "GET" and method ~= "HEAD") or ngx.var.http_upgrade or http.has_body() then
        return ngx.exec(otherwise)
    end
    cluster:sync()
    local request = Request.new(cluster, true)
    local self = setmetatable({
        cluster = cluster,
        request = request,
        outgoing = http.request_head(method),
        exchanges = {},
        threads = {},
        news = semaphore.new(),
        settled = true,
    }, _M)
    ngx.ctx.hedgerow = self
    if request.refused then
        return fail(self, 503)
    end
    cluster.pending[self] = true
    local wake, winner, reason = request:drain(self)
    while wake do
        self.news:wait(math.max(0, (wake - now()) / 1e6))
        wake, winner, reason = request:drain(self)
    end
    cluster.pending[self] = nil
    if not winner then
        local late = reason == C.HEDGEROW_REASON_TOTAL_DEADLINE
        return fail(self, self.outage or (late and 504 or 502))
    end
    local whole, whose = self.exchanges[winner]:relay(method)
    if whole then
        request:complete()
    elseif whose == "endpoint" then
        request:truncated()
    end
    request:close()
    if not whole then
        -- The client must not take the part for the whole.
        return ngx.exit(ngx.ERROR)
    end
end

-- Its header is written by `relay`, or by nginx's own error page.
function _M.head() end

function _M:log()
    self.cluster.pending[self] = nil
    self.request:close()
end

function _M.look() end

return _M
