-- One request: who may serve it, and the race that decides who does. Both ways
-- to carry a race out, by the balancer and by sockets, have one of these.
local ffi = require "ffi"
local library = require "hedgerow.library"

local C, must, now = library.C, library.must, library.now

local _M = {}
_M.__index = _M

local pick = ffi.new "hedgerow_pick[1]"
local node = ffi.new "uint32_t[1]"
local number = ffi.new "uint16_t[1]"
local count = ffi.new "size_t[1]"
local course = ffi.new "hedgerow_course[1]"
local output = ffi.new "hedgerow_race_output[1]"
local fields = ffi.new "hedgerow_field[1]"
local settings = ffi.new "hedgerow_race_settings[1]"
must(C.hedgerow_race_settings_init(settings, ffi.sizeof(settings[0]), C.HEDGEROW_PROFILE_PROXY))

-- Whose session the request belongs to: an endpoint, or nil; and where that
-- takes it.
local function course_of(cluster)
    if not cluster.affinity then
        return nil
    end
    local cookies, query = ngx.var.http_cookie or "", ngx.var.args or ""
    fields[0].name, fields[0].name_len = "cookie", 6
    fields[0].value, fields[0].value_len = cookies, #cookies
    must(C.hedgerow_affinity_node(cluster.affinity, fields, 1, query, #query, node, number))
    if node[0] ~= C.HEDGEROW_NODE_OF then
        return nil
    end
    local owner = number[0]
    must(C.hedgerow_snapshot_exclusion(cluster.snapshot, owner, 0, number))
    must(C.hedgerow_affinity_course(cluster.affinity, number[0], course))
    return owner
end

-- Chooses the endpoints. `hedged` says whether a second one can be asked beside
-- a silent first.
function _M.new(cluster, hedged)
    local at = now()
    local self = setmetatable({
        cluster = cluster,
        began = at,
        explained = {},
        endpoint_of = {},
    }, _M)
    cluster.budget:count_request(at)
    local owner = course_of(cluster)
    local stays = owner and course[0].kind == C.HEDGEROW_COURSE_STAY
    local fails_over, first = true, owner
    if owner and course[0].kind == C.HEDGEROW_COURSE_REFUSE then
        self.refused = course[0].reason
        return self
    elseif stays then
        hedged = hedged and course[0].hedge == 1
        fails_over = course[0].fail_over == 1
    else
        self.session_lost = owner and course[0].session_lost == 1
        local status = C.hedgerow_snapshot_draw(cluster.snapshot, 0, cluster.picker, pick)
        if status == C.HEDGEROW_REFUSED then
            self.refused = pick[0].reason
            return self
        end
        must(status)
        first = cluster:take_trial() or pick[0].endpoint
    end
    local others = 0
    local order = cluster.order
    order[0] = first
    if fails_over then
        must(C.hedgerow_snapshot_others(cluster.snapshot, 0, cluster.picker, first, order + 1,
            #cluster.endpoints - 1, count))
        others = tonumber(count[0])
    end
    for i = 0, others do
        local candidate = cluster.candidates[i]
        candidate.endpoint = order[i]
        candidate.hedge_delay_us = hedged and cluster.hedge_us[order[i] + 1] or library.NEVER
        candidate.attempt_timeout_us = cluster.timeout_us
    end
    self.most = others + 1
    self.race = library.made("hedgerow_race", "hedgerow_race_new", settings, cluster.candidates,
        others + 1, at)
    return self
end

-- Does what the race asks, by `carrier`'s `start(attempt, endpoint)` and
-- `cancel(attempt)`. Gives the moment to come back at; or nil, and the attempt
-- that won, or nil and why none did.
function _M:drain(carrier)
    local cluster = self.cluster
    while true do
        local at = now()
        cluster.budget:poll(self.race, self.endpoint_of, at, output)
        local said = output[0]
        local kind, attempt = said.kind, said.attempt
        if kind == C.HEDGEROW_RACE_START then
            self.endpoint_of[attempt] = said.endpoint
            self:explain(attempt, said.reason)
            carrier:start(attempt, said.endpoint)
        elseif kind == C.HEDGEROW_RACE_CANCEL then
            carrier:cancel(attempt)
        elseif kind == C.HEDGEROW_RACE_COMMIT then
            -- A head needs no proof beyond itself.
            must(C.hedgerow_race_handle_commit(self.race, at, attempt, 0))
        elseif kind == C.HEDGEROW_RACE_ENDED then
            self:explain(attempt, said.reason)
        elseif kind == C.HEDGEROW_RACE_OBSERVE then
            self:observe(said.observation)
        elseif kind == C.HEDGEROW_RACE_WAIT then
            return tonumber(said["until"])
        elseif kind == C.HEDGEROW_RACE_DONE then
            if attempt ~= library.NO_ATTEMPT then
                return nil, attempt
            end
            return nil, nil, said.reason
        end
    end
end

function _M:observe(seen)
    local endpoint, latency = seen.endpoint, tonumber(seen.latency_us)
    if seen.kind == C.HEDGEROW_SUCCESS then
        self.cluster.budget:count_success()
        -- A head is a promise: it counts once the body is whole.
        self.success = { endpoint, latency }
    elseif seen.kind == C.HEDGEROW_FAILURE and endpoint ~= self.blamed then
        self.cluster.shared:tell(endpoint, seen.reason, 0)
    end
end

-- The whole body has come through.
function _M:complete()
    local success = self.success
    if success then
        self.success = nil
        self.cluster.shared:tell(success[1], 0, success[2])
    end
end

-- The body ended early, and that was the endpoint's doing.
function _M:truncated()
    if self.success then
        self.cluster.shared:tell(self.success[1], C.HEDGEROW_REASON_TRUNCATED, 0)
        self.success = nil
    end
end

function _M:explain(attempt, reason)
    local told = self.explained[attempt + 1]
    if told then
        told[#told + 1] = reason
    else
        self.explained[attempt + 1] = { reason }
    end
end

-- Who was asked and why, and what became of it: "A: first_choice, timeout; B: failover, won".
function _M:explanation()
    if self.refused then
        return library.reason(self.refused)
    end
    local parts = {}
    for i, reasons in ipairs(self.explained) do
        local words = {}
        for at, reason in ipairs(reasons) do
            words[at] = library.reason(reason)
        end
        local name = self.cluster.endpoints[self.endpoint_of[i - 1] + 1].name
        parts[i] = name .. ": " .. table.concat(words, ", ")
    end
    return table.concat(parts, "; ")
end

function _M:close()
    if self.race then
        must(C.hedgerow_race_free(ffi.gc(self.race, nil)))
        self.race = nil
    end
end

return _M
