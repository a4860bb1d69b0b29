import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.js';
import { readSettings } from '../settings.js';
import { page } from './page.mjs';

page();
const NONE = 2 ** 32 - 1;
const endpoints = () => [
  { id: 'cdn1', url: 'https://cdn1.example.com' },
  { id: 'cdn2', url: 'https://cdn2.example.com/base/' },
];

function read(raw) {
  const told = [];
  const load = { report_: { warnings: told }, seed_: 7, started_: 0, progress_: 0, rtt_: 0, bandwidth_: 0, early_: 0 };
  readConfig(load, raw);
  const words = [...readSettings(load)];
  return { load, words, told };
}

test('a minimal configuration takes the defaults and has nothing to tell', () => {
  const { load, words, told } = read({ asset: '/w.js', endpoints: endpoints() });
  assert.deepEqual(told, []);
  assert.deepEqual(words.slice(3, 9), [3000, 10000, NONE, 3600, 0, 8 | (words[8] & 48)]);
  assert.deepEqual(words.slice(13, 15), [1, 2]);
  assert.deepEqual(words.slice(20), [0, 0, 0, 100, 0, 0, 1, 100, 0, 0]);
  assert.deepEqual(load.endpoints_.map((it) => it.base_), [
    'https://cdn1.example.com/',
    'https://cdn2.example.com/base/',
  ]);
  assert.equal(load.assets_[0].path, 'w.js');
});

// What JSON can't write.
const circle = {};
circle.itself = circle;

const bad = [
  [{ timeoutMs: 'soon' }, 'timeoutMs: "soon" ignored, write 100..60000'],
  [{ timeoutMs: 1e12 }, 'timeoutMs: 1000000000000 ignored, write 100..60000'],
  [{ hedgeMs: 'fast' }, 'hedgeMs: "fast" ignored, write auto|0|20..60000'],
  [{ hedgeMs: 19 }, 'hedgeMs: 19 ignored, write auto|0|20..60000'],
  [{ timeoutMs: 100.5 }, 'timeoutMs: 100.5 ignored, write 100..60000'],
  [{ totalTimeoutMs: -1 }, 'totalTimeoutMs: -1 ignored, write 100..120000'],
  [{ version: -1 }, 'version: -1 ignored, write 0..4294967295'],
  [{ crossOrigin: 'yes' }, 'crossOrigin: "yes" ignored, write anonymous|use-credentials'],
  [{ type: 'amd' }, 'type: "amd" ignored, write classic|module'],
  [{ surge: { tier: 2 } }, 'surge.tier: 2 ignored, write 0|3|4'],
  [{ memory: { storage: 'disk' } }, 'memory.storage: "disk" ignored, write local|session|none'],
  [{ memory: 'none' }, 'memory: "none" ignored, write object'],
  [{ memory: { days: 1 } }, 'memory.days: no such field, ignored'],
  [{ report: { url: '/r', sampleRate: 2 } }, 'report.sampleRate: 2 ignored, write 0..1'],
  [{ refresh: { url: '/r', intervalSeconds: 1 } }, 'refresh.intervalSeconds: 1 ignored, write 10..86400'],
  [{ stub: 'purecloud' }, 'stub: "purecloud" ignored, write list'],
  [{ ready: 1 }, 'ready: 1 ignored, write string'],
  [{ fallback: { htm: 'x' } }, 'fallback.htm: no such field, ignored'],
  [{ timeoutMS: 1 }, 'timeoutMS: no such field, ignored'],
  [{ timeoutMs: 3000n }, 'timeoutMs: bigint ignored, write 100..60000'],
  [{ memory: circle }, 'memory.itself: no such field, ignored'],
  [{ timeoutMs: circle }, 'timeoutMs: object ignored, write 100..60000'],
  [{ constructor: 1 }, null],
  [{ $schema: 'config.schema.json' }, null],
  [{ type: 'classic' }, null],
  [{ report: { url: '/r', sampleRate: 0.5 } }, null],
  [{ surge: { tiers: 3 } }, 'surge.tiers: no such field, ignored'],
  [{ memory: { asset: 1 } }, 'memory.asset: no such field, ignored'],
];
for (const [fields, message] of bad)
  test(`costs only itself: ${message ?? Object.keys(fields)}`, () => {
    const { words, told } = read({ asset: '/w.js', endpoints: endpoints(), ...fields });
    assert.deepEqual(told, message ? [message] : []);
    assert.deepEqual(words.slice(3, 7), [3000, 10000, NONE, 3600]);
  });

test('endpoints that can not be used are skipped, each with a message', () => {
  const list = [
    'https://cdn0.example.com',
    { id: 'a' },
    { id: 'b', url: 'cdn.example.com' },
    { id: 'c', url: ['https://c.example.com'] },
    { id: 'd', url: 'https://d.example.com:99999' },
    { id: 'e', url: 'https://[::e' },
    ...endpoints(),
    { id: 'cdn1', url: 'https://other.example.com' },
    { url: 'https://noid.example.com', weight: 'much', state: 'gone', port: 1 },
  ];
  const { load, told } = read({ asset: '/w.js', endpoints: list });
  assert.deepEqual(load.endpoints_.map(({ id }) => id), ['cdn1', 'cdn2', 'endpoints[8]', 'noid.example.com']);
  assert.equal(told.length, 2 + 1 + 2 + 2 + 1 + 1 + 1 + 3);
  for (const index of [0, 1, 2, 3, 4, 5, 8, 9])
    assert.ok(told.some((message) => message.startsWith(`endpoints[${index}]`)), told.join('\n'));
});

