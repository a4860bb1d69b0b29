/*
 * The part of the configuration that the first download needs; the rest is read
 * while that is under way (settings.js). What only this package reads has names
 * that end in `_`.
 */
import { relative } from './element.js';
import { BASE_URL, INTEGRITY, read, STATES, TIER, U16 } from './reader.js';
import { say } from './signals.js';

export const stateOf = (state) => STATES.split('|').indexOf(state);

export function readConfig(load, raw) {
  const tell = (message) => say(load, message);
  const endpoints = (load.endpoints_ = []);
  const assets = (load.assets_ = []);
  const regions = [];
  const cors = 'anonymous|use-credentials';
  load.rest_ = {};
  Object.assign(
    load,
    read(
      raw,
      '',
      tell,
      {
        endpoints: ['list', []],
        integrity: [INTEGRITY],
        crossOrigin: [cors],
        type: ['classic|module'],
        asset: ['string|object', []],
        assets: ['list', []],
        allowedRegions: ['list|string'],
        visitorRegion: ['string'],
        memory: { storage: ['local|session|none', 'local'], ttlSeconds: ['1..2592000', 3600] },
        surge: { tier: [TIER, 0] },
        consent: ['true|false'],
        nonce: ['string', load.nonce],
      },
      (message, key, from) => {
        if (from == raw) load.rest_[key] = raw[key];
        else tell(message);
      },
    ),
  );
  // A consent that can't be read is none.
  load.consent = /^true$/.test(raw.consent ?? true);
  // Without any priority or weight the order of the list is the order of use.
  const bare = load.endpoints.every((item) => item?.priority == null && item?.weight == null);
  load.endpoints.forEach((item, index) => {
    const where = `endpoints[${index}]`;
    const endpoint = read(item, where, tell, {
      url: [BASE_URL],
      id: ['string'],
      region: ['string'],
      priority: [U16, bare ? index : 0],
      weight: [U16, 100],
      state: [STATES, 'active'],
      health: { path: ['string'], status: ['100..599'], intervalSeconds: ['1..3600'] },
    });
    const { url, region } = endpoint;
    try {
      new URL(endpoints[31] ? '' : url);
    } catch {
      return tell(where + '.url: bad, or the 33rd');
    }
    endpoint.id ??= url.split('/')[2];
    // Two CDNs of one name are two CDNs, and the second is called by its place.
    if (endpoints.some(({ id }) => id == endpoint.id)) {
      tell(where + '.id: taken');
      endpoint.id = where;
    }
    endpoint.base_ = url.replace(/\/*$/, '/');
    endpoint.state = stateOf(endpoint.state);
    if (url[4] == ':' && location.protocol == 'https:') {
      tell(where + '.url: http, write https');
      endpoint.state += 256;
    }
    endpoint.region = region && (regions.indexOf(region) + 1 || regions.push(region));
    endpoints.push(endpoint);
  });

  [].concat(load.asset, load.assets).forEach((item, index) => {
    const where = `assets[${index}]`;
    const asset = read(typeof item == 'string' ? { path: item } : item, where, tell, {
      url: ['string', ''],
      path: ['string'],
      integrity: [INTEGRITY, load.integrity],
      type: ['script|module|style'],
      crossOrigin: [cors, load.crossOrigin],
      bytes: ['1..268435456'],
    });
    const { url, integrity } = asset;
    const home = endpoints.find(({ base_ }) => url.startsWith(base_));
    const path = relative(asset.path || (home ? url.slice(home.base_.length) : ''));
    asset.path = path;
    asset.type ||= /\.css(\?|$)/.test(path) ? 'style' : /\.mjs(\?|$)/.test(path) ? 'module' : load.type;
    // Integrity is only verified where CORS lets the bytes be read.
    if (integrity || asset.type == 'module') asset.crossOrigin ||= 'anonymous';
    // What can't be verified must not run.
    if (path && !((item.integrity ?? raw.integrity) && !integrity)) {
      if (!assets.some((it) => it.path == path)) assets.push(asset);
    } else assets.broken_ = tell(where + ': no usable path or integrity, not loaded') || 1;
  });
  // Assets are executed in order, so one that is unusable takes the rest along.
  if (assets.broken_) assets.length = 0;

  load.bitsOf_ = (names) =>
    regions.reduce((bits, name, at) => bits | ([].concat(names).includes(name) << at), 0) >>> 0;
  // A fence that can't be read lets nothing pass.
  load.fenced_ = raw.allowedRegions != null;
  load.fence_ = load.bitsOf_(load.allowedRegions);
  load.home_ = regions.indexOf(load.visitorRegion) + 1;
}
