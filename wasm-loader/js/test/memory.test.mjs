import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recall, remember } from '../memory.js';
import { page, storageOf } from './page.mjs';

const TTL = 3600;
const SOON = Math.floor(Date.now() / 1000) + TTL / 2;
// Of two endpoints and an asset: the head, the order, the fence, records, a size.
const WORDS = [1, 0, SOON, 0, 0, 3000, 10000, 9000, 0, 0, 2, 1, 0, 0, 0, ...Array(15).fill(0)];
const given_ = '{"asset":"/w.js"}';

const loadOf = (fields) => ({
  given_,
  consent: true,
  memory: { storage: 'local', ttlSeconds: TTL },
  report_: { warnings: [] },
  endpoints_: [{}, {}],
  assets_: [{}],
  ...fields,
});

/* What a load recalls from a storage that holds `text` under its key. */
function recalled(text, fields) {
  const storage = storageOf();
  page({ storage });
  const probe = loadOf();
  recall(probe);
  storage.items[probe.key_] = text;
  const load = loadOf(fields);
  return { words: recall(load), load, storage };
}

test('what was remembered is recalled', () => {
  const { load, storage } = recalled(undefined);
  remember(load, WORDS);
  assert.deepEqual(Object.keys(storage.items), [load.key_]);
  const next = loadOf();
  assert.deepEqual(recall(next), WORDS);
  assert.deepEqual(next.report_.warnings, []);
});

test('another configuration has another memory', () => {
  const [one, same, other] = [loadOf(), loadOf(), loadOf({ given_: '{"asset":"/x.js"}' })];
  for (const load of [one, same, other]) recall(load);
  assert.equal(one.key_, same.key_);
  assert.notEqual(one.key_, other.key_);
});

const text = (words = WORDS) => JSON.stringify(words);
const damaged = [
  '{',
  'null',
  '5',
  '[]',
  '{}',
  text([2, ...WORDS.slice(1)]),
  // The engine would not take it for a memory of this page, either.
  text(WORDS.slice(0, -1)),
  text([...WORDS, 0]),
  text(WORDS.map((word, at) => (at == 5 ? -1 : word))),
  text(WORDS.map((word, at) => (at == 5 ? 1.5 : word))),
  text(WORDS.map((word, at) => (at == 5 ? '3000' : word))),
  text(WORDS.map((word, at) => (at == 5 ? 2 ** 33 : word))),
  // Within no time at all nothing can be loaded.
  text(WORDS.map((word, at) => (at == 6 ? 0 : word))),
];
for (const stored of damaged)
  test(`damaged memory is told of and ignored: ${stored}`, () => {
    const { words, load } = recalled(stored);
    assert.deepEqual(words, []);
    assert.equal(load.report_.warnings.length, 1);
  });

test('memory that lasts longer than any can is ignored: the clock was set back', () => {
  const far = SOON + 2 * TTL;
  const { words } = recalled(text(WORDS.map((word, at) => (at == 2 ? far : word))));
  assert.deepEqual(words, []);
});

test('expired memory is ignored without a word', () => {
  const { words, load } = recalled(text(WORDS.map((word, at) => (at == 2 ? 1 : word))));
  assert.deepEqual(words, []);
  assert.deepEqual(load.report_.warnings, []);
});

test('without consent, or with storage none, nothing is read or written', () => {
  for (const fields of [{ consent: false }, { memory: { storage: 'none' } }]) {
    const { words, load, storage } = recalled(text(), fields);
    const before = JSON.stringify(storage.items);
    assert.deepEqual(words, []);
    remember(load, WORDS);
    assert.equal(JSON.stringify(storage.items), before);
    assert.deepEqual(load.words_, WORDS);
  }
});

test('storage that throws costs the memory, with a message', () => {
  page();
  let thrown = Error('denied');
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw thrown;
    },
  });
  const load = loadOf();
  assert.deepEqual(recall(load), []);
  thrown = null;
  remember(load, WORDS);
  delete globalThis.localStorage;
  assert.deepEqual(load.report_.warnings, ['memory: ignored, Error: denied', 'memory: not kept, null']);
});
