import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../signals.js';
import { page } from './page.mjs';

test('what is told is told to the report and the page, up to a limit', async () => {
  const events = page();
  const load = { report_: { warnings: [] } };
  for (let n = 0; n < 300; n++) say(load, `message ${n}`);
  await null;
  assert.equal(load.report_.warnings.length, 100);
  assert.equal(events.length, 100);
  assert.deepEqual(events[99].detail, { message: 'message 99' });
  assert.equal(load.report_.warnings[99], 'message 99');
});
