-- What the workers share, in one of nginx's shared dictionaries: what is known
-- of each endpoint, what the monitor remembers, news for the worker that watches,
-- who is to be tried, the bucket of hedges.
--
-- It outlives a reload. So that a configuration with other endpoints still finds
-- its own, everything is kept by name.
local _M = {}
_M.__index = _M

-- A worker that has died leaves no more news behind than that.
local MOST_NEWS = 10000

function _M.new(dict, name, endpoints)
    local self = setmetatable({
        dict = dict,
        names = {},
        positions = {},
        epoch_key = name .. ":epoch",
        state_key = name .. ":state",
        memory_key = name .. ":memory",
        watch_key = name .. ":watch",
        hedges_key = name .. ":hedges",
        news_key = name .. ":news",
        trials_key = name .. ":trials",
        trial_keys = {},
        heard_keys = {},
    }, _M)
    for i, endpoint in ipairs(endpoints) do
        self.names[i], self.positions[endpoint.name] = endpoint.name, i - 1
        self.trial_keys[i] = name .. ":trial:" .. endpoint.name
        self.heard_keys[i] = name .. ":heard:" .. endpoint.name
    end
    return self
end

function _M:epoch()
    return self.dict:get(self.epoch_key) or 0
end

-- What is known: for each endpoint { health, hedge_us }. Nil if nothing is.
function _M:read()
    local text = self.dict:get(self.state_key)
    if not text then
        return nil
    end
    local known = {}
    for name, health, hedge in text:gmatch "([^\n]*)\t(%d+)\t(%d+)\n" do
        known[name] = { health = tonumber(health), hedge_us = tonumber(hedge) }
    end
    local found = {}
    for i, name in ipairs(self.names) do
        found[i] = known[name]
    end
    return found
end

-- Publishes it, if it is another than before.
function _M:write(state)
    local lines = {}
    for i, name in ipairs(self.names) do
        lines[i] = ("%s\t%d\t%d\n"):format(name, state[i].health, state[i].hedge_us)
    end
    local text = table.concat(lines)
    if text ~= self.written then
        self.written = text
        self.dict:set(self.state_key, text)
        self.dict:incr(self.epoch_key, 1, 0)
    end
end

-- Keeps what the monitor remembered at a moment.
function _M:remember(at, bytes)
    self.dict:set(self.memory_key, ("%d\n"):format(at) .. bytes)
end

-- That moment, and what it remembered. Nil if there is nothing.
function _M:memory()
    local text = self.dict:get(self.memory_key)
    local at, bytes = (text or ""):match "^(%d+)\n(.*)$"
    return tonumber(at), bytes
end

-- An endpoint has answered somebody.
function _M:answered(endpoint, at, latency_us)
    self.dict:set(self.heard_keys[endpoint + 1], ("%d %d"):format(at, latency_us))
end

-- When it did so last, and how long that took; 0 if it never has.
function _M:heard(endpoint)
    local text = self.dict:get(self.heard_keys[endpoint + 1])
    if not text then
        return 0, 0
    end
    local at, latency_us = text:match "^(%d+) (%d+)$"
    return tonumber(at), tonumber(latency_us)
end

-- The bucket of hedges, in thousandths of one: below 0 if two workers have taken
-- the last one.
function _M:hedges(full)
    return self.dict:get(self.hedges_key) or full
end

function _M:add_hedges(thousandths, full)
    self.dict:incr(self.hedges_key, thousandths, full)
end

-- Makes the caller the one that watches, until another one is.
function _M:watch()
    self.watching = self.dict:incr(self.watch_key, 1, 0)
end

-- Whether it still is: on a reload, workers of both configurations run for a while.
function _M:watches()
    return self.dict:get(self.watch_key) == self.watching
end

-- Tells the worker that watches how a request went: `reason` 0 of a success.
function _M:tell(endpoint, reason, latency_us)
    local news = ("%d %d %s"):format(reason, latency_us, self.names[endpoint + 1])
    local length = self.dict:rpush(self.news_key, news)
    if length and length > MOST_NEWS then
        self.dict:lpop(self.news_key)
    end
end

-- The oldest news of an endpoint that is known here: endpoint, reason, latency. Nil
-- if there is none.
function _M:hear()
    local news = self.dict:lpop(self.news_key)
    while news do
        local reason, latency_us, name = news:match "^(%d+) (%d+) (.*)$"
        local endpoint = self.positions[name]
        if endpoint then
            return endpoint, tonumber(reason), tonumber(latency_us)
        end
        news = self.dict:lpop(self.news_key)
    end
end

-- One request is to try an endpoint, within so many seconds.
function _M:offer_trial(endpoint, seconds)
    self.dict:set(self.trial_keys[endpoint + 1], 0, seconds)
    self.dict:set(self.trials_key, 1, seconds)
end

-- Whether this request is the one that tries an endpoint.
function _M:take_trial(endpoint)
    return self.dict:incr(self.trial_keys[endpoint + 1], 1) == 1
end

function _M:has_trials()
    return self.dict:get(self.trials_key) ~= nil
end

return _M
