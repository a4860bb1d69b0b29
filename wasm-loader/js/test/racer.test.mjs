import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import {
  ALL_ENDPOINTS_FAILED,
  CSP_BLOCKED,
  FAILOVER,
  FIRST_CHOICE,
  HEDGE,
  LOADED,
  LOADED_NOT_READY,
  NETWORK_ERROR,
  NO_ELIGIBLE_ENDPOINT,
  OFFLINE,
  READY_MISSING,
  RESUME,
  SURGE_SUPPRESSED,
  TOTAL_DEADLINE,
} from '../reasons.js';
import { racer } from '../racer.js';
import { page } from './page.mjs';

const AUTO = 2 ** 32 - 1;
const [DOWNLOADED, FAILED, EXECUTED, COMMIT_FAILED, RAN_NOT_READY] = [1, 2, 4, 5, 6];

/* A race with a log of the downloads, commits and ends that it asked for. */
function race({ order = [0, 1], assets = 1, flags = 8, tier = 0, integrity = 0, memory = [], hedge = AUTO } = {}) {
  const log = { started: order.length && tier < 3 ? Array.from({ length: assets }, (_, asset) => [order[0], asset, FIRST_CHOICE]) : [], commits: [], cancelled: [], saved: null, done: null, tier: 0, diagnosed: [] };
  const words = [];
  const settings = [1, 7, 1000, 3000, 10000, hedge, 3600, tier, flags, 0, 0, 0, 0, assets, 2, 1, 0, 0, 0, 0];
  for (let asset = 0; asset < assets; asset++) settings.push(integrity, 0);
  const on = racer(settings, memory, order, (op, a, b, c) => {
    if (op == 1) log.started.push([b, c & 255, c >> 8]);
    if (op == 2) log.cancelled.push(a);
    if (op == 3) log.commits.push(a);
    if (op == 6) log.tier = a;
    if (op == 7) log.done = [a, b, c];
    if (op == 9) log.diagnosed.push(a);
    if (op == 12) words.push(a);
    if (op == 13) log.saved = words.splice(0);
  });
  return { on: (...event) => on(0, ...event), log };
}

const timed = (name, body) =>
  test(name, () => {
    page();
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    try {
      body();
    } finally {
      mock.timers.reset();
    }
  });

timed('a healthy load starts nothing, stores nothing', () => {
  const { on, log } = race();
  on(DOWNLOADED, 0);
  on(EXECUTED, 0);
  assert.deepEqual(log.commits, [0]);
  assert.deepEqual(log.done, [1, LOADED, 0]);
  assert.equal(log.started.length, 1);
  assert.equal(log.saved, null);
});

timed('an error starts the next at once, and demotes for the next view', () => {
  const { on, log } = race();
  on(FAILED, 0, NETWORK_ERROR);
  assert.deepEqual(log.started[1], [1, 0, FAILOVER]);
  on(DOWNLOADED, 1);
  on(EXECUTED, 1);
  assert.deepEqual(log.done, [1, LOADED, 1]);
  assert.deepEqual(log.saved.slice(10, 13), [2, 1, 0]);
  assert.deepEqual(log.diagnosed, [0]);
});

timed('silence hedges once, after the delay', () => {
  const { log } = race({ order: [0, 1, 2] });
  mock.timers.tick(249);
  assert.equal(log.started.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(log.started[1], [1, 0, HEDGE]);
  mock.timers.tick(1000);
  assert.equal(log.started.length, 2);
});

timed('hedging can be switched off', () => {
  const { log } = race({ hedge: 0 });
  mock.timers.tick(2999);
  assert.equal(log.started.length, 1);
  mock.timers.tick(1);
  assert.equal(log.started.length, 2);
});

timed('one commit at a time, and the late one is never run', () => {
  const { on, log } = race();
  mock.timers.tick(300);
  on(DOWNLOADED, 1);
  on(DOWNLOADED, 0);
  assert.deepEqual(log.commits, [1]);
  on(EXECUTED, 1);
  assert.deepEqual(log.commits, [1]);
  assert.deepEqual(log.cancelled, [0]);
});

timed('a commit that failed is resumed elsewhere', () => {
  const { on, log } = race();
  on(DOWNLOADED, 0);
  on(COMMIT_FAILED, 0, CSP_BLOCKED);
  assert.deepEqual(log.started[1], [1, 0, RESUME]);
  on(DOWNLOADED, 1);
  on(EXECUTED, 1);
  assert.deepEqual(log.commits, [0, 1]);
});

timed('verified bytes that are not ready are not run again', () => {
  const { on, log } = race({ integrity: 1 });
  on(DOWNLOADED, 0);
  on(RAN_NOT_READY, 0, READY_MISSING);
  assert.deepEqual(log.done, [1, LOADED_NOT_READY, 0]);
});

timed('assets execute in their order', () => {
  const { on, log } = race({ assets: 2 });
  on(DOWNLOADED, 1);
  assert.deepEqual(log.commits, []);
  on(DOWNLOADED, 0);
  assert.deepEqual(log.commits, [0]);
  on(EXECUTED, 0);
  assert.deepEqual(log.commits, [0, 1]);
  on(EXECUTED, 1);
  assert.equal(log.done[0], 1);
});

timed('when all failed it says so, remembers nothing, and shows the fallback', () => {
  const { on, log } = race();
  on(FAILED, 0, NETWORK_ERROR);
  on(FAILED, 1, NETWORK_ERROR);
  assert.deepEqual(log.done.slice(0, 2), [0, ALL_ENDPOINTS_FAILED]);
  assert.equal(log.tier, 4);
  assert.equal(log.saved, null);
});

timed('offline is nobody\'s fault', () => {
  const { on, log } = race();
  page({ onLine: false });
  on(FAILED, 0, NETWORK_ERROR);
  on(FAILED, 1, NETWORK_ERROR);
  assert.deepEqual(log.done.slice(0, 2), [0, OFFLINE]);
  assert.equal(log.tier, 0);
  assert.deepEqual(log.diagnosed, []);
});

timed('nor is silence in a hidden tab', () => {
  page({ hidden: true });
  const { on, log } = race();
  mock.timers.tick(250);
  on(DOWNLOADED, 1);
  on(EXECUTED, 1);
  assert.equal(log.done[0], 1);
  assert.equal(log.saved, null);
});

timed('it ends by the total deadline, with grace for a script that may still come', () => {
  const { log } = race();
  mock.timers.tick(10000);
  mock.timers.tick(1);
  assert.deepEqual(log.done.slice(0, 2), [0, TOTAL_DEADLINE]);
  const other = race();
  other.on(DOWNLOADED, 0);
  mock.timers.tick(10000);
  mock.timers.tick(1);
  assert.equal(other.log.done, null);
  other.on(EXECUTED, 0);
  assert.equal(other.log.done[0], 1);
});

timed('surge and an empty order end it before it begins', () => {
  const { log } = race({ tier: 3 });
  assert.deepEqual(log.done.slice(0, 2), [0, SURGE_SUPPRESSED]);
  assert.equal(log.tier, 3);
  assert.equal(race({ tier: 3, flags: 9 }).log.done, null);
  assert.deepEqual(race({ order: [] }).log.done.slice(0, 2), [0, NO_ELIGIBLE_ENDPOINT]);
});
