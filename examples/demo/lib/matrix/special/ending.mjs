// How a load ends when nothing can be had, and what it never holds up.

import { row } from '../faults.mjs';
import { checkFailed, checkLoaded, special } from './cell.mjs';
import { sleep } from '../scene.mjs';

const DOWN = [['refused', 'refused'], ['blackhole', 'slow_headers'], ['http_503', 'html'], ['stall', 'dns']];
const FALLBACK = { html: '<p id="fallback">Please call us.</p>' };

const bothDown = DOWN.flatMap((faults) => special(
  `both-down/${faults.join('+')}`,
  { faults, config: { totalTimeoutMs: 1500, timeoutMs: 1000, fallback: FALLBACK } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkFailed(checks, seen);
    checks.equal('endpoints tried', [...new Set(seen.started)], ['cdn1', 'cdn2']);
    const told = seen.report?.attempts ?? [];
    checks.equal('attempts without a reason', told.filter(({ reason }) => !reason), []);
    const final = seen.messages.filter(({ level, text }) => level === 'error' && text.startsWith('hedgerow: '));
    checks.equal('final messages in the console', final.length, 1);
    for (const { endpoint, reason } of told) checks.match('the final message', final[0]?.text, new RegExp(`${endpoint}.*${reason}`));
    checks.equal('the static fallback is shown', await scene.evaluate(() => Boolean(document.querySelector('#fallback'))), true);
    checks.equal('nothing is held against an endpoint when all of them fail', seen.stored, []);
    return { views: [row(seen)] };
  },
));

const pageLoad = special(
  'page-load-not-held-back',
  { faults: ['slow_headers', 'stall'], config: { totalTimeoutMs: 2000, timeoutMs: 1500 } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkFailed(checks, seen);
    checks.that("the page's load event comes before the end of the load",
      seen.loadEventAt !== null && seen.loadEventAt < seen.final[0]?.at, 'load event first', [seen.loadEventAt, seen.final[0]?.at]);
    return { views: [row(seen)] };
  },
);

// The contrast that gives the cell before its meaning.
const pageLoadClassic = special(
  'page-load-held-back-by-classic',
  { faults: ['slow_headers', 'stall'], peer: 'classic', csp: null },
  async (scene, checks) => {
    await scene.navigate();
    await sleep(3300);
    const seen = await scene.look();
    checks.equal('the classic loader has gone on to the secondary', scene.cdns[1].count(), 1);
    checks.equal("the page's load event", seen.loadEventAt, null);
  },
  { engines: [true] },
);

const classicRunsTwice = special(
  'classic-runs-twice-when-late',
  { faults: ['late', 'ok'], peer: 'classic', csp: null },
  async (scene, checks) => {
    const seen = await scene.visit({ until: 'ran' });
    checks.equal('executions by the classic loader', seen.ran.length, 2);
  },
  { engines: [true] },
);

// `navigator.onLine` as a page finds it in a tunnel; the network is real enough,
// since both CDNs refuse until the device is back.
const TUNNEL = `
  Object.defineProperty(navigator, 'onLine', { get: () => window.__online === true });
  window.__leaveTunnel = () => { window.__online = true; window.dispatchEvent(new Event('online')); };
`;

const offline = special(
  'offline-is-no-fault',
  { faults: ['refused', 'refused'], config: { totalTimeoutMs: 2000 }, page: { before: TUNNEL } },
  async (scene, checks) => {
    await scene.navigate();
    await scene.until('load');
    await scene.until('settled', 2500);
    const away = await scene.look();
    checks.equal('executions while offline', away.ran.length, 0);
    checks.equal('memory of failures while offline', away.stored, []);
    await Promise.all(scene.cdns.map((cdn) => cdn.set('ok')));
    const back = await scene.visit();
    // The page is offline again until told otherwise: what counts is the order.
    checks.equal('the first endpoint on the next view', back.started[0], 'cdn1');
  },
);

const reallyOffline = special(
  'offline-network',
  { page: { peer: 'module' } },
  async (scene, checks) => {
    const context = await scene.context();
    await scene.navigate();
    await scene.until('load');
    await scene.evaluate(() => new Promise((resolve) => {
      const check = () => (window.hedgerowModule ? resolve() : setTimeout(check, 10));
      check();
    }));
    await context.setOffline(true);
    await scene.evaluate((config) => void window.hedgerowModule.load(config), scene.config);
    await sleep(400);
    checks.equal('executions while offline', (await scene.look()).ran.length, 0);
    await context.setOffline(false);
    await scene.until('settled');
    const seen = await scene.look();
    checks.equal('the load ends once', seen.final.length, 1);
    if (!seen.report?.ok) checks.equal('the reason of the failure', seen.report?.reason, 'offline');
    checks.equal('memory of failures while offline', seen.stored, []);
  },
  { browsers: ['chromium'] },
);

// A visitor who leaves in the middle of a hang says nothing about the CDN.
const navigation = special(
  'navigation-is-no-fault',
  { faults: ['slow_headers', 'slow_headers'] },
  async (scene, checks) => {
    const elsewhere = scene.pages.add(`/elsewhere/${scene.id}`, { peer: 'none' });
    await scene.navigate();
    await scene.until('load');
    await (await scene.context()).goto(elsewhere);
    await Promise.all(scene.cdns.map((cdn) => cdn.set('ok')));
    const seen = await scene.visit();
    checkLoaded(checks, seen);
    checks.equal('the first endpoint on the next view', seen.started[0], 'cdn1');
  },
);

export const endingCells = [bothDown, pageLoad, pageLoadClassic, classicRunsTwice, offline, reallyOffline, navigation].flat();
