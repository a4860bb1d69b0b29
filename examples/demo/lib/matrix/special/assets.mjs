// Several assets, several tags, and the ways in which the loader can be started.

import { makeWidget } from '../../widget.mjs';
import { row } from '../faults.mjs';
import { WIDGET_PATH } from '../scene.mjs';
import { checkLoaded, checkTold, special } from './cell.mjs';

const TWO = {
  '/a.js': { body: makeWidget({ name: 'a' }) },
  '/b.js': { body: makeWidget({ name: 'b' }) },
};

const pair = { asset: undefined, assets: ['/a.js', '/b.js'], integrity: undefined, ready: 'b', init: 'b.init', hedgeMs: 'auto' };

const inOrder = ['ok', 'stall', 'http_503', 'slow_headers'].flatMap((fault) => special(
  `two-assets-in-order/first-${fault}`,
  { mode: 'cors', assets: TWO, config: pair },
  async (scene, checks) => {
    await scene.cdns[0].set(fault, '/a.js');
    const seen = await scene.visit();
    checks.equal('the load ends with one loaded event', seen.final.map(({ type }) => type), ['loaded']);
    checks.equal('executions in order', seen.ran.map(({ name }) => name), ['a', 'b']);
    return { views: [row(seen)] };
  },
));

const kinds = special(
  'style-script-module',
  {
    mode: 'cors',
    assets: {
      '/widget.css': { body: ':root { --from-the-widget: yes; }', type: 'text/css; charset=utf-8' },
      '/a.js': TWO['/a.js'],
      '/m.mjs': { body: makeWidget({ name: 'm', module: true }) },
    },
    faults: ['http_503', 'ok'],
    config: {
      ...pair,
      ready: 'm',
      init: undefined,
      assets: [{ path: '/widget.css', type: 'style' }, { path: '/a.js', type: 'script' }, { path: '/m.mjs', type: 'module' }],
    },
  },
  async (scene, checks) => {
    const seen = await scene.visit();
    checks.equal('the load ends with one loaded event', seen.final.map(({ type }) => type), ['loaded']);
    checks.equal('executions in order', seen.ran.map(({ name }) => name), ['a', 'm']);
    const style = await scene.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--from-the-widget').trim());
    checks.equal('the style sheet applies', style, 'yes');
    return { views: [row(seen)] };
  },
);

// A namespace that the first of two defines is not the second's proof: that one
// must run all the same.
const namespace = special(
  'two-assets-in-order/first-defines-ready',
  { mode: 'cors', assets: TWO, config: { ...pair, ready: 'a', init: undefined } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checks.equal('the load ends with one loaded event', seen.final.map(({ type }) => type), ['loaded']);
    checks.equal('executions in order', seen.ran.map(({ name }) => name), ['a', 'b']);
  },
);

const duplicates = ['ok', 'http_503', 'slow_headers'].flatMap((fault) => special(
  `duplicate-tags/${fault}`,
  { faults: [fault, 'ok'], page: { tags: 3 } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen);
    checks.equal('calls of init', seen.initialised, 1);
    checks.atMost('widget requests at cdn1', seen.requests[0], 1);
    checks.atMost('widget requests at cdn2', seen.requests[1], 1);
    return { views: [row(seen)] };
  },
));

const again = special(
  'load-again',
  {},
  async (scene, checks) => {
    await scene.visit();
    const same = await scene.evaluate(async (config) => {
      const [one, two] = [window.hedgerow.load(), window.hedgerow.load(config)];
      return { same: one === two, ok: (await one).ok };
    }, scene.config);
    checks.equal('load() gives the same promise again', same, { same: true, ok: true });
    const seen = await scene.look();
    checkLoaded(checks, seen, 'cdn1');
    const url = await scene.evaluate(() => window.hedgerow.url('chunks/7.js'));
    checks.equal("url() is on the winner's base", url, `${scene.cdns[0].origin}/chunks/7.js`);
  },
);

const asModule = ['ok', 'http_503', 'slow_headers'].flatMap((fault) => special(
  `es-module/${fault}`,
  { faults: [fault, 'ok'], page: { peer: 'module' } },
  async (scene, checks) => {
    await scene.navigate();
    const report = await scene.evaluate(async (config) => {
      while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
      return window.hedgerowModule.load(config);
    }, scene.config);
    checks.equal('the promise of load() resolves to the report', report?.ok, true);
    checkLoaded(checks, await scene.look(), fault === 'ok' ? 'cdn1' : 'cdn2');
  },
));

