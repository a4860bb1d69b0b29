/*
 * Reads the remote configuration into the words that the engine judges. By
 * their layout they can name no asset, origin, integrity or code; a document
 * that tries is marked, and then nothing of it is taken over.
 */
import { stateOf } from './config.js';
import { HEDGE, reader, STATES, TIER, TIMEOUT, TOTAL, U16, U32 } from './reader.js';

const FORBIDDEN = 1;
const BROKEN = 2;

/*
 * Format, version, flags, tier, hedge delay, both timeouts, regions, and for
 * each endpoint of the page its priority, weight and state, each plus one.
 * Flag n says that the nth of these words is given.
 */
export function refreshWords(given, load, say) {
  let flags = 0;
  const mark = (flag) => (message) => {
    flags |= flag;
    say(message);
  };
  const refuse = mark(FORBIDDEN);
  const read = (value, where) => reader(value, where, mark(BROKEN));
  const take = read(given, '');
  const surge = read(take('surge', 'object', {}), 'surge.');
  const allowed = take('allowedRegions', 'list|text');
  const bits = load.bitsOf_(allowed);
  if (load.fenced_ && bits & ~load.fence_) refuse('allowedRegions: can only be narrowed');
  const hedge = take('hedgeMs', HEDGE);
  const words = [
    surge('tier', TIER),
    hedge == 'auto' ? -1 : hedge,
    take('timeoutMs', TIMEOUT),
    take('totalTimeoutMs', TOTAL),
    allowed && bits,
  ];
  words.forEach((word, at) => {
    if (word != null) flags |= 8 << at;
  });
  const changes = load.endpoints_.map(() => [0, 0, 0]);
  take('endpoints', 'list', []).forEach((item, at) => {
    const field = read(item, `endpoints[${at}].`);
    const id = field('id', 'text');
    const index = load.endpoints_.findIndex((endpoint) => endpoint.id == id);
    if (index < 0) refuse(`endpoints[${at}].id: the page has no "${id}"`);
    changes[index] = [
      field('priority', U16, -1) + 1,
      field('weight', U16, -1) + 1,
      stateOf(field('state', STATES)) + 1,
    ];
    field.rest(refuse);
  });
  const version = take('version', U32);
  surge.rest(refuse);
  take.rest(refuse);
  return Uint32Array.of(1, version, flags, ...words, ...changes.flat());
}
