/*
 * Reads the remote configuration into the words that the engine judges. By
 * their layout they can name no asset, origin, integrity or code; a document
 * that tries is marked, and then nothing of it is taken over.
 */
import { check, ENDPOINT, RULES, STATES } from './config.js';

const NONE = 0xffffffff;
const BROKEN = [0];

const pick = (rules, keys) => Object.fromEntries(keys.map((key) => [key, rules[key]]));
const CHANGES = pick(
  RULES,
  'version timeoutMs totalTimeoutMs hedgeMs allowedRegions surge endpoints'.split(' '),
);
const ENDPOINT_CHANGES = pick(ENDPOINT, ['id', 'priority', 'weight', 'state']);

export function refreshWords(text, config, say) {
  let broken;
  let forbidden = 0;
  const read = (value, allowed, rules, where) => {
    for (const key in value)
      if (!allowed[key] && rules[key]) {
        forbidden = 1;
        say(`${where}${key}: can't be changed by a remote configuration`);
      }
    return check(value, { ...rules, ...allowed }, where.slice(0, -1), (message, bad) => {
      broken ||= bad;
      say(message);
    });
  };
  let given;
  try {
    given = JSON.parse(text);
  } catch (error) {
    say(`not JSON (${error.message})`);
    return BROKEN;
  }
  const changes = read(given, CHANGES, RULES, '');
  const { version = 0, timeoutMs = NONE, totalTimeoutMs = NONE, hedgeMs, allowedRegions } = changes;
  const bits = config.bitsOf_(allowedRegions);
  if (config.fenced_ && bits & ~config.fence_) {
    forbidden = 1;
    say('allowedRegions: can only be narrowed');
  }
  const endpoints = (changes.endpoints || []).flatMap((item, at) => {
    const change = read(item, ENDPOINT_CHANGES, ENDPOINT, `endpoints[${at}].`);
    const { id, priority = NONE, weight = NONE, state } = change;
    const index = config.endpoints_.findIndex((endpoint) => endpoint.id == id);
    if (index < 0) {
      forbidden = 1;
      say(`endpoints[${at}].id: "${id}" is not in the page's configuration`);
      return [];
    }
    return [index, priority, weight, state ? STATES.indexOf(state) : NONE];
  });
  if (broken) return BROKEN;
  const hedge = [+(hedgeMs != null), hedgeMs > -1 ? hedgeMs : NONE];
  const fence = [+!!allowedRegions, bits];
  const tier = changes.surge?.tier ?? NONE;
  const head = [1, version, forbidden, timeoutMs, totalTimeoutMs, ...hedge, tier, ...fence];
  return [...head, endpoints.length / 4, ...endpoints];
}
