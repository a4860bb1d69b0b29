/*
 * The memory of earlier views. Storage may be missing, forbidden, full or
 * damaged: each costs the memory, never the widget.
 *
 * The words are written and understood by the engine. Here only their head is
 * read (2 expires (s), 3 surge tier, 4 hedge delay, 6 total deadline, 10 length of
 * the order, then the order), and whether they fit this page: what the engine would
 * not take for its memory must not decide what is committed before it has booted.
 */
import { say } from './signals.js';

export const wallSeconds = () => (Date.now() / 1000) | 0;

const storage = (load) =>
  load.consent ? window[load.memory.storage + 'Storage'] : null;

/*
 * The words, or an empty list. Each configuration has a memory of its own, under
 * its hash (FNV-1a, but from 0).
 */
export function recall(load) {
  let hash = 0;
  for (const char of load.given_)
    hash = Math.imul(hash ^ char.charCodeAt(), 0x01000193);
  load.key_ = 'hedgerow:' + hash;
  try {
    const text = storage(load)?.getItem(load.key_);
    if (!text) return [];
    const w = JSON.parse(text);
    if (
      w.length == 13 + 8 * load.endpoints_.length + load.assets_.length &&
      w[0] == 1 &&
      w[3] < 5 &&
      w[6] > 99 &&
      w.every((word) => word === word >>> 0)
    )
      // A clock that was set back would keep a memory alive for years.
      return w[2] > wallSeconds() && w[2] <= wallSeconds() + load.memory.ttlSeconds + 60 ? w : [];
    throw 'damaged';
  } catch (error) {
    say(load, 'memory: ignored, ' + error);
    return [];
  }
}

export const remember = (load, words) => {
  load.words_ = words;
  try {
    storage(load)?.setItem(load.key_, JSON.stringify(words));
  } catch (error) {
    say(load, 'memory: not kept, ' + error);
  }
};
