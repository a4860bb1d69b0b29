/*
 * One load from begin to end: carries out what the engine decides, and tells
 * the page about it.
 */
import { diagnose, probe, refresh } from './background.js';
import { begin, elapsed, startAttempt } from './boot.js';
import { commit, initialise } from './commit.js';
import { engage } from './engine.js';
import { remember } from './memory.js';
import { beacon, emit, mark, nameOf, say } from './signals.js';
import { suppress } from './surface.js';

const OUTCOMES = ['won', 'lost', 'failed', 'cancelled'];

export function run(raw, complaint, nonce) {
  const load = begin(raw, complaint, nonce);
  const { config_: config, report_: report, attempts_: attempts } = load;
  load.promise_ = new Promise((resolve) => {
    const finish = (ok, reason, index) => {
      for (const attempt of attempts) attempt.stop_();
      const winner = ok ? config.endpoints_[index] : null;
      report.ok = !!ok;
      report.reason = nameOf(reason);
      report.durationMs = elapsed(load);
      report.endpoint = winner && winner.id;
      report.url = winner && winner.base_;
      load.ended_ = 1;
      if (ok) initialise(load);
      const name = ok ? 'loaded' : 'failed';
      mark(name);
      if (!ok)
        console.error(
          `hedgerow: nothing loaded (${[report.reason, ...report.attempts.map((it) => `${it.endpoint} ${it.reason}`)].join(', ')})`,
        );
      emit(name, report);
      resolve(report);
    };

    const act = (op, a, b, c) => {
      const attempt = attempts[a];
      if (config.debug) console.debug('hedgerow:', elapsed(load), op, a, b, c);
      if (op == 1) startAttempt(load, a, b, c & 255, c >> 8);
      else if (op == 2) attempt.stop_();
      else if (op == 3) {
        mark('commit');
        commit(load, attempt);
      } else if (op == 4) {
        attempt.record_.outcome = OUTCOMES[b];
        attempt.record_.reason = nameOf(c);
        attempt.record_.endedMs = elapsed(load);
      } else if (op == 5) {
        const { asset, endpoint: to, startedMs: atMs } = attempts[b].record_;
        const from = attempt.record_.endpoint;
        emit('failover', { asset, from, to, reason: nameOf(c), atMs });
      } else if (op == 6) {
        report.surgeTier = a;
        suppress(load);
      } else if (op == 7) {
        finish(a, b, c);
        beacon(load);
      } else if (op == 8) say(load, nameOf(a) + (config.endpoints_[b] ? `: ${config.endpoints_[b].id}` : ''));
      else if (op == 9) diagnose(load, a);
      else if (op == 10) probe(load, a);
      else refresh(load);
    };
    engage(load, act, (words) => remember(load, words));
  });

  const tell = (target, type, kind, value) =>
    target.addEventListener(type, () => load.on_(kind, value ? value() : 1, 0));
  tell(window, 'offline', 7);
  tell(window, 'online', 8);
  tell(document, 'visibilitychange', 10, () => +document.hidden);
  addEventListener('pagehide', () => {
    load.on_(9, 1, 0);
    load.pending_ = 0;
    beacon(load);
  });
  addEventListener('pageshow', () => load.on_(9, 0, 0));
  return load;
}
