/* What the WASM module calls; engine.js says who answers. */
export const host = {};
export const act = (op, a, b, c) => host.act_(op, a, b, c);
