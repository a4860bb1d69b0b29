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

/* The word for "found by itself" and for none at all, signed or not: `~` makes it 0. */
const AUTO = -1;

/* How an attempt ends, as the engine numbers it. */
const DONE = 1;
const CANCELLED = 2;
const LOST = 3;
const FAILED = 4;

export function racer(words, memory, order, act) {
  // What the last view left replaces what the page says; see memory.js.
  const [tier, hedgeWord, attemptMs, totalMs] = memory[0] ? memory.slice(3, 7)
    : [words[7], words[5], words[3], words[4]];
  const [bandwidth, , , assets, endpoints, early] = words.slice(10);
  const hedgeMs =
    ~hedgeWord
      ? hedgeWord
      : Math.max(250, words[9] / 250) + (bandwidth && bandwidth < 1250 && 262144 / bandwidth);
  const attempts = [];
  const used = Array(assets).fill(0);
  const hedged = [];
  const suspects = new Set();
  let executed = 0;
  let committed;
  let over;

  const live = (asset) => attempts.filter((it) => it.live_ && it.asset_ == asset);
  // Without a network, or silent in a hidden tab, it is nobody's fault.
  const suspect = ({ endpoint_ }) =>
    navigator.onLine && !document.hidden && suspects.add(endpoint_);
  const end = (attempt, outcome, reason) => {
    attempt.live_ = 0;
    act(4, attempt.n_, outcome, reason);
  };
  const finish = (ok, reason, endpoint) => {
    if (over) return;
    over = 1;
    for (const attempt of attempts) if (attempt.live_) end(attempt, CANCELLED, reason);
    // A load in which nothing arrived says nothing of any one endpoint.
    if (ok && suspects.size) {
      const next = [...order].sort((a, b) => suspects.has(a) - suspects.has(b));
      [
        1,
        wallSeconds(),
        wallSeconds() + words[6],
        tier,
        hedgeWord,
        attemptMs,
        totalMs,
        ...(memory[0] ? memory.slice(7, 10) : [1e4, 0, 0]),
        next.length,
        ...next,
        ...Array(endpoints - next.length).fill(AUTO),
        // Of a fence, of endpoints and assets only the engine has something to say.
        ...Array(2 + 7 * endpoints + assets).fill(0),
      ].forEach((word) => act(12, word));
      act(13);
    }
    if (!ok)
      if (navigator.onLine) act(6, tier < 3 ? 4 : tier);
      else reason = OFFLINE;
    act(7, ok, reason, endpoint);
    suspects.forEach((index) => act(9, index));
  };

  /* Starts the next endpoint for an asset; nothing if there is none left. */
  const begin = (asset_, why, from) => {
    const endpoint_ = order[used[asset_]++];
    if (endpoint_ == null) return;
    const n_ = attempts.length;
    watch((attempts[n_] = { n_, asset_, endpoint_, live_: 1 }));
    // The first downloads are under way already.
    if (from || !early) act(1, n_, endpoint_, asset_ | (why << 8));
    if (from) act(5, from.n_, n_);
    return 1;
  };
  /* Silence for the hedge delay, or once that is spent for the deadline, starts the next. */
  const watch = (attempt) => {
    const { asset_ } = attempt;
    const hedge = hedgeMs && !hedged[asset_];
    clearTimeout(attempt.timer_);
    attempt.timer_ = setTimeout(
      () => {
        if (!attempt.live_ || attempt.done_) return;
        hedged[asset_] = 1;
        attempt.silent_ = begin(asset_, hedge ? HEDGE : ATTEMPT_DEADLINE, attempt);
      },
      hedge ? hedgeMs : Math.max(attemptMs, hedgeMs),
    );
  };
  const fail = (attempt, why, reason) => {
    end(attempt, FAILED, reason);
    suspect(attempt);
    if (live(attempt.asset_)[0] || begin(attempt.asset_, why, attempt)) commit();
    else finish(0, ALL_ENDPOINTS_FAILED);
  };
  const commit = () => {
    if (!committed && (committed = live(executed).find((it) => it.done_))) act(3, committed.n_);
  };
  const win = (attempt, reason) => {
    end(attempt, DONE, WON);
    for (const other of live(executed)) {
      other.live_ = 0;
      act(2, other.n_, SUPERSEDED);
      if (other.silent_) {
        suspect(other);
        end(other, LOST, HEDGE_LOST);
      }
    }
    if (++executed == assets) finish(1, reason, attempt.endpoint_);
    else commit();
  };

  // A script that was committed may still come, and must not be followed by another.
  setTimeout(() => setTimeout(finish, committed ? attemptMs : 0, 0, TOTAL_DEADLINE), totalMs);

  if (tier > 2 + (words[8] & 1)) finish(0, tier > 3 ? STATIC_FALLBACK : SURGE_SUPPRESSED);
  else if (!order.length) finish(0, NO_ELIGIBLE_ENDPOINT);
  else for (let asset = 0; asset < assets; asset++) begin(asset, FIRST_CHOICE);

  return (at, kind, n, value) => {
    const attempt = attempts[n];
    if (!attempt?.live_) return;
    if (kind == 1) commit((attempt.done_ = 1));
    else if (kind == 2) fail(attempt, FAILOVER, value);
    else if (kind == 3 || kind == 11) watch(attempt);
    else if (kind < 7) {
      committed = 0;
      if (kind == 4) win(attempt, LOADED);
      // The bytes were verified, so others would be the same.
      else if (kind == 6 && words[20 + attempt.asset_ * 2]) win(attempt, LOADED_NOT_READY);
      else fail(attempt, RESUME, value);
    }
  };
}
