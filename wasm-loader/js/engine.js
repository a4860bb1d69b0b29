/*
 * Gives the running downloads to whoever decides: the engine in WASM, or the
 * JavaScript racer where WASM can't run. Both take the same words and events,
 * and both say what to do by calling `act` with a number and its arguments.
 */
import { imports, ON, WORD } from 'hedgerow:glue';
import wasmBytes from 'hedgerow:wasm';
import { racer } from './racer.js';
import { now } from './signals.js';

const REFRESHED = 14;
const BOOT = 15;

let engine;

/* Sets `load.on_`, which takes events from then on. */
export function engage(load, act) {
  let alive;
  let decide = (kind, a, b) => {
    alive = engine[ON](now(), kind, a, b);
  };
  // Carrying out a decision may cause the next event; the engine hears of it
  // when it has finished speaking.
  const queue = [];
  load.on_ = (...event) => {
    if (queue.push(event) < 2) for (; queue[0]; queue.shift()) decide(...queue[0]);
  };
  try {
    // The module has room for one load; another widget of this page is raced
    // in JavaScript.
    if (engine) throw 0;
    const module = new WebAssembly.Module(wasmBytes());
    engine = new WebAssembly.Instance(module, imports(act)).exports;
    load.refreshed_ = (words) => {
      words.forEach(engine[WORD]);
      load.on_(REFRESHED);
    };
    load.settings_.forEach(engine[WORD]);
    load.memory_.forEach(engine[WORD]);
    load.on_(BOOT, load.settings_.length);
    if (!alive) throw 0;
    load.report_.engine = 'wasm';
  } catch {
    decide = racer(load.settings_, load.memory_, load.order_, act);
  }
}
