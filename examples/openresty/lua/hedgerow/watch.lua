-- The monitor, in the one worker that has it: takes in what all workers tell,
-- sends the probes, and publishes what follows.
local ffi = require "ffi"
local library = require "hedgerow.library"
local probe = require "hedgerow.probe"

local C, must, now = library.C, library.must, library.now

local _M = {}
_M.__index = _M

local output = ffi.new "hedgerow_monitor_output[1]"
local observation = ffi.new "hedgerow_observation[1]"
local latency = ffi.new "hedgerow_latency[1]"
local delay = ffi.new "uint64_t[1]"
local health_out = ffi.new "uint32_t[1]"
local length = ffi.new "size_t[1]"
local why = ffi.new "hedgerow_error[1]"

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
    local endpoints, at = options.endpoints, now()
    local self = setmetatable({
        options = options,
        shared = shared,
        health = {},
        names = ffi.new("hedgerow_str[?]", #endpoints),
    }, _M)
    for i, endpoint in ipairs(endpoints) do
        self.names[i - 1].data, self.names[i - 1].len = endpoint.name, #endpoint.name
    end
    local out = ffi.new "hedgerow_monitor*[1]"
    local seed = ngx.worker.pid()
    must(C.hedgerow_monitor_new(#endpoints, settings_of(options), at, seed, out, why), why[0].message)
    self.monitor = ffi.gc(out[0], C.hedgerow_monitor_free)
    shared:watch()
    self:recall(at)
    for i = 1, #endpoints do
        must(C.hedgerow_monitor_health(self.monitor, i - 1, health_out))
        self.health[i] = health_out[0]
    end
    self:drain(at)
    self:publish()
    return self
end

-- Goes on where the watch before this one ended: of a worker that is gone, or of
-- the configuration before a reload.
function _M:recall(at)
    local kept_at, bytes = self.shared:memory()
    if not kept_at then
        return
    end
    -- All workers have the same clock.
    local age = math.max(0, at - kept_at)
    local status = C.hedgerow_monitor_import(self.monitor, at, age, self.names, #self.options.endpoints,
        bytes, #bytes, why)
    if status ~= C.HEDGEROW_OK then
        -- Another release's, perhaps: then everything is found out anew.
        ngx.log(ngx.WARN, "hedgerow: what was known before is lost: ", ffi.string(why[0].message))
    end
end

function _M:remember(at)
    local endpoints = #self.options.endpoints
    must(C.hedgerow_monitor_export(self.monitor, at, self.names, endpoints, nil, 0, length))
    local room = ffi.new("char[?]", length[0])
    must(C.hedgerow_monitor_export(self.monitor, at, self.names, endpoints, room, length[0], length))
    self.shared:remember(at, ffi.string(room, length[0]))
end

function _M:observe(at, endpoint, reason, latency_us)
    local seen = observation[0]
    seen.endpoint, seen.reason, seen.latency_us = endpoint, reason, latency_us
    seen.kind = reason == 0 and C.HEDGEROW_SUCCESS or C.HEDGEROW_FAILURE
    must(C.hedgerow_monitor_observe(self.monitor, at, observation))
end

-- Takes in the news of all workers, and does what is due. What the next watch
-- must know is kept at once, since nobody announces his end.
function _M:turn()
    if not self.shared:watches() then
        return
    end
    local at = now()
    local endpoint, reason, latency_us = self.shared:hear()
    local learnt = endpoint ~= nil
    while endpoint do
        self:observe(at, endpoint, reason, latency_us)
        endpoint, reason, latency_us = self.shared:hear()
    end
    if self:drain(at) or learnt then
        self:remember(at)
    end
    self:publish()
end

-- Whether there was anything to do.
function _M:drain(at)
    local busy = false
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
        busy = busy or kind ~= C.HEDGEROW_MONITOR_WAIT
    until kind == C.HEDGEROW_MONITOR_WAIT
    return busy
end

function _M:probe(at, endpoint, lease, until_us)
    local timeout = (until_us - at) / 1e6
    local ok, err = ngx.timer.at(0, function(premature)
        if premature then
            return
        end
        local reason = probe.ask(self.options.endpoints[endpoint + 1], self.options.health, timeout)
        if not self.shared:watches() then
            return
        end
        local done = now()
        must(C.hedgerow_monitor_handle_probe(self.monitor, done, endpoint, lease, reason, done - at))
        self:remember(done)
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
