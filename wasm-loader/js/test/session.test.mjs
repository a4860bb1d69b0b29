import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionOpen } from '../session.js';
import { page, storageOf } from './page.mjs';

const COOKIES = 'a=1; chat-id=7; chat2';
const cases = [
  ['chat', { chat: '1' }, true],
  ['chat', {}, false],
  ['chat-id', {}, true],
  ['chat2', {}, false],
  [{ storageKey: 'chat' }, { chat: '' }, true],
  [{ storageKey: 'chat-id' }, {}, false],
  [{ cookie: 'chat-id' }, {}, true],
  [{ cookie: 'chat' }, { chat: '1' }, false],
  [{}, { chat: '1' }, false],
  ['', { '': '1' }, false],
];
for (const [session, items, open] of cases)
  test(`${JSON.stringify(session)} with ${JSON.stringify(items)} is ${open ? 'an open session' : 'none'}`, () => {
    page({ storage: storageOf(items) });
    Object.assign(globalThis.document, { cookie: COOKIES });
    globalThis.sessionStorage = storageOf();
    assert.equal(Boolean(sessionOpen(session)), open);
  });

test('what may not be looked at is no session', () => {
  page({ storage: null });
  assert.equal(Boolean(sessionOpen('chat')), false);
});
