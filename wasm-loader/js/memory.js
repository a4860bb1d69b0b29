/*
 * The memory of earlier views. Storage may be missing, forbidden, full or
 * damaged: each costs the memory, never the widget.
 *
 * The words are written and understood by the engine; here only the header and
 * the order are read (see plan.js).
 */
import { say } from './signals.js';

/* FNV-1a, 32 bits. Another configuration has another memory. */
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

/* A nonce is another one in each view, and says nothing about the endpoints. */
export const keyOf = (raw) => 'hedgerow:' + fingerprint(JSON.stringify({ ...raw, nonce: 0 }));

export const wallSeconds = () => Math.floor(Date.now() / 1000);

const ids = (load) => load.config_.endpoints_.map(({ id }) => id);

const storage = (load) => {
  const where = load.config_.memory.storage;
  return where != 'none' && load.consent_ ? window[where + 'Storage'] : null;
};

/* The words, or an empty list. */
export function recall(load) {
  try {
    const text = storage(load)?.getItem(load.key_);
    if (!text) return [];
    const { v, ids: of, w } = JSON.parse(text);
    if (
      v !== 1 ||
      '' + of != '' + ids(load) ||
      w[0] !== 1 ||
      !(w[10] <= w.length - 11) ||
      !w.every((word) => word === word >>> 0)
    )
      throw Error('damaged');
    return w[2] > wallSeconds() ? w : [];
  } catch (error) {
    say(load, `memory: not usable, going on without (${error.message})`);
    return [];
  }
}

export function remember(load, words) {
  load.words_ = words;
  try {
    storage(load)?.setItem(load.key_, JSON.stringify({ v: 1, ids: ids(load), w: [...words] }));
  } catch (error) {
    say(load, `memory: not kept (${error.message})`);
  }
}
