import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suppress } from '../surface.js';
import { page } from './page.mjs';

page();
const NOTHING = { report_: {}, fallback: {} };

test('a stub takes whatever the page does with it', async () => {
  suppress({ ...NOTHING, stub: ['widget'] });
  const { widget } = globalThis;
  assert.equal(typeof widget, 'function');
  assert.equal(await widget('init', { id: 1 }), widget);
  assert.equal(new widget.Chat(), widget);
  assert.equal(`${widget}`, '');
  assert.equal(widget.prototype, widget);
  widget.queue = [];
  assert.equal(widget.queue.push(1), widget);
  assert.ok(delete widget.prototype);
});

test('what is defined already stays', () => {
  globalThis.other = 5;
  suppress({ ...NOTHING, stub: ['other'] });
  assert.equal(globalThis.other, 5);
});
