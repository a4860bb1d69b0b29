/*
 * Gives the running downloads to whoever decides: the engine in WASM, or the
 * JavaScript racer where WASM can't run. Both take the same words and events,
 * and both say what to do by calling `act`.
 */
import * as glue from 'hedgerow:glue';
import wasmBytes from 'hedgerow:wasm';
import { host } from './host.js';
import { racer } from './racer.js';

/* Sets `load.on_`, which takes events from then on, and the engine's name. */
export function engage(load, act, save) {
  let decide;
  const queue = [];
  // Carrying out one decision may cause the next event; the engine is told of
  // it when it has finished speaking.
  load.on_ = (...event) => {
    if (queue.push(event) > 1) return;
    for (; queue[0]; queue.shift()) decide(...queue[0]);
  };
  queue.push(0);
  try {
    // The module has room for one load; another widget of this page is raced
    // in JavaScript.
    if (host.act_) throw 0;
    const module = new WebAssembly.Module(wasmBytes());
    glue.start(new WebAssembly.Instance(module, glue.imports).exports);
    let timer;
    host.act_ = act;
    host.save_ = save;
    host.wait_ = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(load.on_, ms);
    };
    decide = (kind, a, b) => (kind ? glue.on(kind, a, b) : glue.tick());
    load.refreshed_ = (words) => (words ? glue.refreshed(words) : glue.on(13, 0, 0));
    load.report_.engine = 'wasm';
    glue.boot(Uint32Array.from(load.settings_), Uint32Array.from(load.memory_));
  } catch (error) {
    decide = racer(Array.from(Uint32Array.from(load.settings_)), load.memory_, load.order_, act, save);
  }
  queue.shift();
  for (; queue[0]; queue.shift()) decide(...queue[0]);
}
