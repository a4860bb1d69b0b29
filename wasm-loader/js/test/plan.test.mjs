import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { plan } from '../plan.js';

const file = new URL('../../../core/tests/data/order-cases.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8'));

test('the order is the engine\'s', () => {
  assert.ok(cases.length > 100);
  cases.forEach(({ seed, home, fence, endpoints, memory, order }, number) => {
    const load = {
      home_: home,
      fenced_: fence != null,
      fence_: fence ?? 0,
      endpoints_: endpoints.map(([priority_, weight_, region_, state_]) => ({
        priority_,
        weight_,
        region_,
        state_,
      })),
    };
    assert.deepEqual(plan(load, memory, seed), order, `case ${number}`);
  });
});
