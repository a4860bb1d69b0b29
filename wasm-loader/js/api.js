/*
 * The public interface: one object per page, whichever copy of this package
 * came first.
 */
import { relative } from './element.js';
import { run } from './load.js';
import { remember } from './memory.js';
import { text } from './reader.js';
import { beacon } from './report.js';

function create() {
  const loads = {};
  let first;
  const all = () => Object.values(loads);

  return {
    version: HEDGEROW_VERSION,

    load(config, script) {
      let complaint;
      let raw = config;
      try {
        raw ||= JSON.parse(script?.dataset.hedgerow || null);
      } catch (error) {
        complaint = `data-hedgerow: not JSON (${error})`;
      }
      raw ||= window.hedgerowConfig;
      if (!raw && first) return first.promise_;
      raw ||= {};
      // Another tag, a tag manager, a navigation within a single-page application:
      // one load for all of them. A nonce is another in each view.
      const key = text({ ...raw, nonce: 0 });
      if (!loads[key]) {
        // Known before it runs: its own events may make the page call again.
        const load = (loads[key] = { given_: key });
        load.promise_ = new Promise((done) => {
          load.done_ = done;
        });
        load.nonce = (script || document.querySelector('script[nonce]'))?.nonce;
        first ||= load;
        run(load, raw, complaint);
      }
      return loads[key].promise_;
    },

    /* Where the winner serves `path`. */
    url(path) {
      const base = first?.report_.url || first?.endpoints_?.[first.order_?.[0]]?.base_ || '';
      return base + relative(path);
    },

    consent(given) {
      for (const load of all()) {
        load.consent = given;
        if (load.words_) remember(load, load.words_);
        beacon(load);
      }
    },
  };
}

export const api = () => (window.hedgerow?.load?.call ? window.hedgerow : (window.hedgerow = create()));
