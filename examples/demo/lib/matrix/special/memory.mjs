// What is remembered between views, and what is not.

import { sleep, WIDGET, WIDGET_PATH } from '../scene.mjs';
import { row } from '../faults.mjs';
import { checkLoaded, checkTold, special } from './cell.mjs';

const WASM_ONLY = { engines: [true] };
const PROBE_LIMIT_MS = 9000;

/** Waits until the first CDN has been probed, and the answer had time to be noted. */
async function probed(scene) {
  const [primary] = scene.cdns;
  const deadline = performance.now() + PROBE_LIMIT_MS;
  const answered = () => primary.requests.some((request) => request.probe && request.outcome !== 'open');
  while (!answered() && performance.now() < deadline) await sleep(20);
  const found = answered();
  await sleep(150);
  return found;
}

const back = [['http_503', 'sri'], ['cors_missing', 'cors'], ['slow_headers', 'plain'], ['stall', 'sri']].flatMap(([fault, mode]) => special(
  `back-to-the-primary/${fault}/${mode}`,
  { mode, faults: [fault, 'ok'] },
  async (scene, checks) => {
    const first = await scene.visit();
    checkLoaded(checks, first, 'cdn2');
    await scene.cdns[0].set('ok');
    const second = await scene.visit();
    checkLoaded(checks, second);
    checks.equal('the visitor of the second view does not wait for the primary', second.started[0], 'cdn2');
    checks.equal('the primary is probed in the background', await probed(scene), true);
    const third = await scene.visit();
    checkLoaded(checks, third);
    checks.equal('the first endpoint of the third view', third.started[0], 'cdn1');
    return { views: [first, second, third].map(row) };
  },
  WASM_ONLY,
));

// A probe that gets an answer has not yet seen that the widget is the right one.
const stillBroken = [
  ['html', 'cors'], ['html', 'plain'], ['http_404', 'plain'], ['empty', 'cors'], ['tampered', 'sri'], ['ready_missing', 'cors'], ['throws', 'plain'],
].flatMap(([fault, mode]) => special(
  `not-back-while-broken/${fault}/${mode}`,
  // What is seen must be the error: any answer ends a silence.
  { mode, faults: [fault, 'ok'], config: { hedgeMs: 2000 } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
    const second = await scene.visit();
    checks.equal('the first endpoint of the second view', second.started[0], 'cdn2');
    await probed(scene);
    const third = await scene.visit();
    checkLoaded(checks, third, 'cdn2');
    checks.equal('the first endpoint of the third view', third.started[0], 'cdn2');
  },
  WASM_ONLY,
));

const changed = (change) => (text) => {
  const words = JSON.parse(text);
  change(words);
  return JSON.stringify(words);
};

const DAMAGES = {
  'no-json': () => '[1,',
  'another-type': () => '{}',
  'another-version': changed((words) => { words[0] = 99; }),
  'no-words': () => '[]',
  'fractions': changed((words) => { words[11] = 0.5; }),
  'too-large': changed((words) => { words[4] = 2 ** 40; }),
  'cut-short': changed((words) => { words.length -= 1; }),
  'endless': () => JSON.stringify(new Array(100_000).fill(7)),
  'order-out-of-range': changed((words) => { words[11] = 4_000_000; }),
};

const damaged = Object.entries(DAMAGES).flatMap(([name, damage]) => special(
  `damaged-memory/${name}`,
  { faults: ['http_503', 'ok'] },
  async (scene, checks) => {
    const first = await scene.visit();
    checks.equal('memories kept', first.stored.length, 1);
    if (!first.stored.length) return;
    const { key, value } = first.stored[0];
    await scene.evaluate((name_, text) => localStorage.setItem(name_, text), key, damage(value));
    const second = await scene.visit();
    checkLoaded(checks, second, 'cdn2');
  },
));

const damageIsTold = special(
  'damaged-memory-is-told',
  { faults: ['http_503', 'ok'] },
  async (scene, checks) => {
    const first = await scene.visit();
    if (first.stored.length) await scene.evaluate((key) => localStorage.setItem(key, 'not a memory'), first.stored[0].key);
    checkTold(checks, await scene.visit(), /memory/);
  },
);

const DENIED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });";
const FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";

const unusable = Object.entries({ denied: DENIED, full: FULL }).flatMap(([name, before]) => special(
  `storage-throws/${name}`,
  { faults: ['http_503', 'ok'], page: { before } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checkTold(checks, seen, /memory/);
  },
));

