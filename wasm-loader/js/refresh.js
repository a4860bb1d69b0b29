/*
 * Reads the remote configuration into the words that the engine judges. By
 * their layout they can name no asset, origin, integrity or code; a document
 * that tries is marked, and then nothing of it is taken over.
 */
import { stateOf } from './config.js';
import { HEDGE, reader, STATES, TIER, TIMEOUT, TOTAL, U16, U32 } from './reader.js';

const NONE = -1;

export function refreshWords(given, load, say) {
  let broken;
  let forbidden = 0;
  const read = (value, where) =>
    reader(value, where, (message) => {
      broken = 1;
      say(message);
    });
  const refuse = (message) => {
    forbidden = 1;
    say(message);
  };
  const take = read(given, '');
  const hedge = take('hedgeMs', HEDGE);
  const allowed = take('allowedRegions', 'list|text');
  const bits = load.bitsOf_(allowed);
  if (load.fenced_ && bits & ~load.fence_) refuse('allowedRegions: can only be narrowed');
  const surge = read(take('surge', 'object', {}), 'surge.');
  const endpoints = take('endpoints', 'list', []).flatMap((item, at) => {
    const field = read(item, `endpoints[${at}].`);
    const id = field('id', 'text');
    const index = load.endpoints_.findIndex((endpoint) => endpoint.id == id);
    if (index < 0) refuse(`endpoints[${at}].id: the page has no "${id}"`);
    const change = [field('priority', U16, NONE), field('weight', U16, NONE)];
    const state = stateOf(field('state', STATES));
    field.rest(refuse);
    return [index, ...change, state];
  });
  const words = [
    take('version', U32),
    0,
    take('timeoutMs', TIMEOUT, NONE),
    take('totalTimeoutMs', TOTAL, NONE),
    hedge != null,
    hedge == 'auto' ? NONE : hedge,
    surge('tier', TIER, NONE),
    !!allowed,
    bits,
    endpoints.length / 4,
    ...endpoints,
  ];
  surge.rest(refuse);
  take.rest(refuse);
  words[1] = forbidden;
  return Uint32Array.of(!broken, ...words);
}
