// Cells that are no point of the fault matrix: each plays a scene of its own.

import { Scene } from '../scene.mjs';

/**
 * One cell per engine. `play(scene, checks, { wasm, stage })` may return views
 * to be listed; `options` are those of `Scene.open`, or a function of `wasm`.
 */
export function special(name, options, play, { engines = [true, false], browsers } = {}) {
  return engines.map((wasm) => ({
    name: `${name}/${wasm ? 'wasm' : 'js'}`,
    wasm,
    browsers,
    async run(stage, checks) {
      const given = typeof options === 'function' ? options({ wasm, stage }) : options;
      const scene = await Scene.open(stage, { wasm, ...given });
      try {
        return await play(scene, checks, { wasm, stage });
      } finally {
        await scene.close();
      }
    },
  }));
}

/** What most cells want in the end: the widget, once, and no more than once. */
export function checkLoaded(checks, seen, endpoint) {
  checks.equal('the load ends with one loaded event', seen.final.map(({ type }) => type), ['loaded']);
  checks.equal('executions of the widget', seen.ran.length, 1);
  if (endpoint) checks.equal('the widget comes from', seen.report?.endpoint, endpoint);
}

export function checkFailed(checks, seen) {
  checks.equal('the load ends with one failed event', seen.final.map(({ type }) => type), ['failed']);
  checks.equal('executions of the widget', seen.ran.length, 0);
  checks.match('the reason of the failure', seen.report?.reason, /^[a-z_]+$/);
}

/** A message for people, in the console and as an event, that matches `pattern`. */
export function checkTold(checks, seen, pattern) {
  const messages = seen.messages.map(({ text }) => text).filter((text) => text.startsWith('hedgerow: '));
  checks.that('a message in the console', messages.some((text) => pattern.test(text)), `hedgerow: … ${pattern}`, messages);
  checks.that('a message as an event', seen.warnings.some((text) => pattern.test(text)), pattern.source, seen.warnings);
}
