/*
 * One load from begin to end: carries out what the engine decides, and tells
 * the page about it.
 */
// In this order the bundle compresses best.
import { remember } from './memory.js';
import { NO_ELIGIBLE_ENDPOINT, REFRESH_ACCEPTED } from './reasons.js';
import { commit, initialise } from './commit.js';
import { engage } from './engine.js';
import { beacon, nameOf } from './report.js';
import { diagnose, probe, refresh } from './background.js';
import { readSettings } from './settings.js';
import { elapsed, emit, mark, say } from './signals.js';
import { suppress } from './surface.js';
import { begin, startAttempt } from './boot.js';

const OUTCOMES = ' won cancelled lost failed'.split(' ');

const finish = (load, ok, reason, index) => {
  const report = load.report_;
  load.attempts_.forEach((attempt) => attempt.stop_());
  const { id = null, base_ = null } = (ok && load.endpoints_[index]) || 0;
  Object.assign(report, {
    ok: !!ok,
    reason: nameOf(reason),
    endpoint: id,
    url: base_,
    durationMs: elapsed(load),
  });
  if (ok) initialise(load);
  else
    console.error(
      'hedgerow: not loaded, ' + report.reason,
      ...report.attempts.map(({ endpoint, reason }) => `${endpoint}: ${reason}`),
    );
  const name = ok ? 'loaded' : 'failed';
  mark(name);
  emit(name, report);
  load.done_(report);
  // Not before the engine has said what is to be diagnosed.
  setTimeout(beacon, 0, load);
};

const end = (load, n, outcome, reason) =>
  Object.assign(load.attempts_[n].record_, {
    outcome: OUTCOMES[outcome],
    reason: nameOf(reason),
    endedMs: elapsed(load),
  });

/* One function for each number that the engine may say. */
const actions = [
  ,
  (load, n, index, which) => startAttempt(load, n, index, which & 255, nameOf(which >> 8)),
  (load, n, reason) => {
    load.attempts_[n].stop_();
    end(load, n, 2, reason);
  },
  commit,
  end,
  (load, n, next) => {
    const { endpoint: from, reason } = load.attempts_[n].record_;
    const { asset, endpoint: to, why, startedMs: atMs } = load.attempts_[next].record_;
    emit('failover', { asset, from, to, reason: reason || why, atMs });
  },
  suppress,
  finish,
  (load, reason, index) =>
    reason == REFRESH_ACCEPTED
      ? console.info('hedgerow: ' + nameOf(reason))
      : say(load, nameOf(reason) + (load.endpoints_[index] ? ': ' + load.endpoints_[index].id : '')),
  diagnose,
  probe,
  refresh,
  (load, word) => (load.saying_ ||= []).push(word >>> 0),
  (load) => remember(load, load.saying_.splice(0)),
  (load, ms) => {
    clearTimeout(load.timer_);
    load.timer_ = setTimeout(load.on_, ms);
  },
];

export async function run(load, raw, complaint) {
  if (begin(load, raw, complaint)) return;
  // The first downloads leave now; nothing can be heard of them before the next task.
  await 0;
  load.settings_ = readSettings(load);

  if (!load.endpoints_[0]) say(load, 'endpoints: none usable, write [{"url": "https://..."}]');
  if (!load.assets_[0]) {
    if (!load.assets_.broken_) say(load, 'asset: missing, write "/widget.js"');
    return finish(load, 0, NO_ELIGIBLE_ENDPOINT);
  }
  engage(load, (op, a, b, c) => {
    if (load.debug) console.debug('hedgerow:', elapsed(load), op, a, b, c);
    actions[op](load, a, b, c);
  });

  const tell = (type, kind, value, once) =>
    addEventListener(type, () => load.on_(kind, value?.()), { once });
  tell('offline', 7);
  tell('online', 8);
  tell('pagehide', 9, () => {
    // Unless it came back it was there all the time.
    tell('pageshow', 9, null, true);
    load.pending_ = 0;
    beacon(load);
    return 1;
  });
  // It bubbles up to the window.
  tell('visibilitychange', 10, () => document.hidden);
  // Once, since a listener that stays keeps a page out of the back/forward cache.
  tell(
    'beforeunload',
    9,
    () => {
      // Not every navigation takes place.
      setTimeout(() => load.on_(9, (load.leaving_ = 0)), 1e3);
      return (load.leaving_ = 1e3);
    },
    true,
  );
}
