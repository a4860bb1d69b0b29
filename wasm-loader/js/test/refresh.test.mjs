import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refreshWords } from '../refresh.js';

const NONE = 2 ** 32 - 1;

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

test('what is not given is NONE', () => {
  const { words: found, told } = words({ version: 2 });
  assert.deepEqual(found, [1, 2, 0, NONE, NONE, 0, 0, NONE, 0, 0, 0]);
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
  const endpoints = [1, 0, 5, 0, 0, NONE, NONE, 1];
  assert.deepEqual(found, [1, 3, 0, 500, 5000, 1, NONE, 3, 1, 1, 2, ...endpoints]);
  assert.deepEqual(told, []);
});

test('hedging can be switched off', () => {
  assert.deepEqual(words({ version: 2, hedgeMs: 0 }).words.slice(5, 7), [1, 0]);
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
    assert.equal(found[2], 1);
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
    assert.equal(found[0], 0);
    assert.ok(told.length);
  });

test('a document that is no object is broken', () => {
  for (const document of [null, 5, 'text', []]) assert.equal(words(document).words[0], 0);
});
