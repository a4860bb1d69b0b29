/*
 * Reads the remote configuration into the words that the engine judges. By
 * their layout they can name no asset, origin, integrity or code; a document
 * that tries is marked, and then nothing of it is taken over.
 */
import { stateOf } from './config.js';
import { HEDGE, read, STATES, TIER, TIMEOUT, TOTAL, U16, U32 } from './reader.js';

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
  const fields = (value, where, table) => read(value, where, mark(BROKEN), table, refuse);
  const config = fields(given ?? 0, '', {
    version: [U32],
    timeoutMs: [TIMEOUT],
    totalTimeoutMs: [TOTAL],
    hedgeMs: [HEDGE],
    surge: { tier: [TIER] },
    allowedRegions: ['list|string'],
    endpoints: ['list', []],
  });
  const words = [
    config.surge.tier,
    config.hedgeMs == 'auto' ? -1 : config.hedgeMs,
    config.timeoutMs,
    config.totalTimeoutMs,
    config.allowedRegions && load.bitsOf_(config.allowedRegions),
  ];
  if (load.fenced_ && words[4] & ~load.fence_) refuse('allowedRegions: can only be narrowed');
  words.forEach((word, at) => {
    if (word != null) flags |= 8 << at;
  });
  const changes = load.endpoints_.map(() => [0, 0, 0]);
  config.endpoints.forEach((item, at) => {
    const where = `endpoints[${at}]`;
    const endpoint = fields(item, where, {
      id: ['string'],
      priority: [U16, -1],
      weight: [U16, -1],
      state: [STATES],
    });
    const index = load.endpoints_.findIndex(({ id }) => id == endpoint.id);
    if (index < 0) refuse(where + `.id: the page has no "${endpoint.id}"`);
    changes[index] = [endpoint.priority + 1, endpoint.weight + 1, stateOf(endpoint.state) + 1];
  });
  return Uint32Array.of(1, config.version, flags, ...words, ...changes.flat());
}
