// Configurations that are wrong: each gets a clear message, and the widget loads
// if any sane choice remains.

import { integrityOf } from '../../widget.mjs';
import { checkFailed, checkLoaded, checkTold, special } from './cell.mjs';

const endpoints = (change) => (_scene, base) => ({ endpoints: base.endpoints.map((endpoint, index) => ({ ...endpoint, ...change(index) })) });

// Name, what changes in a good configuration, the endpoint that serves (null:
// nothing can be loaded), and what people are told (null: nothing is wrong).
const CASES = [
  ['unknown-field', { colour: 'red' }, 'cdn1', /colour/],
  ['unknown-endpoint-field', endpoints(() => ({ shoeSize: 43 })), 'cdn1', /shoeSize/],
  ['absurd-timeouts', { timeoutMs: -5, totalTimeoutMs: 1e99, readyTimeoutMs: 'soon' }, 'cdn1', /timeoutMs/],
  ['absurd-hedge', { hedgeMs: 'never' }, null, /hedgeMs/, 'any'],
  ['absurd-weight', endpoints(() => ({ weight: -1, priority: 1e9 })), null, /weight/, 'any'],
  ['no-endpoints', { endpoints: [] }, null, /endpoints/],
  ['endpoints-not-a-list', { endpoints: 'https://cdn.example.com' }, null, /endpoints/],
  ['all-drained', endpoints(() => ({ state: 'drain' })), null, null],
  ['all-down', endpoints(() => ({ state: 'down' })), null, null],
  ['primary-drained', endpoints((index) => (index ? {} : { state: 'drain' })), 'cdn2', null],
  ['unknown-state', endpoints((index) => (index ? {} : { state: 'tired' })), null, /state/, 'any'],
  ['duplicate-ids', endpoints(() => ({ id: 'cdn1' })), 'cdn1', /endpoints\[1\]\.id/],
  ['endpoint-without-url', endpoints((index) => (index ? {} : { url: undefined })), 'cdn2', /url/],
  ['endpoint-url-of-another-scheme', endpoints((index) => (index ? {} : { url: 'javascript:alert(1)' })), 'cdn2', /url/],
  ['endpoint-url-that-is-none', endpoints((index) => (index ? {} : { url: 'https://[::1' })), 'cdn2', /endpoints\[0\]\.url/],
  ['no-asset', { asset: undefined }, null, /asset/],
  ['broken-integrity', { integrity: 'sha384-?' }, null, /integrity/],
  ['foreign-integrity', { integrity: integrityOf('something else') }, null, null],
  ['init-missing', { init: 'widget.launch' }, 'cdn1', /init/],
  ['outside-the-fence', (scene, base) => ({
    ...endpoints((index) => ({ region: index ? 'eu' : 'us' }))(scene, base), allowedRegions: ['eu'],
  }), 'cdn2', null],
  ['fence-without-endpoints', (scene, base) => ({
    ...endpoints(() => ({ region: 'us' }))(scene, base), allowedRegions: ['eu'],
  }), null, null],
  ['corrupt-fence', (scene, base) => ({
    ...endpoints(() => ({ region: 'us' }))(scene, base), allowedRegions: 42,
  }), null, /allowedRegions/],
];

const cases = CASES.flatMap(([name, config, winner, told, any]) => special(
  `bad-config/${name}`,
  { config },
  async (scene, checks) => {
    const seen = await scene.visit();
    if (winner || any) checkLoaded(checks, seen, winner);
    else checkFailed(checks, seen);
    if (told) checkTold(checks, seen, told);
    for (const [index, endpoint] of ['cdn1', 'cdn2'].entries()) {
      const allowed = any || winner === endpoint || name === 'foreign-integrity';
      if (!allowed) checks.equal(`widget requests at ${endpoint}`, seen.requests[index], 0);
    }
  },
));

// Two CDNs of one name are two CDNs all the same.
const sameName = special(
  'bad-config/duplicate-ids/first-fails',
  { faults: ['http_503', 'ok'], config: endpoints(() => ({ id: 'cdn' })) },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'endpoints[1]');
    checkTold(checks, seen, /endpoints\[1\]\.id/);
  },
);

const brokenJson = special(
  'bad-config/broken-json',
  { page: { config: '{"asset": "/w.js", endpoints: [' } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkFailed(checks, seen);
    checkTold(checks, seen, /JSON/);
  },
);

const insecure = special(
  'bad-config/http-endpoint-on-https-page',
  { secure: true, faults: ['mixed', 'ok'] },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checkTold(checks, seen, /http.*https/);
    checks.equal('requests by http', scene.cdns[0].plainRequests, 0);
  },
);

export const configCells = [cases, sameName, brokenJson, insecure].flat();
