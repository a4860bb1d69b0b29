import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refreshWords } from '../refresh.js';

const NONE = 2 ** 32 - 1;
const FORBIDDEN = 1;
const BROKEN = 2;

function words(document, fenced = true) {
  const told = [];
  const load = {
    endpoints_: [{ id: 'cdn1' }, { id: 'cdn2' }],
    fenced_: fenced,
    fence_: 1,
    bitsOf_: (names) => [].concat(names ?? []).reduce((bits, name) => bits | { eu: 1, us: 2 }[name], 0),
  };
  return { words: [...refreshWords(document, load, (message) => told.push(message))], told };
}

test('what is not given is not flagged', () => {
  const { words: found, told } = words({ version: 2 });
  assert.deepEqual(found, [1, 2, 0, 0, 0, 0, 0, 0, ...Array(6).fill(0)]);
  assert.deepEqual(told, []);
});

test('everything that may be changed', () => {
  const { words: found, told } = words({
    version: 3,
    timeoutMs: 500,
    totalTimeoutMs: 5000,
    hedgeMs: 'auto',
    surge: { tier: 3 },
    allowedRegions: ['eu'],
    endpoints: [{ id: 'cdn2', priority: 0, weight: 5, state: 'active' }, { id: 'cdn1', state: 'drain' }],
  });
  assert.deepEqual(found, [1, 3, 0b11111000, 3, NONE, 500, 5000, 1, 0, 0, 2, 1, 6, 1]);
  assert.deepEqual(told, []);
});

test('hedging can be switched off, and surge', () => {
  const { words: found } = words({ version: 2, hedgeMs: 0, surge: { tier: 0 } });
  assert.deepEqual(found.slice(2, 5), [0b11000, 0, 0]);
});

const forbidden = [
  { asset: '/evil.js' },
  { assets: ['/evil.js'] },
  { integrity: 'sha384-x' },
  { init: 'evil' },
  { ready: 'evil' },
  { fallback: { html: '<script>' } },
  { stub: ['x'] },
  { report: { url: '/r' } },
  { unheardOf: 1 },
  { surge: { tier: 3, html: 'x' } },
  { allowedRegions: ['eu', 'us'] },
  { endpoints: [{ id: 'evil' }] },
  { endpoints: [{ id: 'cdn1', url: 'https://evil.example' }] },
  { endpoints: [{ id: 'cdn1', region: 'us' }] },
];
for (const fields of forbidden)
  test(`marked as forbidden: ${JSON.stringify(fields)}`, () => {
    const { words: found, told } = words({ version: 2, ...fields });
    assert.ok(found[2] & FORBIDDEN);
    assert.ok(told.length);
  });

const broken = [
  { timeoutMs: 'x' },
  { hedgeMs: 1e9 },
  { surge: 3 },
  { surge: { tier: 1 } },
  { endpoints: {} },
  { endpoints: [{ id: 'cdn1', weight: -1 }] },
  { endpoints: [{ id: 'cdn1', state: 'off' }] },
];
for (const fields of broken)
  test(`broken: ${JSON.stringify(fields)}`, () => {
    const { words: found, told } = words({ version: 2, ...fields });
    assert.ok(found[2] & BROKEN);
    assert.ok(told.length);
  });

test('a document that is no object is broken', () => {
  for (const document of [null, 5, 'text', []]) assert.ok(words(document).words[2] & BROKEN);
});