const checks = [
  [{ path: '/health.txt', status: 204, intervalSeconds: 60 }],
  [{ path: 5 }, 'path: 5 ignored, write string'],
  [{ path: '/h', status: 'fine' }, 'status: "fine" ignored, write 100..599'],
  [{ path: '/h', intervalSeconds: 0 }, 'intervalSeconds: 0 ignored, write 1..3600'],
  [{ path: '/h', url: '/h' }, 'url: no such field, ignored'],
];
for (const [health, message] of checks)
  test(`a health check is read field by field: ${JSON.stringify(health)}`, () => {
    const [endpoint, ...others] = endpoints();
    const { told } = read({ asset: '/w.js', endpoints: [{ ...endpoint, health }, ...others] });
    assert.deepEqual(told, message ? [`endpoints[0].health.${message}`] : []);
  });

test('an http endpoint is kept out of an https page, and only there', () => {
  const raw = { asset: '/w.js', endpoints: [{ id: 'a', url: 'http://a.example' }] };
  assert.equal(read(raw).load.endpoints_[0].state, 256);
  page({ protocol: 'http:' });
  const { load, told } = read(raw);
  page();
  assert.equal(load.endpoints_[0].state, 0);
  assert.deepEqual(told, []);
});

const consents = [
  [{}, true],
  [{ consent: true }, true],
  [{ consent: 'true' }, true],
  [{ consent: null }, true],
  [{ consent: false }, false],
  [{ consent: 'false' }, false],
  [{ consent: 'denied' }, false, 'consent: "denied" ignored, write true|false'],
  [{ consent: 0 }, false, 'consent: 0 ignored, write true|false'],
];
for (const [fields, given, message] of consents)
  test(`a consent that can not be read is none: ${JSON.stringify(fields)}`, () => {
    const { load, told } = read({ asset: '/w.js', endpoints: endpoints(), ...fields });
    assert.equal(load.consent, given);
    assert.deepEqual(told, message ? [message] : []);
  });

test('two endpoints of the same host and no id are two', () => {
  const list = ['a', 'b'].map((path) => ({ url: `https://cdn.example.com/${path}` }));
  assert.deepEqual(read({ asset: '/w.js', endpoints: list }).load.endpoints_.map(({ id }) => id), ['cdn.example.com', 'endpoints[1]']);
});

test('more than 32 endpoints are not used', () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ id: `e${n}`, url: `https://e${n}.example` }));
  assert.equal(read({ asset: '/w.js', endpoints: many }).load.endpoints_.length, 32);
});

test('regions become numbers, and the fence their bits', () => {
  const list = endpoints().map((it, n) => ({ ...it, region: ['eu', 'us'][n] }));
  const raw = { asset: '/w.js', endpoints: list, visitorRegion: 'us', allowedRegions: ['eu', 'mars'] };
  const { words } = read(raw);
  assert.deepEqual(words.slice(11, 13), [2, 1]);
  assert.ok(words[8] & 4);
});

test('a fence that can not be read lets nothing pass', () => {
  for (const allowedRegions of [5, {}, [], [null]]) {
    const list = endpoints().map((it) => ({ ...it, region: 'eu' }));
    const { words } = read({ asset: '/w.js', endpoints: list, allowedRegions });
    assert.ok(words[8] & 4);
    assert.equal(words[12], 0);
  }
});

test('assets: kinds by their end or type, each path once', () => {
  const assets = ['/a.css', '/b.mjs?v=1', { path: 'c', type: 'module' }, '/d.js', '/d.js'];
  const { load } = read({ assets, endpoints: endpoints() });
  const kinds = load.assets_.map((it) => it.type ?? 'script');
  assert.deepEqual(kinds, ['style', 'module', 'module', 'script']);
  assert.deepEqual(load.assets_.map((it) => it.crossOrigin), [undefined, 'anonymous', 'anonymous', undefined]);
});

test('an asset may be given by its whole URL at an endpoint', () => {
  const asset = { url: 'https://cdn2.example.com/base/x/w.js' };
  assert.equal(read({ asset, endpoints: endpoints() }).load.assets_[0].path, 'x/w.js');
});

test('what can not be verified is not loaded', () => {
  const good = 'sha384-' + 'A'.repeat(64);
  for (const integrity of ['sha384-…', 'md5-abc', 5, [good]]) {
    const { load, told } = read({ asset: '/w.js', endpoints: endpoints(), integrity });
    assert.equal(load.assets_.length, 0, `${integrity}`);
    assert.ok(told.some((message) => message.includes('integrity')));
  }
  const { load } = read({ asset: '/w.js', endpoints: endpoints(), integrity: good });
  assert.equal(load.assets_[0].integrity, good);
  assert.equal(load.assets_[0].crossOrigin, 'anonymous');
});

test('one unusable asset takes the others along', () => {
  const assets = ['/a.js', { type: 'script' }];
  assert.equal(read({ assets, endpoints: endpoints() }).load.assets_.length, 0);
});

test('a configuration that is no object has no assets', () => {
  for (const raw of ['text', 5, [], true]) {
    const { load, told } = read(raw);
    assert.equal(load.assets_.length + load.endpoints_.length, 0);
    assert.ok(told.length);
  }
});
