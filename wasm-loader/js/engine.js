/*
 * Gives the running downloads to whoever decides: the engine in WASM, or the
 * JavaScript racer where WASM can't run. Both take the same words and events,
 * and both say what to do by calling `act` with a number and its arguments.
 */
import { imports, ON, WORD } from 'hedgerow:glue';
import wasmBytes from 'hedgerow:wasm';
import { racer } from './racer.js';
import { now } from './signals.js';
import { DOWNLOADED } from './transport.js';

const REFRESHED = 14;
const BOOT = 15;
const COMMIT = 3;

let engine;

/* Longer than a healthy download takes beside the page, shorter than most silences. */
const PATIENCE_MS = 50;

/*
 * Sets `load.on_`, which takes events from then on.
 *
 * To boot the engine takes the main thread some milliseconds. Where the first
 * choice arrives before anything else happens, every policy says the same:
 * commit it. So that is done at once, and the engine hears afterwards what
 * happened, and when.
 */
export function engage(load, act) {
  let decide;
  const queue = [[now(), BOOT, load.settings_.length]];
  load.on_ = (...event) => {
    if (queue.push([now(), ...event]) > 1) {
      // Carrying out a decision may cause the next event; the engine hears of it
      // when it has finished speaking.
      if (decide) return;
      if (event[0] == DOWNLOADED && !event[1]) return act(COMMIT, 0);
      try {
        // The module has room for one load; another widget of this page is raced
        // in JavaScript.
        if (engine) throw 0;
        engine = new WebAssembly.Instance(new WebAssembly.Module(wasmBytes()), imports(act)).exports;
        load.refreshed_ = (words) => {
          words.forEach(engine[WORD]);
          load.on_(REFRESHED);
        };
        load.settings_.forEach(engine[WORD]);
        load.memory_.forEach(engine[WORD]);
        decide = engine[ON];
        if (!decide(...queue[0])) throw 0;
        load.report_.engine = 'wasm';
      } catch {
        decide = racer(load.settings_, load.memory_, load.order_, act);
      }
      // Its timers count from what it heard last, which was before it booted. To be
      // told to begin once more means nothing to it.
      queue.push([now()]);
    }
    while (queue[0]) {
      decide(...queue[0]);
      queue.shift();
    }
  };
  // When a hedge is due it must be there, and 0 is none (see memory.js); without an
  // early download there is nothing to wait for.
  if (load.early_)
    setTimeout(load.on_, Math.min((load.memory_[4] ?? load.settings_[5]) || PATIENCE_MS, PATIENCE_MS));
  else load.on_();
}
