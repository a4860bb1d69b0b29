// Several loads on one page: what is one asset runs once, what is two runs twice.

import { makeWidget } from '../../widget.mjs';
import { checkLoaded, special } from './cell.mjs';

const other = (name) => ({ [`/${name}.js`]: { body: makeWidget({ name }) } });
const names = (seen) => seen.ran.map(({ name }) => name);

const spellings = ['ok', 'http_503'].flatMap((fault) => special(
  `one-asset-written-in-other-ways/${fault}`,
  { mode: 'cors', faults: [fault, 'ok'] },
  async (scene, checks) => {
    await scene.visit();
    const { asset, ...rest } = scene.config;
    const ways = [{ asset: asset.slice(1) }, { asset: { path: asset } }, { assets: [asset] }, { asset: `/${asset}` }];
    const given = ways.map((way) => ({ ...rest, integrity: undefined, ...way }));
    // Another choice of CDNs is still the same widget.
    given.push({ asset, ...rest, endpoints: rest.endpoints.slice(1) });
    const same = await scene.evaluate(async (configs) => {
      const first = window.hedgerow.load();
      return configs.map((config) => window.hedgerow.load(config) === first);
    }, given);
    checks.equal('each gives the promise of the first', same, given.map(() => true));
    await scene.calm();
    const seen = await scene.look();
    checkLoaded(checks, seen);
    checks.equal('calls of init', seen.initialised, 1);
  },
));

const vendors = special(
  'two-vendors-with-the-same-path',
  { mode: 'cors', config: (_scene, base) => ({ endpoints: base.endpoints.slice(0, 1) }) },
  async (scene, checks) => {
    await scene.visit();
    const url = scene.cdns[1].url;
    const second = await scene.evaluate(async (config) => {
      const { ok, endpoint } = await window.hedgerow.load(config);
      return { ok, endpoint };
    }, { ...scene.config, endpoints: [{ id: 'vendor2', url }] });
    checks.equal("the second vendor's report", second, { ok: true, endpoint: 'vendor2' });
    const seen = await scene.look();
    checks.equal('executions', seen.ran.length, 2);
    checks.equal('requests at each vendor', seen.requests, [1, 1]);
  },
);

const shared = ['ok', 'slow_headers'].flatMap((fault) => special(
  `two-loads-share-an-asset/${fault}`,
  {
    mode: 'cors',
    assets: { ...other('a'), ...other('b'), ...other('c') },
    page: { peer: 'module' },
    config: { asset: undefined, integrity: undefined, init: undefined, hedgeMs: 'auto' },
  },
  async (scene, checks) => {
    await scene.cdns[0].set(fault, '/a.js');
    await scene.navigate();
    const ok = await scene.evaluate(async (config) => {
      while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
      const loads = ['b', 'c'].map((name) =>
        window.hedgerowModule.load({ ...config, assets: ['/a.js', `${name}.js`], ready: name }));
      return (await Promise.all(loads)).map((report) => report.ok);
    }, scene.config);
    checks.equal('both load', ok, [true, true]);
    await scene.calm();
    checks.equal('executions in order', names(await scene.look()), ['a', 'b', 'c']);
  },
));

// The first load never got its second asset, but the one that both have it ran.
const sharedAfterFailure = special(
  'two-loads-share-an-asset/the-first-fails',
  {
    mode: 'cors',
    assets: { ...other('a'), ...other('b'), ...other('c') },
    page: { peer: 'module' },
    config: { asset: undefined, integrity: undefined, init: undefined },
  },
  async (scene, checks) => {
    for (const cdn of scene.cdns) await cdn.set('http_503', '/b.js');
    await scene.navigate();
    const ok = await scene.evaluate(async (config) => {
      while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
      const loads = ['b', 'c'].map((name) =>
        window.hedgerowModule.load({ ...config, assets: ['a.js', `/${name}.js`], ready: name }));
      return (await Promise.all(loads)).map((report) => report.ok);
    }, scene.config);
    checks.equal('the second loads', ok, [false, true]);
    await scene.calm();
    checks.equal('executions in order', names(await scene.look()), ['a', 'c']);
  },
);

// What JSON can't write can only be given by a script.
const unwritable = special(
  'bad-config/no-json',
  { mode: 'cors', page: { peer: 'module' } },
  async (scene, checks) => {
    await scene.navigate();
    const told = await scene.evaluate(async (config) => {
      while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
      const circle = {};
      circle.itself = circle;
      const { ok, warnings } = await window.hedgerowModule.load({ ...config, timeoutMs: 3000n, circle });
      return { ok, warnings };
    }, scene.config);
    const warnings = ['circle: no such field, ignored', 'timeoutMs: bigint ignored, write 100..60000'];
    checks.equal('what is told', { ...told, warnings: told?.warnings.sort() }, { ok: true, warnings });
    checkLoaded(checks, await scene.look(), 'cdn1');
  },
);

const consentAtOnce = special(
  'consent-given-at-once',
  { mode: 'cors', page: { peer: 'module' }, config: { consent: false } },
  async (scene, checks) => {
    await scene.navigate();
    const ok = await scene.evaluate(async (config) => {
      while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
      const { load, consent } = window.hedgerowModule;
      const loading = load(config);
      consent(true);
      return (await loading).ok;
    }, scene.config);
    checks.equal('it loads', ok, true);
    checkLoaded(checks, await scene.look(), 'cdn1');
  },
);

// A form is found by its id, and its fields by their names.
const FORM = `
  const form = document.createElement('form');
  form.id = 'hedgerow';
  form.innerHTML = '<input name="load">';
  document.head.append(form);
`;

const clobbered = special(
  'form-with-the-name-of-the-loader',
  { page: { before: FORM } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn1');
  },
);

export const sharingCells = [
  spellings, vendors, shared, sharedAfterFailure, unwritable, consentAtOnce, clobbered,
].flat();
