-- Carries a race out by nginx's own proxy: the balancer is asked for an endpoint
-- once for each try. It can start a second try only when the first has ended, so
-- nothing is hedged. But where a hedge would have been sent beside a silent
-- request, and nothing else has come from its endpoint meanwhile, that counts
-- against the endpoint at once, so that the requests after it go elsewhere.
local balancer = require "ngx.balancer"
local library = require "hedgerow.library"
local Request = require "hedgerow.request"

local C, must, now = library.C, library.must, library.now

local _M = {}
_M.__index = _M

-- What nginx repeats elsewhere after it was sent (RFC 9110 §9.2.2).
local REPEATABLE = { GET = true, HEAD = true, OPTIONS = true, TRACE = true, PUT = true, DELETE = true }

function _M:start(attempt, endpoint)
    self.attempt, self.endpoint, self.began = attempt, endpoint, now()
    self.silent_at = self.repeatable and self.began + self.cluster.hedge_us[endpoint + 1] or math.huge
end

-- nginx ends tries by itself.
function _M.cancel() end

-- What nginx says of the try before. It has the statuses 502 and 504 for what it
-- found out itself, too.
local function failure()
    local _, status = balancer.get_last_failure()
    if status == 504 then
        return C.HEDGEROW_REASON_TIMEOUT
    end
    return status == 502 and C.HEDGEROW_REASON_NETWORK_ERROR or C.HEDGEROW_REASON_HTTP_STATUS
end

function _M:failed(reason)
    must(C.hedgerow_race_handle_failure(self.request.race, now(), self.attempt, reason))
end

-- For balancer_by_lua.
function _M.balance(cluster)
    local self = ngx.ctx.hedgerow
    if not self then
        cluster:sync()
        local request = Request.new(cluster, false)
        local repeatable = REPEATABLE[ngx.req.get_method()] and not ngx.var.http_upgrade
        self = setmetatable({ cluster = cluster, request = request, repeatable = repeatable }, _M)
        ngx.ctx.hedgerow = self
        if request.refused then
            return ngx.exit(ngx.HTTP_SERVICE_UNAVAILABLE)
        end
        cluster.pending[self] = true
        if request.most > 1 then
            assert(balancer.set_more_tries(request.most - 1))
        end
    else
        self:failed(failure())
    end
    local wake, _, reason = self.request:drain(self)
    if not wake then
        return ngx.exit(reason == C.HEDGEROW_REASON_TOTAL_DEADLINE and 504 or 502)
    end
    local endpoint = cluster.endpoints[self.endpoint + 1]
    local short, long = cluster.timeout_us / 1e6, cluster.last_timeout
    if self.attempt + 1 == self.request.most then
        -- Late is better than never.
        balancer.set_timeouts(long, long, long)
    else
        -- What can't be repeated has to be waited for, once it is sent; and no
        -- other protocol is as talkative as a response head.
        local answer = self.repeatable and short or long
        balancer.set_timeouts(short, answer, answer)
    end
    local ok, err = balancer.set_current_peer(endpoint.host, endpoint.port)
    if not ok then
        ngx.log(ngx.ERR, "hedgerow: ", err)
        return ngx.exit(500)
    end
end

-- Of nginx's variables with one entry for each try, the last one's.
local function last(name)
    local all = ngx.var["upstream_" .. name]
    return all and all:match "([^%s,:]+)%s*$"
end

-- Why the last try failed; nil if it did not.
local function final_failure()
    local status = tonumber(last "status")
    if status ~= 502 and status ~= 503 and status ~= 504 then
        return not status and C.HEDGEROW_REASON_NETWORK_ERROR or nil
    elseif last "header_time" ~= "-" then
        return C.HEDGEROW_REASON_HTTP_STATUS
    end
    -- The status is nginx's own.
    return status == 504 and C.HEDGEROW_REASON_TIMEOUT or C.HEDGEROW_REASON_NETWORK_ERROR
end

-- For header_filter_by_lua: who serves, and why.
function _M:head()
    local request = self.request
    if not request.race or self.settled then
        return
    end
    self.settled = true
    local reason = final_failure()
    if reason then
        self:failed(reason)
        -- nginx has decided that there is no other try.
        must(C.hedgerow_race_handle_cancel(request.race, now(), reason))
    else
        local at = now()
        self.cluster.shared:answered(self.endpoint, at, at - self.began)
        must(C.hedgerow_race_handle_head(request.race, at, self.attempt))
    end
    request:drain(self)
end

-- For log_by_lua.
function _M:log()
    self.cluster.pending[self] = nil
    local request = self.request
    if not self.settled and request.race then
        -- The client has left before there was an answer.
        must(C.hedgerow_race_handle_cancel(request.race, now(), C.HEDGEROW_REASON_CANCELLED))
        request:drain(self)
    end
    local sent = tonumber(last "response_length")
    local length = tonumber(ngx.var.upstream_http_content_length)
    -- Of a part nginx does not say who ended it, the endpoint or the client: that
    -- counts neither for nor against the endpoint.
    if ngx.req.get_method() == "HEAD" or not length or ngx.status == 304 or sent == length then
        request:complete()
    end
    request:close()
end

-- Says that the endpoint is silent, once. One that answers others meanwhile is
-- slow with this request at most.
function _M:look(at)
    if not self.settled and at >= self.silent_at then
        self.silent_at = math.huge
        if self.cluster.shared:heard(self.endpoint) >= self.began then
            return
        end
        self.request.blamed = self.endpoint
        self.cluster.shared:tell(self.endpoint, C.HEDGEROW_REASON_TIMEOUT, 0)
    end
end

return _M
