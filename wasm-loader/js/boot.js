/*
 * From the configuration to the first downloads.
 */
import { readConfig } from './config.js';
import { measure } from './measure.js';
import { recall, wallSeconds } from './memory.js';
import { plan } from './plan.js';
import { elapsed, emit, mark, now, say } from './signals.js';
import { start, tellsProgress, watchPolicy } from './transport.js';

/* Starts an attempt, and its entry in the report. */
export function startAttempt(load, n, index, assetIndex, why) {
  const { id: endpoint, base_ } = load.endpoints_[index];
  const asset_ = load.assets_[assetIndex];
  const asset = asset_.path_;
  const url = base_ + asset;
  const atMs = elapsed(load);
  const what = { asset, endpoint, url, why };
  const record_ = { ...what, outcome: 'cancelled', reason: '', startedMs: atMs, endedMs: 0 };
  load.report_.attempts.push(record_);
  start(load, (load.attempts_[n] = { n_: n, asset_, url, record_ }));
  emit('attempt', { ...what, attempt: n, atMs });
}

/* Everything up to the first downloads. */
export function begin(load, raw, complaint) {
  Object.assign(load, measure(), {
    started_: now(),
    attempts_: [],
    pending_: 0,
    seed_: (Math.random() * 2 ** 32) >>> 0,
    report_: { attempts: [], warnings: [] },
  });
  mark('start');
  if (complaint) say(load, complaint);
  readConfig(load, raw, (message) => say(load, message));
  load.progress_ = tellsProgress(load);
  watchPolicy();
  const memory = recall(load, raw);
  const order = plan(load, memory, load.seed_);
  load.memory_ = memory;
  load.order_ = order;
  // While load is shed the engine decides whether anything is downloaded.
  const early = (memory[3] ?? load.tier_) < 3 && order.length;
  load.early_ = early ? order[0] + 1 : 0;
  if (early) load.assets_.forEach((_, n) => startAttempt(load, n, order[0], n, 'first_choice'));
}
