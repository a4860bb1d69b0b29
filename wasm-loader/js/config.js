/*
 * The configuration: from whichever place has one to a checked, plain object.
 *
 * A bad value costs that value, not the widget: it is reported with its field
 * and with what to write instead, and the default is taken. Only without any
 * asset or endpoint is there nothing to load.
 */

const whole = (max, min = 0) => [
  (value) => Number.isInteger(value) && value >= min && value <= max,
  `a whole number from ${min} to ${max}`,
];
const oneOf = (...words) => [
  (value) => words.includes(value),
  words.map((word) => JSON.stringify(word)).join(' or '),
];
const isText = (value) => value && typeof value == 'string';
const TEXT = [isText, 'a text'];
const LIST = [Array.isArray, 'a list [ … ]'];
const MS = whole(6e4);
const TIMEOUT = whole(6e4, 100);
const TOTAL = whole(3e5, 100);
const U16 = whole(65535);
const HEDGE = [(value) => value === 'auto' || MS[0](value), `"auto" or ${MS[1]}`];
const TIER = oneOf(0, 3, 4);
export const STATES = ['active', 'drain', 'down'];
const STATE = oneOf(...STATES);
const CORS = oneOf('anonymous', 'use-credentials');
const VERSION = whole(2 ** 32 - 1);
const INTEGRITY = [
  (value) => /^\s*(sha(256|384|512)-[\w+/-]+=*\s*)+$/.test(value),
  'hashes such as "sha384-…"',
];
const REGIONS = [(value) => isText(value) || Array.isArray(value), 'a list of regions'];

