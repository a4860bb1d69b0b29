// Collects what a cell expected and what it saw instead of stopping at the first
// difference: one failing cell should tell the whole story.

import { isDeepStrictEqual } from 'node:util';

export class Checks {
  failures = [];
  count = 0;

  equal(what, seen, expected) {
    this.that(what, isDeepStrictEqual(seen, expected), expected, seen);
  }

  atMost(what, seen, limit) {
    this.that(what, seen <= limit, `at most ${limit}`, seen);
  }

  match(what, seen, pattern) {
    this.that(what, pattern.test(String(seen)), `something like ${pattern}`, seen);
  }

  that(what, condition, expected, seen) {
    this.count += 1;
    if (!condition) this.failures.push({ what, expected: show(expected), seen: show(seen) });
  }
}

function show(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
