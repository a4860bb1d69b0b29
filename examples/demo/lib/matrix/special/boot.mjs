// When the engine boots: a healthy page does not wait for it, and what happened
// before is not done again.

import { row } from '../faults.mjs';
import { checkLoaded, special } from './cell.mjs';

const WASM_ONLY = { engines: [true] };

// What need not exist can't show that the widget ran already.
const BLIND = { ready: undefined, init: undefined };

// The engine's patience is stretched, and downloads do not tell their progress as
// on a slow network: a busy machine is no reason to boot.
const WATCHED = `
  Object.defineProperty(navigator, 'connection', { value: undefined });
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...rest) => later(work, ms === 50 ? 5000 : ms, ...rest);
  const Module = WebAssembly.Module;
  WebAssembly.Module = function (bytes) {
    performance.mark('cell:boot');
    return new Module(bytes);
  };
`;
const order = (seen) => seen.marks.filter((mark) => mark === 'hedgerow:commit' || mark === 'cell:boot');

const healthy = special(
  'boot/after-a-healthy-download',
  { page: { before: WATCHED }, config: BLIND },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn1');
    checks.equal('the widget is committed, then the engine boots', order(seen), ['hedgerow:commit', 'cell:boot']);
    checks.equal('report.engine', seen.report?.engine, 'wasm');
    return { views: [row(seen)] };
  },
  WASM_ONLY,
);

const failing = special(
  'boot/at-a-failure',
  { faults: ['http_503', 'ok'], page: { before: WATCHED }, config: { hedgeMs: 2000 } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checks.equal('it has booted', order(seen).filter((mark) => mark === 'cell:boot').length, 1);
    checks.equal('requests at the second CDN', seen.requests[1], 1);
    return { views: [row(seen)] };
  },
  WASM_ONLY,
);

// The shim asks for the time as it recalls; the engine gets a later one, by which
// the memory has expired and its own order begins with the other endpoint.
const EXPIRING = `
  const wall = Date.now;
  let asked = 0;
  Date.now = () => wall() + ((asked += 1) > 2 ? 7_200_000 : 0);
`;

const expiring = special(
  'boot/memory-expires-meanwhile',
  { faults: ['http_503', 'ok'], page: { before: EXPIRING }, config: { ...BLIND, hedgeMs: 2000 } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), 'cdn2');
    await scene.cdns[0].set('ok');
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn2');
    checks.equal('endpoints tried', seen.started, ['cdn2']);
    return { views: [row(seen)] };
  },
  WASM_ONLY,
);

export const bootCells = [healthy, failing, expiring].flat();