const byGlobal = special(
  'config-by-global',
  { faults: ['http_503', 'ok'], page: { by: 'global' } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
  },
);

// An element's id is a global as well, and must not pass for the widget.
const clobbered = special(
  'element-with-the-ready-name',
  { mode: 'plain', faults: ['ready_missing', 'ok'], page: { body: '<div id="widget"></div>' } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
  },
);

// The right bytes, and yet the global is not there: another CDN has no better ones.
const readyWithIntegrity = special(
  'ready-missing-with-matching-integrity',
  { config: { ready: 'widget.setUpByTheSite' } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checks.equal('executions of the widget', seen.ran.length, 1);
    checks.equal('endpoints started', seen.started, ['cdn1']);
    checks.match('report.reason', seen.report?.reason, /not_ready|ready_missing/);
  },
);

// The browser names a URL in its own spelling.
const respelled = special(
  'module-throws/path-with-a-space',
  {
    mode: 'cors',
    faults: ['throws', 'ok'],
    assets: { '/my%20m.mjs': { body: makeWidget({ name: 'm', module: true }) } },
    config: { asset: '/my m.mjs', ready: undefined, init: undefined, integrity: undefined },
  },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
  },
);

// What is no Error has neither a file nor a line in Chromium and Firefox.
const onceBroken = (how) => Buffer.concat([
  Buffer.from(`if (!window.tried) {\n  window.tried = true;\n  ${how}\n}\n`),
  makeWidget({ name: 'm', module: true }),
]);
const loneModule = { asset: '/m.mjs', ready: undefined, init: undefined, integrity: undefined };
const oddThrows = [
  ['no-error', "throw 'broken';"],
  // WebKit takes a module that fails after an await for a good one.
  ['no-error-later', "await null;\n  throw 'broken';", ['chromium', 'firefox']],
].map(([name, how, browsers]) => special(
  `module-throws/${name}`,
  { mode: 'cors', assets: { '/m.mjs': { body: onceBroken(how) } }, config: loneModule },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
  },
  { browsers },
));

// Another module that does so meanwhile is another's fault.
const OTHER = `
  const { nonce } = document.currentScript;
  new PerformanceObserver((list) => {
    if (!list.getEntriesByName('hedgerow:commit').length) return;
    const text = "window.otherRan = true; throw 'not the widget';";
    document.head.append(Object.assign(document.createElement('script'), { type: 'module', nonce, text }));
  }).observe({ type: 'mark' });
`;
const importing = Buffer.concat([Buffer.from("import './late.mjs';\n"), makeWidget({ name: 'm', module: true })]);
const othersThrow = special(
  'module-loads-while-others-throw',
  {
    mode: 'cors',
    assets: { '/m.mjs': { body: importing }, '/late.mjs': { body: Buffer.from('export {};') } },
    config: { ...loneModule, timeoutMs: 10_000, totalTimeoutMs: 10_000, hedgeMs: 0 },
    page: { before: OTHER },
  },
  async (scene, checks) => {
    await scene.cdns[0].set('late', '/late.mjs');
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn1');
    checks.equal('the other module ran', await scene.evaluate(() => window.otherRan), true);
  },
);

// Whatever the page's own code throws, the load ends, and says what happened.
const NOTHING = "window.shop = { get widget() { throw null; }, open() { throw null; } }";

const readyThrows = special(
  'ready-throws',
  { config: { ready: 'shop.widget' }, page: { before: NOTHING } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checks.equal('executions of the widget', seen.ran.length, 1);
    checks.equal('report.reason', seen.report?.reason, 'loaded_not_ready');
  },
);

const initThrows = special(
  'init-throws',
  { config: { init: 'shop.open' }, page: { before: NOTHING } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen);
    checkTold(checks, seen, /init: shop\.open failed/);
  },
);

const throwsAfterwards = special(
  'throws-after-it-is-ready',
  {
    mode: 'cors',
    assets: { [WIDGET_PATH]: { body: Buffer.concat([makeWidget(), Buffer.from('\nthrow new Error("too late to matter");\n')]) } },
  },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen);
    checks.equal('endpoints that were held responsible', seen.report?.attempts.filter(({ outcome }) => outcome === 'failed'), []);
  },
);

export const assetCells = [
  inOrder, namespace, kinds, duplicates, again, asModule, byGlobal, clobbered, readyWithIntegrity, respelled, oddThrows, othersThrow, readyThrows, initThrows, throwsAfterwards,
].flat(2);
