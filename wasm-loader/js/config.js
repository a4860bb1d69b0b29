/*
 * The part of the configuration that the first download needs; the rest is read
 * while that is under way (settings.js). What only this package reads has names
 * that end in `_`.
 */
import { reader, STATES, TIER, U16 } from './reader.js';

export const stateOf = (state) => STATES.split('|').indexOf(state);

export function readConfig(load, raw, say) {
  const take = (load.take_ = reader(raw, '', say));
  const endpoints = (load.endpoints_ = []);
  const assets = (load.assets_ = []);
  const regions = [];
  const listed = take('endpoints', 'list', []);
  // Without any priority or weight the order of the list is the order of use.
  const bare = listed.every((item) => (item?.priority ?? item?.weight) == null);
  listed.forEach((item, index) => {
    const where = `endpoints[${index}].`;
    const field = reader(item, where, say);
    const url = field('url', 'https://...');
    const region = field('region', 'text');
    const endpoint = {
      id: field('id', 'text', url?.split('/')[2]),
      base_: url?.replace(/\/*$/, '/'),
      priority_: field('priority', U16, bare ? index : 0),
      weight_: field('weight', U16, 100),
      state_: stateOf(field('state', STATES, 'active')),
      health_: field('health', 'object'),
    };
    field.rest();
    if (!url) return say(where + 'url: missing');
    if (endpoints.some(({ id }) => id == endpoint.id) || endpoints[31])
      return say(where + 'id: taken or the 33rd');
    if (url[4] == ':' && location.protocol == 'https:') {
      say(where + 'url: http, write https');
      endpoint.state_ += 256;
    }
    if (region && !regions.includes(region)) regions.push(region);
    endpoint.region_ = regions.indexOf(region) + 1;
    endpoints.push(endpoint);
  });

  const integrityRule = 'sha384-...';
  const shared = take('integrity', integrityRule);
  const cors = 'anonymous|use-credentials';
  const sharedCors = take('crossOrigin', cors);
  const sharedType = take('type', 'classic|module');
  [].concat(take('asset', 'text|object', []), take('assets', 'list', [])).forEach((item, index) => {
    const where = `asset ${index}: `;
    const field = reader(typeof item == 'string' ? { path: item } : item, where, say);
    const url = field('url', 'text', '');
    const home = endpoints.find(({ base_ }) => url.startsWith(base_));
    const path_ = field('path', 'text', home ? url.slice(home.base_.length) : '').replace(/^\/+/, '');
    const integrity_ = field('integrity', integrityRule, shared);
    const suffix = /\.(css|mjs)(\?|$)/.exec(path_)?.[1];
    const type = field(
      'type',
      'script|module|style',
      suffix ? (suffix == 'css' ? 'style' : 'module') : sharedType,
    );
    const module_ = type == 'module';
    const cors_ =
      field('crossOrigin', cors, sharedCors) ||
      // Integrity is only verified where CORS lets the bytes be read.
      ((integrity_ || module_) && 'anonymous');
    const bytes_ = field('bytes', '1..268435456');
    field.rest();
    // What can't be verified must not run.
    if (path_ && !((item.integrity ?? raw.integrity) && !integrity_)) {
      if (!assets.some((it) => it.path_ == path_))
        assets.push({ path_, integrity_, module_, style_: type == 'style', cors_, bytes_ });
    } else assets.broken_ = say(where + 'no usable path or integrity, not loaded') || 1;
  });
  // Assets are executed in order, so one that is unusable takes the rest along.
  if (assets.broken_) assets.length = 0;

  load.bitsOf_ = (names) =>
    regions.reduce((bits, name, at) => bits | ([].concat(names).includes(name) << at), 0) >>> 0;
  // A fence that can't be read lets nothing pass.
  load.fenced_ = raw.allowedRegions != null;
  load.fence_ = load.bitsOf_(take('allowedRegions', 'list|text'));
  load.home_ = regions.indexOf(take('visitorRegion', 'text')) + 1;

  const memory = reader(take('memory', 'object', {}), 'memory.', say);
  load.storage_ = memory('storage', 'local|session|none', 'local');
  load.ttl_ = memory('ttlSeconds', '1..2592000', 3600);
  memory.rest();
  load.tier_ = +reader(take('surge', 'object', {}), 'surge.', say)('tier', TIER, 0);
  load.consent_ = take('consent', 'true|false', true);
  load.nonce_ = take('nonce', 'text', load.nonce_);
}
