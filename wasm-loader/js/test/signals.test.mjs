import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../signals.js';
import { page } from './page.mjs';

test('what is told is told to the report and the page, up to a limit', () => {
  const events = page();
  const load = { report_: { warnings: [] } };
  for (let n = 0; n < 300; n++) say(load, `message ${n}`);
  assert.equal(load.report_.warnings.length, 99);
  assert.equal(events.length, 99);
  assert.deepEqual(events[98].detail, { message: 'message 98' });
  assert.equal(load.report_.warnings[98], 'message 98');
});
