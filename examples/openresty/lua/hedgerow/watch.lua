-- The monitor, in the one worker that has it: takes in what all workers tell,
-- sends the probes, and publishes what follows.
local ffi = require "ffi"
local library = require "hedgerow.library"
local probe = require "hedgerow.probe"

local C, must, now = library.C, library.must, library.now

local _M = {}
_M.__index = _M

-- How long a new watch looks back when it takes over from another.
local PAST_US = 10e6
-- As the monitor's settings have it by default.
local FAILURES_THAT_EJECT = 5

local output = ffi.new "hedgerow_monitor_output[1]"
local observation = ffi.new "hedgerow_observation[1]"
local latency = ffi.new "hedgerow_latency[1]"
local delay = ffi.new "uint64_t[1]"
local health_out = ffi.new "uint32_t[1]"

local function settings_of(options)
    local settings = ffi.new "hedgerow_monitor_settings[1]"
    must(C.hedgerow_monitor_settings_init(settings, ffi.sizeof(settings[0])))
    local health = options.health
    if health then
        settings[0].probing = 1
        settings[0].interval_us = (health.interval or 2) * 1e6
        settings[0].timeout_us = (health.timeout or 1) * 1e6
        settings[0].fast_interval_us = (health.fast_interval or 0.1) * 1e6
    end
    return settings
end

function _M.new(options, shared)
    local self = setmetatable({
        options = options,
        shared = shared,
        health = {},
    }, _M)
    local known = shared:read() or {}
    for i = 1, #options.endpoints do
        self.health[i] = known[i] and known[i].health or 0
    end
    self:relive()
    self:publish()
    return self
end

-- The worker before this one is gone, or belongs to the configuration before a
-- reload, and its monitor with it. But the engine has no clock: so this monitor
-- begins in the past, and lives through a few seconds in which probes and
-- requests go as the dictionary says that they went.
function _M:relive()
    local endpoints, present = self.options.endpoints, now()
    local at = math.max(0, present - PAST_US)
    local out, why = ffi.new "hedgerow_monitor*[1]", ffi.new "hedgerow_error[1]"
    local seed = ngx.worker.pid()
    must(C.hedgerow_monitor_new(#endpoints, settings_of(self.options), at, seed, out, why), why[0].message)
    self.monitor = ffi.gc(out[0], C.hedgerow_monitor_free)
    while at < present do
        must(C.hedgerow_monitor_poll(self.monitor, at, output))
        local said = output[0]
        if said.kind == C.HEDGEROW_MONITOR_PROBE then
            local health = self.health[said.endpoint + 1]
            local failing = health == C.HEDGEROW_FAILING or health == C.HEDGEROW_DEAD
            must(C.hedgerow_monitor_handle_probe(self.monitor, at, said.endpoint, said.lease,
                failing and C.HEDGEROW_REASON_TIMEOUT or 0, 1000))
        elseif said.kind == C.HEDGEROW_MONITOR_WAIT then
            at = math.min(tonumber(said["until"]), present)
        end
    end
    for i, health in ipairs(self.health) do
        local ejected = health == C.HEDGEROW_EJECTED or health == C.HEDGEROW_DEAD
        for _ = 1, ejected and FAILURES_THAT_EJECT or 0 do
            self:observe(present, i - 1, C.HEDGEROW_REASON_NETWORK_ERROR, 0)
        end
        must(C.hedgerow_monitor_health(self.monitor, i - 1, health_out))
        self.health[i] = health_out[0]
    end
end

function _M:observe(at, endpoint, reason, latency_us)
    local seen = observation[0]
    seen.endpoint, seen.reason, seen.latency_us = endpoint, reason, latency_us
    seen.kind = reason == 0 and C.HEDGEROW_SUCCESS or C.HEDGEROW_FAILURE
    must(C.hedgerow_monitor_observe(self.monitor, at, observation))
end

-- Takes in the news of all workers, and does what is due.
function _M:turn()
    local at = now()
    local endpoint, reason, latency_us = self.shared:hear()
    while endpoint do
        self:observe(at, endpoint, reason, latency_us)
        endpoint, reason, latency_us = self.shared:hear()
    end
    self:drain(at)
    self:publish()
end

function _M:drain(at)
    repeat
        must(C.hedgerow_monitor_poll(self.monitor, at, output))
        local said = output[0]
        local kind, endpoint = said.kind, said.endpoint
        if kind == C.HEDGEROW_MONITOR_PROBE then
            self:probe(at, endpoint, said.lease, tonumber(said["until"]))
        elseif kind == C.HEDGEROW_MONITOR_TRIAL then
            self.shared:offer_trial(endpoint, (tonumber(said["until"]) - at) / 1e6)
        elseif kind == C.HEDGEROW_MONITOR_HEALTH_CHANGED then
            self.health[endpoint + 1] = said.health
            ngx.log(ngx.WARN, "hedgerow: ", self.options.endpoints[endpoint + 1].name, " is ",
                ({ [0] = "healthy", "ejected", "failing", "dead" })[said.health], ": ",
                library.reason(said.reason))
        end
    until kind == C.HEDGEROW_MONITOR_WAIT
end

function _M:probe(at, endpoint, lease, until_us)
    local timeout = (until_us - at) / 1e6
    local ok, err = ngx.timer.at(0, function(premature)
        if premature then
            return
        end
        local reason = probe.ask(self.options.endpoints[endpoint + 1], self.options.health, timeout)
        local done = now()
        must(C.hedgerow_monitor_handle_probe(self.monitor, done, endpoint, lease, reason, done - at))
        self:turn()
    end)
    if not ok then
        -- Then it fails at its time; nginx has too few timers.
        ngx.log(ngx.ERR, "hedgerow: no probe: ", err)
    end
end

function _M:publish()
    local state = {}
    for i, health in ipairs(self.health) do
        must(C.hedgerow_monitor_latency(self.monitor, i - 1, latency))
        must(C.hedgerow_hedge_delay(latency, delay))
        state[i] = { health = health, hedge_us = tonumber(delay[0]) }
    end
    self.shared:write(state)
end

return _M
