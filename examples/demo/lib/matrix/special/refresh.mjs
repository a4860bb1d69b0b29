// The remote configuration: what it may change, and what it may not.

import { sleep } from '../scene.mjs';
import { checkLoaded, special } from './cell.mjs';

const REFRESH_LIMIT_MS = 9000;

// Name, the document, the first endpoint of the next view (null: the widget is
// suppressed), and what people are told.
const CASES = [
  ['swaps-roles', { version: 2, endpoints: [{ id: 'cdn1', priority: 5 }, { id: 'cdn2', priority: 1 }] }, 'cdn2', /refresh_accepted/],
  ['drains-the-primary', { version: 2, endpoints: [{ id: 'cdn1', state: 'drain' }] }, 'cdn2', /refresh_accepted/],
  ['starts-a-surge', { version: 2, surge: { tier: 3 } }, null, /refresh_accepted/],
  ['is-older', { version: 0, endpoints: [{ id: 'cdn1', state: 'drain' }] }, 'cdn1', /refresh/],
  ['names-a-new-origin', { version: 2, endpoints: [{ id: 'cdn9', url: 'https://evil.example', priority: 0 }, { id: 'cdn1', state: 'drain' }] }, 'cdn1', /refresh/],
  ['moves-an-endpoint', { version: 2, endpoints: [{ id: 'cdn1', url: 'https://evil.example', state: 'drain' }] }, 'cdn1', /refresh/],
  ['brings-an-asset', { version: 2, asset: '/evil.js', endpoints: [{ id: 'cdn1', state: 'drain' }] }, 'cdn1', /refresh/],
  ['changes-integrity', { version: 2, integrity: 'sha384-AAAA', surge: { tier: 3 } }, 'cdn1', /refresh/],
  ['brings-a-fallback', { version: 2, fallback: { html: '<img src=x onerror=alert(1)>' }, surge: { tier: 4 } }, 'cdn1', /refresh/],
  ['changes-init', { version: 2, init: 'alert', surge: { tier: 3 } }, 'cdn1', /refresh/],
  ['is-broken', '{"version": 2, ', 'cdn1', /refresh/],
  ['has-absurd-numbers', { version: 2, timeoutMs: -1, endpoints: [{ id: 'cdn1', state: 'drain', weight: 1e12 }] }, 'cdn1', /refresh/],
];

const text = (document) => (typeof document === 'string' ? document : JSON.stringify(document));

const cases = CASES.flatMap(([name, document, first, told]) => special(
  `refresh/${name}`,
  {
    config: (scene) => ({
      version: 1,
      refresh: { url: scene.pages.publish(`/remote/${scene.id}`, text(document)), intervalSeconds: 3600 },
      stub: ['widget'],
    }),
  },
  async (scene, checks) => {
    const path = `/remote/${scene.id}`;
    const before = await scene.visit();
    checkLoaded(checks, before, 'cdn1');
    checks.equal('the remote configuration delays nothing', before.final.length, 1);
    const told_ = (seen) => [...seen.warnings, ...seen.messages.map((message) => message.text)].some((message) => told.test(message));
    const deadline = performance.now() + REFRESH_LIMIT_MS;
    let seen = await scene.look();
    while (!told_(seen) && performance.now() < deadline) {
      await sleep(50);
      seen = await scene.look();
    }
    checks.equal('requests for the remote configuration', scene.pages.requestsFor(path), 1);
    checks.that('people are told', told_(seen), String(told), [seen.warnings, seen.messages.map((message) => message.text)]);
    await sleep(100);
    const after = await scene.visit();
    if (first) {
      checkLoaded(checks, after, first);
      checks.equal('the first endpoint of the next view', after.started[0], first);
    } else {
      checks.equal('executions on the next view', after.ran.length, 0);
      checks.match('report.reason', after.report?.reason, /surge_suppressed/);
    }
    checks.equal('requests for the remote configuration within its interval', scene.pages.requestsFor(path), 1);
  },
  { engines: [true] },
));

const unreachable = special(
  'refresh/is-unreachable',
  { config: { version: 1, refresh: { url: 'http://127.0.0.1:9/remote.json', intervalSeconds: 3600 } } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn1');
    checkLoaded(checks, await scene.visit(), 'cdn1');
  },
  { engines: [true] },
);

export const refreshCells = [cases, unreachable].flat();
