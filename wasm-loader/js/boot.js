/*
 * From the configuration to the first downloads.
 */
// In this order what runs before the first download compresses best.
import { elapsed, emit, mark, now, say } from './signals.js';
import { readConfig } from './config.js';
import { plan } from './plan.js';
import { measure } from './measure.js';
import { recall } from './memory.js';
import { start, tellsProgress, watchPolicy } from './transport.js';

/* Starts an attempt, and its entry in the report. */
export const startAttempt = (load, n, index, assetIndex, why) => {
  // The engine never agreed to one whose number it gives to another.
  load.attempts_[n]?.stop_();
  const { id: endpoint, base_ } = load.endpoints_[index];
  const asset_ = load.assets_[assetIndex];
  const { path: asset } = asset_;
  const url = new URL(base_ + asset).href;
  const atMs = elapsed(load);
  const record_ = {
    asset,
    endpoint,
    url,
    why,
    outcome: 'cancelled',
    reason: '',
    startedMs: atMs,
    endedMs: 0,
  };
  load.report_.attempts.push(record_);
  start(load, (load.attempts_[n] = { n_: n, asset_, url, record_ }));
  emit('attempt', { asset, endpoint, url, why, attempt: n, atMs });
};

/* The assets of this page, by every URL that may serve them. */
const known = {};

/* Everything up to the first downloads; nothing, if an earlier load does all of it. */
export function begin(load, raw, complaint) {
  measure(load);
  Object.assign(load, {
    started_: now(),
    attempts_: [],
    pending_: 0,
    seed_: Math.random() * 2 ** 32,
    report_: { attempts: [], warnings: [], engine: 'js', surgeTier: 0 },
  });
  mark('start');
  if (complaint) say(load, complaint);
  readConfig(load, raw);
  // However it is written, an asset is one; at other hosts its path is another's.
  for (const asset of load.assets_) {
    asset.load_ = load;
    for (const { base_ } of load.endpoints_) {
      const first = (known[base_ + asset.path] ||= asset);
      if (first.load_ != load) asset.first_ = first.first_ || first;
    }
  }
  const earlier = load.assets_[0]?.first_?.load_;
  if (earlier && load.assets_.every(({ first_ }) => first_?.load_ == earlier))
    return (load.promise_ = earlier.promise_);
  load.progress_ = tellsProgress(load);
  watchPolicy();
  const memory = (load.memory_ = recall(load));
  const order = (load.order_ = plan(load, memory, load.seed_));
  // While load is shed the engine decides whether anything is downloaded.
  load.early_ = (memory[3] ?? load.surge.tier) < 3 && order[0] + 1;
  if (load.early_) load.assets_.forEach((_, n) => startAttempt(load, n, order[0], n, 'first_choice'));
}
