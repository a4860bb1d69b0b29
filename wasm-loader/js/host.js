/* What the WASM module calls; `engine.js` says who answers. */
export const host = {};
export const act = (op, a, b, c) => host.act_(op, a, b, c);
export const save = (words) => host.save_(words);
export const wait = (ms) => host.wait_(ms);
