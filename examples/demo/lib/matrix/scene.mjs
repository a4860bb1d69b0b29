// One page with two CDNs of its own: what every cell of the matrix plays on.

import { once } from 'node:events';

import { Cdn } from '../cdn.mjs';
import { FAULTS } from '../faults.mjs';
import { integrityOf, makeWidget } from '../widget.mjs';

const WIDGET = makeWidget();
const WIDGET_PATH = '/webmessaging/widget.js';

// Longer than any deadline in a cell: reached only when a loader says nothing.
const SILENCE_MS = 12_000;
// How long a second execution is waited for once the load has settled.
const AFTERMATH_MS = 200;
const LATE_AFTERMATH_MS = 6000;

export const MODES = ['sri', 'cors', 'plain'];

let serial = 0;

export class Scene {
  #context = null;
  #views = 0;

  /**
   * - `mode`: `sri` (integrity and CORS), `cors`, or `plain` (no CORS on any CDN)
   * - `faults`: of the first and the second CDN
   * - `config`: changes to the loader's configuration, or a function of the scene
   *   that returns them; `undefined` removes a field
   * - `csp`, and `page` (or a function of the scene): what `PageServer.add` takes
   */
  static async open(stage, options = {}) {
    const { mode = 'sri', wasm = true, secure = false, faults = ['ok', 'ok'], assets, peer = 'hedgerow' } = options;
    const scene = new Scene();
    scene.stage = stage;
    scene.pages = secure ? stage.securePages : stage.pages;
    scene.assets = assets ?? { [WIDGET_PATH]: { body: WIDGET } };
    scene.cdns = await Promise.all(['cdn1', 'cdn2'].map((id) => Cdn.start({
      id,
      host: `${id}.localhost`,
      assets: scene.assets,
      tls: secure ? { ca: stage.ca } : null,
      cors: mode !== 'plain',
    })));
    await Promise.all(scene.cdns.map((cdn, index) => cdn.set(faults[index])));
    serial += 1;
    scene.id = serial;
    scene.config = scene.#configure(mode, options.config);
    const csp = options.csp === null ? null : { wasm, hosts: scene.#allowedHosts(), ...options.csp };
    const page = typeof options.page === 'function' ? options.page(scene) : options.page;
    scene.url = scene.pages.add(`/cells/${scene.id}`, { peer, csp, config: scene.config, ...page });
    return scene;
  }

  #configure(mode, changes) {
    const base = {
      asset: WIDGET_PATH,
      endpoints: this.cdns.map((cdn) => ({ id: cdn.id, url: cdn.url })),
      ...(mode === 'sri' && { integrity: integrityOf(this.assets[WIDGET_PATH]?.body ?? WIDGET) }),
      ...(mode !== 'plain' && { crossOrigin: 'anonymous' }),
      ready: 'widget',
      init: 'widget.init',
      timeoutMs: 3000,
      totalTimeoutMs: 4000,
      // A machine that is busy with other cells must not be taken for a slow CDN.
      ...(this.cdns.every((cdn) => FAULTS[cdn.fault].kind === 'healthy') && { hedgeMs: 2000 }),
    };
    return { ...base, ...(typeof changes === 'function' ? changes(this, base) : changes) };
  }

  // A policy that forgets a CDN is a fault of the page.
  #allowedHosts() {
    return this.cdns.filter((cdn) => cdn.fault !== 'csp_blocked').map((cdn) => cdn.url);
  }

  async context() {
    this.#context ??= await this.stage.browser.newContext();
    return this.#context;
  }

  /** Opens the page as the next view of this visitor, without waiting for the load. */
  async navigate() {
    for (const cdn of this.cdns) cdn.forget();
    this.#views += 1;
    await (await this.context()).goto(`${this.url}?view=${this.#views}`);
  }

  /** The next view of this visitor, from navigation to the end of the load. */
  async visit({ until = 'settled', limit = SILENCE_MS } = {}) {
    await this.navigate();
    await this.until(until, limit);
    await this.calm();
    return this.look();
  }

  async until(condition, limit = SILENCE_MS) {
    return this.evaluate((name, ms) => window.__cell.until(name, ms), condition, limit);
  }

  async evaluate(fn, ...args) {
    return (await this.context()).evaluate(fn, ...args);
  }

  /** Waits for answers that are still under way: they could run a second time. */
  async calm() {
    const late = this.cdns.some((cdn) => FAULTS[cdn.fault].kind === 'late');
    const deadline = performance.now() + (late ? LATE_AFTERMATH_MS : AFTERMATH_MS);
    for (const cdn of this.cdns) {
      while (cdn.open > 0 && performance.now() < deadline) {
        await Promise.race([once(cdn, 'end'), sleep(deadline - performance.now())]);
      }
    }
    // A script whose last byte has just arrived still has to run.
    await this.evaluate(() => new Promise((resolve) => setTimeout(resolve, 30)));
  }

  /** What page and CDNs have noted in this view. */
  async look() {
    const seen = await this.evaluate(() => window.__cell.snapshot());
    return {
      ...seen,
      requests: this.cdns.map((cdn) => cdn.count()),
      requestLog: this.cdns.map((cdn) => cdn.requests.map(({ dest, mode, probe, outcome, status }) =>
        `${dest ?? '?'}/${mode ?? '?'}${probe ? ' probe' : ''} ${status ?? 'no'} ${outcome}`)),
      probes: this.cdns.map((cdn) => cdn.requests.filter(({ probe }) => probe).length),
      started: attempts(seen).map((attempt) => attempt.endpoint),
      final: seen.events.filter(({ type }) => type === 'loaded' || type === 'failed'),
      report: seen.events.find(({ type }) => type === 'loaded' || type === 'failed')?.detail ?? null,
      timeToWidget: seen.ran.length ? seen.ran[0].at - seen.startedAt : null,
      signals: seen.events.map(signal).join(' '),
      warnings: seen.events.filter(({ type }) => type === 'warning').map(({ detail }) => detail?.message ?? ''),
      stored: seen.storage.filter(({ key }) => key.startsWith('hedgerow:')),
    };
  }

  async close() {
    await this.#context?.close();
    await Promise.all(this.cdns.map((cdn) => cdn.close()));
  }
}

export const attempts = (seen) => seen.events.filter(({ type }) => type === 'attempt').map(({ detail }) => detail);

function signal({ type, detail }) {
  switch (type) {
    case 'attempt':
      return `${detail.endpoint}(${detail.why})`;
    case 'failover':
      return `${detail.from}>${detail.to}(${detail.reason})`;
    case 'warning':
      return 'warning';
    default:
      return type;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export { AFTERMATH_MS, SILENCE_MS, WIDGET, WIDGET_PATH, sleep };
