-- Hedgerow in nginx: a cluster of endpoints that fails over.
--
--     init_worker_by_lua_block {
--         require("hedgerow").define {
--             name = "cluster", dict = "hedgerow",
--             endpoints = { { name = "A", host = "10.0.0.1", port = 80 }, … },
--             health = { path = "/health" },
--         }
--     }
--
-- From then on `require("hedgerow").cluster("cluster")` is it, in every phase. The
-- options stand in README.md.
local ffi = require "ffi"
local library = require "hedgerow.library"
local Balancer = require "hedgerow.balancer"
local Budget = require "hedgerow.budget"
local Shared = require "hedgerow.shared"
local Sockets = require "hedgerow.sockets"
local Watch = require "hedgerow.watch"

local C, must, now, made = library.C, library.must, library.now, library.made

local Cluster = {}
Cluster.__index = Cluster

-- How often a worker looks at what the others have found, in seconds.
local TURN = 0.01
local STICKINESS = {
    prefer = C.HEDGEROW_STICKY_PREFER,
    owner = C.HEDGEROW_STICKY_OWNER,
    strict = C.HEDGEROW_STICKY_STRICT,
}

local function pool_of(endpoints)
    local given = ffi.new("hedgerow_endpoint[?]", #endpoints)
    for i, endpoint in ipairs(endpoints) do
        local place = given[i - 1]
        place.name, place.name_len = endpoint.name, #endpoint.name
        place.weight, place.priority = endpoint.weight or 100, endpoint.priority or 0
    end
    local out, why = ffi.new "hedgerow_pool*[1]", ffi.new "hedgerow_error[1]"
    must(C.hedgerow_pool_new(given, #endpoints, nil, nil, out, why), why[0].message)
    return ffi.gc(out[0], C.hedgerow_pool_free)
end

local function affinity_of(endpoints, options)
    if not options then
        return nil
    end
    local stickiness = STICKINESS[options.mode or "owner"]
    assert(stickiness, "affinity.mode is prefer, owner or strict")
    local affinity = made("hedgerow_affinity", "hedgerow_affinity_new", stickiness)
    if options.cookie then
        must(C.hedgerow_affinity_add_cookie(affinity, options.cookie, #options.cookie))
    end
    if options.query then
        must(C.hedgerow_affinity_add_query(affinity, options.query, #options.query))
    end
    for i, endpoint in ipairs(endpoints) do
        local node = endpoint.node or endpoint.name
        must(C.hedgerow_affinity_add_node(affinity, node, #node, i - 1))
    end
    return affinity
end

local clusters = {}

local function define(options)
    local endpoints = options.endpoints
    local dict = assert(ngx.shared[options.dict], "there is no lua_shared_dict of this name")
    local shared = Shared.new(dict, options.name, endpoints)
    local self = setmetatable({
        endpoints = endpoints,
        shared = shared,
        pool = pool_of(endpoints),
        affinity = affinity_of(endpoints, options.affinity),
        picker = made("hedgerow_picker", "hedgerow_picker_new", ngx.worker.pid(), ngx.worker.id()),
        budget = Budget.new(shared),
        candidates = ffi.new("hedgerow_candidate[?]", #endpoints),
        order = ffi.new("uint16_t[?]", #endpoints),
        timeout_us = (options.timeout or 3) * 1e6,
        last_timeout = options.last_timeout or 60,
        total_s = options.total_timeout or 10,
        hedge = options.hedge and options.hedge * 1e6,
        hedge_us = {},
        health = {},
        pending = setmetatable({}, { __mode = "k" }),
        header = options.header,
        epoch = -1,
    }, Cluster)
    for i = 1, #endpoints do
        must(C.hedgerow_candidate_init(self.candidates[i - 1], i - 1))
        self.hedge_us[i] = self.hedge or tonumber(self.candidates[i - 1].hedge_delay_us)
        self.health[i] = 0
    end
    self:take_snapshot()
    if ngx.worker.id() == 0 then
        self.watch = Watch.new(options, self.shared)
    end
    self:sync()
    assert(ngx.timer.every(TURN, function(premature)
        if not premature then
            self:turn()
        end
    end))
    clusters[options.name] = self
end

local function cluster(name)
    return clusters[name] or error("no cluster " .. tostring(name) .. " is defined", 2)
end

function Cluster:take_snapshot()
    self.snapshot = made("const hedgerow_snapshot", "hedgerow_pool_snapshot", self.pool, now())
end

-- Takes over what the watching worker has published.
function Cluster:sync()
    local epoch = self.shared:epoch()
    if epoch == self.epoch then
        return
    end
    self.epoch = epoch
    local at, changed = now(), false
    for i, known in pairs(self.shared:read() or {}) do
        self.hedge_us[i] = self.hedge or known.hedge_us
        if known.health ~= self.health[i] then
            self.health[i], changed = known.health, true
            must(C.hedgerow_pool_set_health(self.pool, at, i - 1, known.health))
            if known.health ~= C.HEDGEROW_HEALTHY then
                self:gone(i - 1)
            end
        end
    end
    if changed then
        self:take_snapshot()
    end
end

function Cluster:gone(endpoint)
    for carrier in pairs(self.pending) do
        if carrier.ejected then
            carrier:ejected(endpoint)
        end
    end
end

function Cluster:turn()
    local at = now()
    for carrier in pairs(self.pending) do
        carrier:look(at)
    end
    if self.watch and not ngx.worker.exiting() then
        self.watch:turn()
    end
    self:sync()
end

-- The endpoint that this request is to try, if one is.
function Cluster:take_trial()
    if self.shared:has_trials() then
        for i = 1, #self.endpoints do
            if self.shared:take_trial(i - 1) then
                return i - 1
            end
        end
    end
end

-- For balancer_by_lua.
function Cluster:balance()
    return Balancer.balance(self)
end

-- For content_by_lua: as the balancer, but with hedges. What is no plain GET or
-- HEAD goes to the location `otherwise`.
function Cluster:serve(otherwise)
    return Sockets.serve(self, otherwise)
end

-- For header_filter_by_lua.
function Cluster:head()
    local carrier = ngx.ctx.hedgerow
    if carrier then
        carrier:head()
        if self.header then
            ngx.header[self.header] = carrier.request:explanation()
        end
        if carrier.request.session_lost then
            ngx.header["X-Hedgerow-Session"] = "lost"
        end
    end
end

-- For log_by_lua. Gives the explanation, for a log.
function Cluster:log()
    local carrier = ngx.ctx.hedgerow
    if carrier then
        carrier:log()
        return carrier.request:explanation()
    end
end

return { define = define, cluster = cluster }
