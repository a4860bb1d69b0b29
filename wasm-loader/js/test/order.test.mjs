/*
 * The order of the shim is the engine's: the engine's tests write the cases.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { plan } from '../plan.js';

const file = new URL('../../../core/tests/data/order-cases.json', import.meta.url);
const cases = JSON.parse(await readFile(file, 'utf8'));

const loadOf = ({ home, fence, endpoints }) => ({
  home_: home,
  fenced_: fence !== null,
  fence_: fence ?? 0,
  endpoints_: endpoints.map(([priority, weight, region, state]) => ({
    priority,
    weight,
    region,
    state,
  })),
});

test('the order of every generated case is the engine\'s', () => {
  assert.ok(cases.length > 0);
  for (const [index, it] of cases.entries()) {
    assert.deepEqual(plan(loadOf(it), it.memory, it.seed), it.order, `case ${index}`);
  }
});

test('the same cases with a memory of no order are drawn afresh', () => {
  const drawn = cases.filter(({ memory }) => !memory.length);
  assert.ok(drawn.length > 0);
  for (const it of drawn) {
    const empty = Array(11).fill(0);
    assert.deepEqual(plan(loadOf(it), empty, it.seed), it.order);
  }
});
