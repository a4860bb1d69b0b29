/*
 * The policy without WASM (old browsers, a CSP without `wasm-unsafe-eval`,
 * lockdown modes): the next endpoint at once after an error, one hedge per
 * asset after the delay, then one more endpoint per attempt deadline, a resume
 * after a failed commit, and a memory of the order. It speaks the engine's own
 * language, words in and `act` out, so that the shim can't tell the two apart.
 */
import { wallSeconds } from './memory.js';
import {
  ALL_ENDPOINTS_FAILED,
  ATTEMPT_DEADLINE,
  FAILOVER,
  FIRST_CHOICE,
  HEDGE,
  HEDGE_LOST,
  LOADED,
  LOADED_NOT_READY,
  NO_ELIGIBLE_ENDPOINT,
  OFFLINE,
  RESUME,
  STATIC_FALLBACK,
  SUPERSEDED,
  SURGE_SUPPRESSED,
  TOTAL_DEADLINE,
  WON,
} from './reasons.js';

/* Also the word for none at all. */
const AUTO = 2 ** 32 - 1;

/* How an attempt ends, as the engine numbers it. */
const DONE = 1;
const CANCELLED = 2;
const LOST = 3;
const FAILED = 4;

export function racer(words, memory, order, act) {
  const assets = words[13];
  const flags = words[8];
  // What the last view left replaces what the page says; see memory.js.
  const [tier, hedgeWord, attemptMs, totalMs] = memory[3] == null
    ? [words[7], words[5], words[3], words[4]]
    : memory.slice(3, 7);
  const bandwidth = words[10];
  const slow = bandwidth && bandwidth < 1250 && !(flags & 64);
  const hedgeMs =
    hedgeWord == AUTO ? Math.max(250, words[9] / 250) + (slow && 262144 / bandwidth) : hedgeWord;
  const attempts = [];
  const used = [];
  const hedged = [];
  const suspects = new Set();
  let executed = 0;
  let committed;
  let over;
  let offline = flags & 16;
  // Silence in a hidden tab, or without a network, is nobody's fault.
  let excused = flags & 48;

  const live = (asset) => (it) => it.live_ && it.asset_ == asset;
  const end = (attempt, outcome, reason) => {
    attempt.live_ = 0;
    clearTimeout(attempt.timer_);
    act(4, attempt.n_, outcome, reason);
  };
  const finish = (ok, reason, endpoint) => {
    if (over) return;
    over = 1;
    clearTimeout(deadline);
    for (const attempt of attempts) if (attempt.live_) end(attempt, CANCELLED, reason);
    // A load in which nothing arrived says nothing of any one endpoint.
    if (ok && !excused && suspects.size) {
      const demoted = (index) => suspects.has(index);
      const next = [...order.filter((index) => !demoted(index)), ...order.filter(demoted)];
      const now = wallSeconds();
      const head = [1, now, now + words[6], tier, hedgeWord, attemptMs, totalMs];
      const rest = memory.length ? memory.slice(7, 10) : [1e4, 0, 0];
      // Of a fence, of endpoints and assets only the engine has something to say.
      const spare = Array(words[14] - next.length).fill(AUTO);
      const none = Array(2 + 7 * words[14] + assets).fill(0);
      for (const word of [...head, ...rest, next.length, ...next, ...spare, ...none]) act(12, word);
      act(13);
    }
    if (!ok && !offline) act(6, tier < 3 ? 4 : tier, reason);
    act(7, ok, offline && !ok ? OFFLINE : reason, endpoint);
    if (!offline) suspects.forEach((index) => act(9, index));
  };

  /* Starts the next endpoint for an asset; nothing if there is none left. */
  const begin = (asset, why, from) => {
    const endpoint = order[used[asset] | 0];
    if (endpoint == null) return;
    used[asset] = (used[asset] | 0) + 1;
    const n = attempts.length;
    const attempt = { n_: n, asset_: asset, endpoint_: endpoint, live_: 1 };
    attempts.push(attempt);
    watch(attempt);
    // The first downloads are under way already.
    if (from || !words[15]) act(1, n, endpoint, asset | (why << 8));
    if (from) act(5, from.n_, n);
    return 1;
  };
  /* Silence for the hedge delay, or once that is spent for the deadline, starts the next. */
  const watch = (attempt) => {
    const hedge = hedgeMs && !hedged[attempt.asset_];
    clearTimeout(attempt.timer_);
    attempt.timer_ = setTimeout(() => {
      if (attempt.done_) return;
      hedged[attempt.asset_] = 1;
      const why = hedge ? HEDGE : ATTEMPT_DEADLINE;
      if (begin(attempt.asset_, why, attempt, why)) attempt.silent_ = 1;
    }, hedge ? hedgeMs : Math.max(attemptMs, hedgeMs));
  };
  const fail = (attempt, why, reason) => {
    end(attempt, FAILED, reason);
    suspects.add(attempt.endpoint_);
    if (attempts.some(live(attempt.asset_)) || begin(attempt.asset_, why, attempt)) commit();
    else finish(0, ALL_ENDPOINTS_FAILED);
  };
  const commit = () => {
    committed ||= attempts.find((it) => it.done_ && live(executed)(it));
    if (!committed || committed.told_) return;
    committed.told_ = 1;
    act(3, committed.n_);
  };
  const win = (attempt, reason) => {
    end(attempt, DONE, WON);
    for (const other of attempts.filter(live(executed))) {
      act(2, other.n_, SUPERSEDED);
      if (other.silent_) suspects.add(other.endpoint_);
      if (other.silent_) end(other, LOST, HEDGE_LOST);
      else end(other, CANCELLED, SUPERSEDED);
    }
    if (++executed == assets) finish(1, reason, attempt.endpoint_);
    else commit();
  };

  // A script that was committed may still come, and must not be followed by another.
  const abandon = () => finish(0, TOTAL_DEADLINE);
  const deadline = setTimeout(() => (committed ? setTimeout(abandon, attemptMs) : abandon()), totalMs);

  if (tier > (flags & 1 ? 3 : 2)) finish(0, tier > 3 ? STATIC_FALLBACK : SURGE_SUPPRESSED);
  else if (!order.length || !assets) finish(0, NO_ELIGIBLE_ENDPOINT);
  else for (let asset = 0; asset < assets; asset++) begin(asset, FIRST_CHOICE);

  return (kind, n, value) => {
    const attempt = attempts[n];
    if (kind == 7 || kind == 8) offline = kind == 7;
    if (kind == 7 || ((kind == 9 || kind == 10) && n)) excused = 1;
    if (over || !attempt?.live_) return;
    if (kind == 1) commit((attempt.done_ = 1));
    else if (kind == 2) fail(attempt, FAILOVER, value);
    else if (kind == 3 || kind == 11) watch(attempt);
    else if (kind < 7) {
      committed = null;
      if (kind == 4) win(attempt, LOADED);
      // The bytes were verified, so others would be the same.
      else if (kind == 6 && words[20 + attempt.asset_ * 2] & 1) win(attempt, LOADED_NOT_READY);
      else fail(attempt, RESUME, value);
    }
  };
}
