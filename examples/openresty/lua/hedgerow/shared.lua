-- What the workers share, in one of nginx's shared dictionaries: what is known
-- of each endpoint, news for the worker that watches, and who is to be tried.
--
-- It outlives a reload. So that a configuration with other endpoints still finds
-- its own, they are kept by name.
local _M = {}
_M.__index = _M

-- A worker that has died leaves no more news behind than that.
local MOST_NEWS = 10000
-- Latencies fit below, in microseconds: about two minutes.
local LATENCY = 2 ^ 27

function _M.new(dict, name, endpoints)
    local named = {}
    for i, endpoint in ipairs(endpoints) do
        named[i] = endpoint.name
    end
    local order = ngx.crc32_long(table.concat(named, "\0"))
    return setmetatable({
        dict = dict,
        names = named,
        epoch_key = name .. ":epoch",
        state_key = name .. ":state",
        -- Positions mean something only among those of the same configuration.
        news_key = name .. ":news:" .. order,
        trial_key = name .. ":trial:" .. order .. ":",
    }, _M)
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

-- Tells the worker that watches how a request went: `reason` 0 of a success.
function _M:tell(endpoint, reason, latency_us)
    local news = (endpoint * 2 ^ 10 + reason) * LATENCY + math.min(latency_us, LATENCY - 1)
    local length = self.dict:rpush(self.news_key, news)
    if length and length > MOST_NEWS then
        self.dict:lpop(self.news_key)
    end
end

-- The oldest news: endpoint, reason, latency. Nil if there is none.
function _M:hear()
    local news = self.dict:lpop(self.news_key)
    if not news then
        return nil
    end
    local who = math.floor(news / LATENCY)
    return math.floor(who / 2 ^ 10), who % 2 ^ 10, news % LATENCY
end

-- One request is to try an endpoint, within so many seconds.
function _M:offer_trial(endpoint, seconds)
    self.dict:set(self.trial_key .. endpoint, 0, seconds)
    self.dict:set(self.trial_key .. "any", 1, seconds)
end

-- Whether this request is the one that tries an endpoint.
function _M:take_trial(endpoint)
    local taken = self.dict:incr(self.trial_key .. endpoint, 1)
    return taken == 1
end

function _M:has_trials()
    return self.dict:get(self.trial_key .. "any") ~= nil
end

return _M