const places = special(
  'storage-of-the-session',
  { faults: ['http_503', 'ok'], config: { memory: { storage: 'session' } } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checks.equal('where the memory is', seen.stored.map((entry) => entry.in), ['sessionStorage']);
    checks.equal('the first endpoint of the second view', (await scene.visit()).started[0], 'cdn2');
  },
);

const nowhere = special(
  'storage-none',
  { faults: ['http_503', 'ok'], config: { memory: { storage: 'none' } } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checks.equal('what is stored', seen.storage, []);
  },
);

const consent = special(
  'no-consent-no-storage',
  { faults: ['http_503', 'ok'], config: (scene) => ({ consent: false, report: { url: `/beacons/${scene.id}` } }) },
  async (scene, checks) => {
    const beacons = () => scene.pages.beacons.filter(({ path }) => path === `/beacons/${scene.id}`);
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checks.equal('what is stored', seen.storage, []);
    checks.equal('cookies', await scene.evaluate(() => document.cookie), '');
    // The next view has nothing to remember, and reports of this one were not sent on leaving.
    const second = await scene.visit();
    checks.equal('what is stored on the second view', second.storage, []);
    checks.equal('the first endpoint of the second view', second.started[0], 'cdn1');
    checks.equal('reports sent', beacons().length, 0);
    await scene.evaluate(() => window.hedgerow.consent(true));
    const after = await scene.look();
    checks.equal('memories kept once consent is given', after.stored.length, 1);
    const deadline = performance.now() + PROBE_LIMIT_MS;
    while (!beacons().length && performance.now() < deadline) await sleep(20);
    checks.equal('reports sent once consent is given', beacons().length, 1);
  },
);

const beacon = special(
  'report-by-beacon',
  { faults: ['http_503', 'ok'], config: (scene) => ({ report: { url: `/beacons/${scene.id}` } }) },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
    const sent = () => scene.pages.beacons.filter(({ path }) => path === `/beacons/${scene.id}`);
    const deadline = performance.now() + PROBE_LIMIT_MS;
    while (!sent().length && performance.now() < deadline) await sleep(20);
    await sleep(100);
    checks.equal('reports sent', sent().length, 1);
    const report = JSON.parse(sent()[0]?.text ?? '{}');
    checks.equal('the endpoint in the report', report.endpoint, 'cdn2');
    checks.equal('attempts in the report', report.attempts?.map(({ endpoint }) => endpoint), ['cdn1', 'cdn2']);
  },
);

// What an operator can act on.
async function checkDiagnosis(scene, checks, message) {
  checkLoaded(checks, await scene.visit(), 'cdn2');
  const deadline = performance.now() + PROBE_LIMIT_MS;
  let seen = await scene.look();
  while (!seen.warnings.some((text) => message.test(text)) && performance.now() < deadline) {
    await sleep(50);
    seen = await scene.look();
  }
  checkTold(checks, seen, message);
}

const diagnosis = [['refused', /cdn1: unreachable/], ['cors_missing', /cdn1: reachable but unreadable/], ['http_503', /cdn1: reachable but unreadable/]]
  .flatMap(([fault, message]) => special(
    `diagnosis/${fault}`,
    { faults: [fault, 'ok'] },
    (scene, checks) => checkDiagnosis(scene, checks, message),
  ));

// A health path says what the asset's own path can't: that the rest is well.
const healthPath = [['as-it-should', undefined, /cdn1: reachable$/], ['otherwise', 204, /cdn1: reachable but unreadable/]]
  .flatMap(([name, status, message]) => special(
    `diagnosis/health-path-answers-${name}`,
    {
      assets: { [WIDGET_PATH]: { body: WIDGET }, '/health.html': { body: Buffer.from('well'), type: 'text/html' } },
      config: (_scene, base) => ({
        endpoints: base.endpoints.map((endpoint) => ({ ...endpoint, health: { path: '/health.html', status } })),
      }),
    },
    async (scene, checks) => {
      await scene.cdns[0].set('http_503', WIDGET_PATH);
      await checkDiagnosis(scene, checks, message);
      const asked = scene.cdns[0].requests.filter(({ probe }) => probe).map(({ path }) => path);
      checks.equal('what the first endpoint is asked for', [...new Set(asked)], ['/health.html']);
    },
  ));

export const memoryCells = [
  back, stillBroken, damaged, damageIsTold, unusable, places, nowhere, consent, beacon, diagnosis, healthPath,
].flat();
