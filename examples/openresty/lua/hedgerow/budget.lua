-- What hedges and retries may be spent. Workers share one bucket of hedges, as
-- they share the endpoints: with one each, they would spend as many buckets as
-- there are workers. It outlives a reload, which must not fill it again. They
-- share the knowledge of when and how fast each endpoint has answered, too, since
-- of few requests a worker alone can't tell a slow answer from silence.
local ffi = require "ffi"
local library = require "hedgerow.library"

local C, must = library.C, library.must

local _M = {}
_M.__index = _M

local RETRY_PERCENT, RETRIES_PER_SECOND = 20, 10

local thousandths = ffi.new "uint32_t[1]"
local answer = ffi.new "hedgerow_observation[1]"

function _M.new(shared)
    local floor = math.ceil(RETRIES_PER_SECOND / ngx.worker.count())
    local self = setmetatable({
        shared = shared,
        own = library.made("hedgerow_budget", "hedgerow_budget_new", RETRY_PERCENT, floor),
        -- Up to which answer of each endpoint `own` knows.
        known = {},
    }, _M)
    self.full = self:left()
    return self
end

function _M:left()
    must(C.hedgerow_budget_hedges(self.own, thousandths))
    return thousandths[0]
end

-- Calls `change`, which may not yield, with the bucket of all workers in `own`.
function _M:with_all(change, ...)
    -- Two workers at once may have taken the last one.
    local before = math.max(0, math.min(self.shared:hedges(self.full), self.full))
    must(C.hedgerow_budget_set_hedges(self.own, before))
    must(change(...))
    local after = self:left()
    if after ~= before then
        self.shared:add_hedges(after - before, self.full)
    end
end

function _M:count_request(at)
    must(C.hedgerow_budget_count_request(self.own, at))
end

function _M:count_success()
    self:with_all(C.hedgerow_budget_count_success, self.own)
end

-- Polls a race that has asked `endpoints`, by attempt.
function _M:poll(race, endpoints, at, output)
    for _, endpoint in pairs(endpoints) do
        local heard, latency_us = self.shared:heard(endpoint)
        if heard > (self.known[endpoint] or 0) then
            self.known[endpoint] = heard
            -- What it earned is the bucket's already.
            answer[0].kind, answer[0].endpoint = C.HEDGEROW_LATE, endpoint
            answer[0].latency_us = latency_us
            must(C.hedgerow_budget_observe(self.own, heard, answer))
        end
    end
    self:with_all(C.hedgerow_race_poll, race, at, self.own, output)
end

return _M
