// The widget of the matrix: a few KB that behave like a chat widget's bootstrap
// and count their own executions. (The demo's panel loads a real one.)

import { createHash } from 'node:crypto';

/**
 * A classic script that defines the global `name`, with an `init` function, and
 * notes each execution in `window.__ran`. `padding` bytes that do not compress
 * are added in a comment.
 */
export function makeWidget({ name = 'widget', padding = 0, module = false } = {}) {
  const code = `
(window.__ran ??= []).push({ name: ${JSON.stringify(name)}, at: performance.now() });
window[${JSON.stringify(name)}] = {
  version: '3.1.4',
  started: 0,
  init() { this.started += 1; },
  queue: [],
  messages: ${JSON.stringify(phrases(), null, 2)},
};
`;
  const tail = padding ? `/* ${noise(padding)} */\n` : '';
  return Buffer.from((module ? `export const loaded = true;\n${code}` : `'use strict';\n${code}`) + tail);
}

export function integrityOf(body) {
  return `sha384-${createHash('sha384').update(body).digest('base64')}`;
}

function phrases() {
  const texts = {};
  for (let i = 0; i < 60; i += 1) texts[`phrase${i}`] = `How can we help you today? Answer ${i} of the usual ones.`;
  return texts;
}

// Base64 of a hash chain: the same bytes on each run, three quarters of which
// survive compression.
function noise(bytes) {
  let text = '';
  let hash = createHash('sha512').update('hedgerow');
  while (text.length * 0.75 < bytes) {
    const digest = hash.digest();
    text += digest.toString('base64url');
    hash = createHash('sha512').update(digest);
  }
  return text;
}
