/*
 * One load per set of assets and page, from the first download to the report.
 */
import { readConfig } from './config.js';
import { measure } from './measure.js';
import { keyOf, recall, wallSeconds } from './memory.js';
import { draw, plan } from './plan.js';
import { emit, mark, nameOf, now, say } from './signals.js';
import { sessionOpen } from './surface.js';
import { start, tellsProgress, watchPolicy } from './transport.js';
import { FIRST_CHOICE } from './reasons.js';

/* Starts an attempt, and its entry in the report. */
export function startAttempt(load, n, index, assetIndex, why) {
  const endpoint = load.config_.endpoints_[index];
  const asset = load.config_.assets_[assetIndex];
  const record = {
    asset: asset.path_,
    endpoint: endpoint.id,
    url: endpoint.base_ + asset.path_,
    why: nameOf(why),
    outcome: 'cancelled',
    reason: '',
    startedMs: elapsed(load),
    endedMs: 0,
  };
  const attempt = { n_: n, asset_: asset, endpoint_: endpoint, url: record.url, record_: record };
  load.attempts_[n] = attempt;
  load.report_.attempts.push(record);
  start(load, attempt);
  const { asset: path, endpoint: id, url } = record;
  emit('attempt', { asset: path, endpoint: id, url, why: record.why, attempt: n, atMs: record.startedMs });
}

export const elapsed = (load) => Math.round(now() - load.started_);

/*
 * Everything up to the first download. What the engine must know of it is in
 * `load.settings_`, the words that it is started with.
 */
export function begin(raw, complaint, nonce) {
  const load = {
    started_: now(),
    attempts_: [],
    pending_: 0,
    seed_: (Math.random() * 2 ** 32) >>> 0,
    consent_: raw.consent !== false,
    report_: {
      ok: false,
      reason: '',
      endpoint: null,
      url: null,
      durationMs: 0,
      engine: 'js',
      surgeTier: 0,
      attempts: [],
      warnings: [],
    },
    ...measure(),
  };
  mark('start');
  if (complaint) say(load, complaint);
  const config = (load.config_ = readConfig(raw, (message) => say(load, message)));
  const { endpoints_: endpoints, assets_: assets, memory, refresh } = config;
  load.nonce_ = config.nonce || nonce;
  load.key_ = keyOf(raw);
  load.progress_ = tellsProgress(load);
  watchPolicy();

  const remembered = (load.memory_ = recall(load));
  const order = (load.order_ = plan(config, remembered, load.seed_));
  const open = sessionOpen(load);
  const tier = remembered[3] ?? config.surge?.tier ?? 0;
  const offline = navigator.onLine === false;
  const early = tier < (open ? 4 : 3) && assets[0] && order[0] != null;
  if (early) assets.forEach((_, index) => startAttempt(load, index, order[0], index, FIRST_CHOICE));

  load.settings_ = [
    1,
    load.seed_,
    wallSeconds(),
    config.timeoutMs,
    config.totalTimeoutMs,
    config.hedgeMs === 'auto' ? 2 ** 32 - 1 : config.hedgeMs,
    memory.ttlSeconds,
    config.surge?.tier ?? 0,
    open |
      (config.ready && 2) |
      (config.fenced_ && 4) |
      (memory.storage != 'none' && 8) |
      (offline && 16) |
      (document.hidden && 32) |
      (load.progress_ && 64),
    load.rtt_ * 1000,
    load.bandwidth_,
    config.home_,
    config.fence_,
    assets.length,
    endpoints.length,
    early ? order[0] + 1 : 0,
    (now() - load.started_) * 1000,
    config.version ?? 0,
    refresh?.url ? (refresh.intervalSeconds ?? 300) : 0,
    0,
    ...assets.flatMap((asset) => [
      (asset.integrity_ ? 1 : 0) | (asset.module_ && 2) | (asset.style_ && 4),
      asset.bytes_,
    ]),
    ...endpoints.flatMap((it) => [it.priority_, it.weight_, it.region_, it.state_]),
  ];
  return load;
}
