/*
 * The rest of the configuration, and the words that start the engine. Read
 * while the first download is under way.
 */
import { wallSeconds } from './memory.js';
import { HEDGE, read, TIMEOUT, TOTAL, U32 } from './reader.js';
import { sessionOpen } from './session.js';
import { elapsed, say } from './signals.js';

export function readSettings(load) {
  Object.assign(
    load,
    read(load.rest_, '', (message) => say(load, message), {
      $schema: ['string'],
      version: [U32, 0],
      ready: ['string'],
      readyTimeoutMs: ['0..60000', 0],
      init: ['string'],
      timeoutMs: [TIMEOUT, 3e3],
      totalTimeoutMs: [TOTAL, 1e4],
      hedgeMs: [HEDGE, 'auto'],
      stub: ['list', []],
      session: ['string|object', ''],
      debug: ['true|false'],
      fallback: { html: ['string'], url: ['string'], target: ['string', 'body'] },
      report: { url: ['string'], sampleRate: ['0..1', 1] },
      refresh: { url: ['string'], intervalSeconds: ['10..86400', 300] },
    }),
  );
  return Uint32Array.of(
    1,
    load.seed_,
    wallSeconds(),
    load.timeoutMs,
    load.totalTimeoutMs,
    load.hedgeMs == 'auto' ? -1 : load.hedgeMs,
    load.memory.ttlSeconds,
    load.surge.tier,
    (!load.early_ && sessionOpen(load.session)) |
      (load.fenced_ << 2) |
      ((load.memory.storage != 'none') << 3) |
      (!navigator.onLine << 4) |
      (document.hidden << 5) |
      load.progress_,
    load.rtt_ * 1e3,
    load.bandwidth_,
    load.home_,
    load.fence_,
    load.assets_.length,
    load.endpoints_.length,
    load.early_,
    elapsed(load),
    load.version,
    load.refresh.url && load.refresh.intervalSeconds,
    0,
    ...load.assets_.flatMap((it) => [!!it.integrity, it.bytes]),
    ...load.endpoints_.flatMap((it) => [it.priority, it.weight, it.region, it.state]),
  );
}
