/*
 * The policy without WASM (old browsers, a CSP without `wasm-unsafe-eval`,
 * lockdown modes): the next endpoint at once after an error, one hedge per
 * asset after the delay, a resume after a failed commit, and a memory that
 * remembers the order. It speaks the engine's own language, words in and `act`
 * out, so that the rest of the shim can't tell the two apart.
 */
import {
  ALL_ENDPOINTS_FAILED, ATTEMPT_DEADLINE, FAILOVER, FIRST_CHOICE, HEDGE, HEDGE_BUDGET_EMPTY, HEDGE_LOST,
  LOADED, LOADED_NOT_READY, NO_ELIGIBLE_ENDPOINT, OFFLINE, RESUME, STATIC_FALLBACK, SUPERSEDED,
  SURGE_SUPPRESSED, TIMEOUT, TOTAL_DEADLINE, WON,
} from './reasons.js';
import { wallSeconds } from './memory.js';

export function racer(words, memory, order, act, save) {
  const assets = words[13];
  const endpoints = words[14];
  const early = words[15];
  const tier = memory[3] ?? words[7];
  const flags = words[8];
  const hedgeWord = memory[4] ?? words[5];
  const attemptMs = memory[5] ?? words[3];
  const totalMs = memory[6] ?? words[4];
  const tries = [];
  const next = Array(assets).fill(0);
  const hedged = [];
  const suspects = new Set();
  let tokens = memory[7] ?? 1e4;
  let executed = 0;
  let committing = null;
  let over = 0;
  // Silence in a hidden tab, or without a network, is nobody's fault.
  let excused = flags & 48;
  let offline = flags & 16;

  const hedgeMs = (asset) => {
    if (hedgeWord != 0xffffffff) return hedgeWord;
    const bandwidth = words[10];
    const body = bandwidth && bandwidth < 1250 && !(flags & 64) ? (words[21 + asset * 2] || 262144) / bandwidth : 0;
    return Math.max(250, words[9] / 250) + body;
  };
  const finish = (ok, reason, endpoint = 0) => {
    over = 1;
    tries.forEach((attempt) => clear(attempt));
    clearTimeout(deadline);
    // A load in which nothing arrived says nothing about any one endpoint.
    if (ok && !excused && (suspects.size || memory.length)) {
      const bad = (index) => suspects.has(index);
      const plan = [...order.filter((index) => !bad(index)), ...order.filter(bad)];
      const wall = wallSeconds();
      const until = suspects.size ? wall + words[6] : memory[2];
      const budget = Math.min(1e4, tokens + 50);
      const refresh = [memory[8] || 0, memory[9] || 0];
      // No fence of its own, nothing of single endpoints or assets.
      save([1, wall, until, tier, hedgeWord, attemptMs, totalMs, budget, ...refresh, plan.length, ...plan, 0, 0, 0, 0]);
    }
    if (!ok && !offline) act(6, 4, STATIC_FALLBACK);
    act(7, ok, reason, endpoint);
    if (!offline) suspects.forEach((index) => act(9, index));
  };
  const clear = (attempt) => {
    clearTimeout(attempt.hedge_);
    clearTimeout(attempt.deadline_);
  };
  const live = (asset) => tries.find((attempt) => attempt.asset_ == asset && attempt.live_);
  const watch = (attempt) => {
    clearTimeout(attempt.hedge_);
    const delay = hedgeMs(attempt.asset_);
    if (delay) attempt.hedge_ = setTimeout(hedge, delay - attempt.age_, attempt);
    attempt.age_ = 0;
  };
  /* Starts the next endpoint for an asset; the attempt, or nothing if none is left. */
  const begin = (asset, why, from, reason) => {
    const endpoint = order[next[asset]++];
    if (endpoint == null) return;
    const n = tries.length;
    const adopted = why == FIRST_CHOICE && early;
    const attempt = { n_: n, asset_: asset, endpoint_: endpoint, live_: 1, age_: adopted ? words[16] / 1e3 : 0 };
    tries.push(attempt);
    attempt.deadline_ = setTimeout(expire, attemptMs - attempt.age_, attempt);
    watch(attempt);
    if (!adopted) act(1, n, endpoint, asset | (why << 8));
    if (from) act(5, from.n_, n, reason);
    return attempt;
  };
  const hedge = (attempt) => {
    if (attempt.done_ || hedged[attempt.asset_] || order[next[attempt.asset_]] == null) return;
    hedged[attempt.asset_] = 1;
    if (tokens < 1000) return act(8, HEDGE_BUDGET_EMPTY, attempt.endpoint_);
    tokens -= 1000;
    begin(attempt.asset_, HEDGE, attempt, HEDGE);
  };
  const end = (attempt, outcome, reason) => {
    clear(attempt);
    attempt.live_ = 0;
    act(4, attempt.n_, outcome, reason);
  };
  const fail = (attempt, why, reason) => {
    if (!attempt.live_ || over) return;
    end(attempt, 2, reason);
    suspects.add(attempt.endpoint_);
    const other = live(attempt.asset_);
    if (other) why == RESUME && act(5, attempt.n_, other.n_, reason);
    else if (!begin(attempt.asset_, why, attempt, reason)) return finish(0, offline ? OFFLINE : ALL_ENDPOINTS_FAILED);
    commit();
  };
  const expire = (attempt) => {
    if (!attempt.live_ || attempt.done_) return;
    // The last one alive goes on: late is better than never.
    const others = tries.some((other) => other != attempt && other.live_ && other.asset_ == attempt.asset_);
    if (!others && order[next[attempt.asset_]] == null) return;
    act(2, attempt.n_, TIMEOUT);
    fail(attempt, ATTEMPT_DEADLINE, TIMEOUT);
  };
  const commit = () => {
    if (committing || over) return;
    committing = tries.find((attempt) => attempt.live_ && attempt.done_ && attempt.asset_ == executed);
    if (committing) act(3, committing.n_);
  };
  const win = (attempt, reason) => {
    committing = null;
    end(attempt, 0, WON);
    for (const other of tries)
      if (other.live_ && other.asset_ == attempt.asset_) {
        const lost = other.done_ || other.moved_ ? SUPERSEDED : HEDGE_LOST;
        if (lost == HEDGE_LOST && other.n_ < attempt.n_) suspects.add(other.endpoint_);
        act(2, other.n_, lost);
        end(other, 1, lost);
      }
    if (++executed == assets) finish(1, reason, attempt.endpoint_);
    else commit();
  };
  const abandon = () => {
    if (over) return;
    for (const attempt of tries) if (attempt.live_) {
      act(2, attempt.n_, TOTAL_DEADLINE);
      end(attempt, 2, TOTAL_DEADLINE);
    }
    finish(0, offline ? OFFLINE : TOTAL_DEADLINE);
  };
  // A script that was committed may still come, and must not be followed by another.
  const deadline = setTimeout(() => (committing ? setTimeout(abandon, attemptMs) : abandon()), totalMs);

  const gate = tier == 4 ? STATIC_FALLBACK : tier == 3 && !(flags & 1) ? SURGE_SUPPRESSED : 0;
  if (gate) {
    over = 1;
    clearTimeout(deadline);
    act(6, tier, gate);
    act(7, 0, gate, 0);
  } else if (!order.length) finish(0, NO_ELIGIBLE_ENDPOINT);
  else for (let asset = 0; asset < assets; asset++) begin(asset, FIRST_CHOICE);

  return (kind, n, value) => {
    if (kind == 7) offline = 1;
    if (kind == 8) offline = 0;
    if (kind > 6 && kind < 10) excused = 1;
    if (kind == 10) excused |= n;
    const attempt = kind < 7 || kind == 11 ? tries[n] : 0;
    if (!attempt || over) return;
    if (kind == 1) {
      attempt.done_ = 1;
      clear(attempt);
      commit();
    } else if (kind == 2) fail(attempt, FAILOVER, value);
    else if (kind == 4) win(attempt, LOADED);
    else if (kind == 6 && words[20 + attempt.asset_ * 2] & 1) win(attempt, LOADED_NOT_READY);
    else if (kind == 5 || kind == 6) {
      committing = null;
      fail(attempt, RESUME, value);
    } else if (kind == 11 || value - (attempt.bytes_ || 0) > 1023) {
      // A drip is silence.
      attempt.bytes_ = kind == 11 ? 0 : value;
      attempt.moved_ = 1;
      watch(attempt);
    }
  };
}
