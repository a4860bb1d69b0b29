/*
 * The rest of the configuration, and the words that start the engine. Read
 * while the first download is under way.
 */
import { wallSeconds } from './memory.js';
import { HEDGE, MS, reader, TIMEOUT, TOTAL, U32 } from './reader.js';
import { sessionOpen } from './session.js';
import { now } from './signals.js';

export function readSettings(load, say) {
  const take = load.take_;
  const nested = (key, fields) => {
    const field = reader(take(key, 'object', {}), key + '.', say);
    const read = Object.fromEntries(fields.map(([name, ...rule]) => [name, field(name, ...rule)]));
    field.rest();
    return read;
  };
  load.ready_ = take('ready', 'text');
  load.readyMs_ = take('readyTimeoutMs', MS, 0);
  load.init_ = take('init', 'text');
  load.stub_ = take('stub', 'list', []);
  load.debug_ = take('debug', 'true|false');
  load.fallback_ = nested('fallback', [['html', 'text'], ['url', 'text'], ['target', 'text', 'body']]);
  load.beacon_ = nested('report', [['url', 'text'], ['sampleRate', '0..1', 1]]);
  load.refresh_ = nested('refresh', [['url', 'text'], ['intervalSeconds', '10..86400', 300]]);
  load.totalMs_ = take('totalTimeoutMs', TOTAL, 1e4);
  const attemptMs = take('timeoutMs', TIMEOUT, 3e3);
  const hedge = take('hedgeMs', HEDGE, 'auto');
  const version = take('version', U32, 0);
  const words = Uint32Array.of(
    1,
    load.seed_,
    wallSeconds(),
    attemptMs,
    load.totalMs_,
    hedge == 'auto' ? -1 : hedge,
    load.ttl_,
    load.tier_,
    sessionOpen(take('session', 'text|object', '')) |
      (load.fenced_ ? 4 : 0) |
      (load.storage_ != 'none' ? 8 : 0) |
      (navigator.onLine ? 0 : 16) |
      (document.hidden ? 32 : 0) |
      load.progress_,
    load.rtt_ * 1e3,
    load.bandwidth_,
    load.home_,
    load.fence_,
    load.assets_.length,
    load.endpoints_.length,
    load.early_,
    (now() - load.started_) * 1e3,
    version,
    load.refresh_.url && load.refresh_.intervalSeconds,
    0,
    ...load.assets_.flatMap((it) => [!!it.integrity_, it.bytes_]),
    ...load.endpoints_.flatMap((it) => [it.priority_, it.weight_, it.region_, it.state_]),
  );
  take.rest();
  return words;
}
