/*
 * In which order the endpoints are tried.
 *
 * Without a memory it is a weighted draw, the same as the engine's (the tests
 * hold the two together by generated cases). With one it is the order that the
 * engine left there; here it is only filtered.
 */

/* Whether an endpoint may be used at all. */
export const eligible = (load, { state, region }) =>
  !state && (!load.fenced_ || (region && load.fence_ & (1 << (region - 1))));

/* A 32-bit SplitMix: the same numbers as the engine's. */
const random = (seed) => () => {
  seed += 0x9e3779b9;
  let t = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
  return (t ^ (t >>> 15)) >>> 0;
};

export function draw(load, seed) {
  const next = random(seed);
  const order = [];
  const rank = ({ priority, region }) =>
    priority * 2 + (load.home_ && region == load.home_ ? 0 : 1);
  let pool = load.endpoints_.filter((endpoint) => eligible(load, endpoint));
  while (pool[0]) {
    const tier = Math.min(...pool.map(rank));
    const peers = pool.filter((endpoint) => rank(endpoint) == tier);
    const total = peers.reduce((sum, { weight }) => sum + weight, 0);
    let left = total && next() % total;
    const drawn = peers.find(({ weight }) => (left -= weight) < 0) || peers[0];
    order.push(load.endpoints_.indexOf(drawn));
    pool = pool.filter((endpoint) => endpoint != drawn);
  }
  return order;
}

/* The order of this view. `memory` is a list of words, or empty. */
export function plan(load, memory, seed) {
  const endpoints = load.endpoints_;
  const order = [...new Set(memory.slice(11, 11 + memory[10]))].filter(
    (i) => endpoints[i] && eligible(load, endpoints[i]),
  );
  // Where it is damaged, what it lacks is drawn anew, but for the endpoints that a
  // remote configuration took out.
  const back = draw(load, seed).filter((i) => !(memory[19 + endpoints.length + 7 * i] > 1));
  return order.length && order.length == memory[10] ? order : [...new Set([...order, ...back])];
}
