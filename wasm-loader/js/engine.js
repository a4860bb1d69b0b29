/*
 * Gives the running downloads to whoever decides: the engine in WASM, or the
 * JavaScript racer where WASM can't run. Both take the same words and events,
 * and both say what to do by calling `act`.
 */
import { boot, imports, on, refreshed, start, tick } from 'hedgerow:glue';
import wasmBytes from 'hedgerow:wasm';
import { host } from './host.js';
import { racer } from './racer.js';

/* Sets `load.on_`, which takes events from then on. */
export function engage(load, act, save) {
  let decide;
  let timer;
  // Carrying out a decision may cause the next event; the engine hears of it
  // when it has finished speaking.
  const queue = [[]];
  const drain = () => {
    for (; queue[0]; queue.shift()) decide(...queue[0]);
  };
  load.on_ = (...event) => {
    if (queue.push(event) < 2) drain();
  };
  try {
    // The module has room for one load; another widget of this page is raced
    // in JavaScript.
    if (host.act_) throw 0;
    start(new WebAssembly.Instance(new WebAssembly.Module(wasmBytes()), imports).exports);
    host.act_ = act;
    host.save_ = save;
    host.wait_ = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(load.on_, ms);
    };
    load.refreshed_ = refreshed;
    if (!boot(load.settings_, Uint32Array.from(load.memory_))) throw 0;
    load.report_.engine = 'wasm';
    decide = (kind, a, b) => (kind ? on(kind, a, b) : tick());
  } catch {
    decide = racer(load.settings_, load.memory_, load.order_, act, save);
    queue.shift();
  }
  drain();
}