/* A rule is [test, what to write], or an object of rules for a nested object. */
export const RULES = {
  version: VERSION,
  asset: [(value) => isText(value) || value?.path || value?.url, 'a path such as "/widget.js"'],
  assets: LIST,
  endpoints: LIST,
  integrity: INTEGRITY,
  crossOrigin: CORS,
  type: oneOf('classic', 'module'),
  nonce: TEXT,
  ready: TEXT,
  readyTimeoutMs: MS,
  init: TEXT,
  timeoutMs: TIMEOUT,
  totalTimeoutMs: TOTAL,
  hedgeMs: HEDGE,
  visitorRegion: TEXT,
  allowedRegions: REGIONS,
  memory: { storage: oneOf('local', 'session', 'none'), ttlSeconds: whole(2592e3, 1) },
  refresh: { url: TEXT, intervalSeconds: whole(86400, 10) },
  surge: { tier: TIER },
  stub: LIST,
  session: [
    (value) => isText(value) || isText(value?.storageKey) || isText(value?.cookie),
    'a storage key or cookie name',
  ],
  fallback: { html: TEXT, url: TEXT, target: TEXT },
  report: {
    url: TEXT,
    sampleRate: [(value) => value >= 0 && value <= 1, 'a number from 0 to 1'],
  },
  consent: oneOf(true, false),
  debug: oneOf(true, false),
};
export const ENDPOINT = {
  id: TEXT,
  url: [(value) => /^https?:\/\/[^?#]+$/.test(value), 'a URL such as "https://cdn1.example.com"'],
  priority: U16,
  weight: U16,
  region: TEXT,
  state: STATE,
  health: { path: TEXT, status: whole(599, 200), intervalSeconds: whole(3600, 1) },
};
const ASSET = {
  path: TEXT,
  url: TEXT,
  type: oneOf('script', 'module', 'style'),
  integrity: INTEGRITY,
  crossOrigin: CORS,
  bytes: whole(2 ** 28, 1),
};

/* `value` with only what `rules` allow; the rest is told to `say`. */
export function check(value, rules, where, say) {
  const checked = {};
  if (!value || typeof value != 'object' || Array.isArray(value)) {
    say(`${where}: ${JSON.stringify(value)} is not an object { … }; ignored`, 1);
    return checked;
  }
  for (const [key, item] of Object.entries(value)) {
    const name = where ? `${where}.${key}` : key;
    const rule = rules.hasOwnProperty(key) && rules[key];
    if (!rule) say(`${name}: unknown field; ignored`);
    else if (!rule[0]) checked[key] = check(item, rule, name, say);
    else if (rule[0](item)) checked[key] = item;
    else say(`${name}: ${JSON.stringify(item)} is not usable, write ${rule[1]}; ignored`, 1);
  }
  return checked;
}

/*
 * What `raw` says, checked and with the defaults. What only this package reads
 * ends in `_`: `endpoints_` and `assets_` as lists of plain values, `fence_` the
 * allowed regions as bits (`bitsOf_`).
 */
export function readConfig(raw, say) {
  const config = check(raw, RULES, '', say);
  const endpoints = (config.endpoints_ = []);
  const assets = (config.assets_ = []);
  const regions = [];
  const memory = (config.memory ||= {});
  const listed = config.endpoints || [];
  // Without any priority or weight the order of the list is the order of use.
  const bare = !listed.some((item) => item && (item.priority ?? item.weight) != null);

  listed.forEach((item, index) => {
    const where = `endpoints[${index}]`;
    const endpoint = check(item, ENDPOINT, where, say);
    const { id = endpoint.url?.split('/')[2], region, state, url } = endpoint;
    const insecure = url?.startsWith('http:') && location.protocol == 'https:';
    if (!url) say(`${where}: has no usable url; skipped`);
    else if (endpoints.some((other) => other.id == id))
      say(`${where}.id: "${id}" is taken, write another; skipped`);
    else if (index > 31) say(`${where}: more than 32 endpoints; skipped`);
    else {
      if (insecure) say(`${where}.url: http on an https page, write https; skipped`);
      if (region && !regions.includes(region)) regions.push(region);
      endpoints.push({
        id,
        health: endpoint.health,
        base_: url.replace(/\/+$/, '') + '/',
        priority_: endpoint.priority ?? (bare ? index : 0),
        weight_: endpoint.weight ?? 100,
        region_: regions.indexOf(region) + 1,
        state_: Math.max(0, STATES.indexOf(state)) + (insecure ? 256 : 0),
      });
    }
  });

  // Assets are executed in order, so one that is unusable takes the rest with it.
  let broken;
  [].concat(config.asset ?? [], config.assets ?? []).forEach((item, index) => {
    const where = config.assets ? `assets[${index}]` : 'asset';
    const given = isText(item) ? { path: item } : item;
    const asset = check(given, ASSET, where, say);
    const { url = '', integrity = config.integrity } = asset;
    const home = endpoints.find((endpoint) => url.startsWith(endpoint.base_));
    const path = (asset.path || (home && url.slice(home.base_.length)) || '').replace(/^\/+/, '');
    const type =
      asset.type ||
      (/\.css(\?|$)/.test(path)
        ? 'style'
        : config.type == 'module' || /\.mjs(\?|$)/.test(path)
          ? 'module'
          : 'script');
    // What can't be verified must not run.
    if (!path || ((given.integrity ?? raw.integrity) && !integrity))
      broken = say(`${where}: has no usable ${path ? 'integrity' : 'path'}; not loaded`) || 1;
    else if (!assets.some((other) => other.path_ == path))
      assets.push({
        path_: path,
        integrity_: integrity,
        module_: type == 'module',
        style_: type == 'style',
        // Integrity is only checked on responses with CORS.
        cors_:
          asset.crossOrigin ||
          config.crossOrigin ||
          (integrity || type == 'module' ? 'anonymous' : null),
        bytes_: asset.bytes || 0,
      });
  });
  if (broken) assets.length = 0;
  else if (!assets[0]) say('asset: nothing to load, write a path such as "/widget.js"');
  if (!endpoints[0]) say('endpoints: none, write [{"id": "cdn1", "url": "https://…"}]');

  config.bitsOf_ = (names) =>
    regions.reduce((bits, name, at) => bits | ([].concat(names).includes(name) << at), 0) >>> 0;
  // A fence that can't be read lets nothing pass.
  config.fenced_ = raw?.allowedRegions != null;
  config.fence_ = config.bitsOf_(config.allowedRegions);
  config.home_ = regions.indexOf(config.visitorRegion) + 1;
  memory.storage ??= 'local';
  memory.ttlSeconds ??= 3600;
  config.timeoutMs ??= 3000;
  config.totalTimeoutMs ??= 1e4;
  config.hedgeMs ??= 'auto';
  return config;
}
