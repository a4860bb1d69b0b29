/*
 * In which order the endpoints are tried.
 *
 * Without a memory it is a weighted draw, the same as the engine's (the tests
 * hold the two together by generated cases). With one it is the order that the
 * engine left there; here it is only filtered.
 */

/* A 32-bit SplitMix: the same numbers as the engine's. */
const random = (seed) => () => {
  seed += 0x9e3779b9;
  let t = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
  return (t ^ (t >>> 15)) >>> 0;
};

/*
 * The order of this view. `memory` is a list of words, or empty; what its order
 * lacks comes after. Nothing may be used that the engine would not use: not what
 * a remote configuration took out, nor what is outside of its fence.
 */
export function plan(load, memory, seed) {
  const next = random(seed);
  const order = [];
  const endpoints = load.endpoints_;
  const kept = memory.slice(11, 11 + memory[10]);
  const [fenced, fence, ...records] = memory.slice(11 + endpoints.length);
  const within = (fenced, fence, region) =>
    !fenced || (region && fence & (1 << (region - 1)));
  const rank = ({ priority, region }) =>
    priority * 2 + (load.home_ && region == load.home_ ? 0 : 1);
  let pool = endpoints.filter(
    ({ state, region }, i) =>
      !state &&
      !(records[6 + 7 * i] > 1) &&
      within(load.fenced_, load.fence_, region) &&
      within(fenced, fence, region),
  );
  while (pool[0]) {
    const tier = Math.min(...pool.map(rank));
    const peers = pool.filter((endpoint) => rank(endpoint) == tier);
    const total = peers.reduce((sum, { weight }) => sum + weight, 0);
    let left = total && next() % total;
    const drawn = peers.find(({ weight }) => (left -= weight) < 0) || peers[0];
    order.push(endpoints.indexOf(drawn));
    pool = pool.filter((endpoint) => endpoint != drawn);
  }
  return order.sort((a, b) => (kept.indexOf(a) >>> 0) - (kept.indexOf(b) >>> 0));
}
