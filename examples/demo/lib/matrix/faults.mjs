// The fault matrix proper: fault × integrity and CORS × WASM, each as first and
// as second view of one visitor.

import { FAULTS, faultNames } from '../faults.mjs';
import { expectation, NEEDS_TLS, primaryRequests } from './expect.mjs';
import { attempts, MODES, Scene } from './scene.mjs';

// A policy with `connect-src 'none'` takes fetch away from the loader; these are
// the faults that it would otherwise see by fetch.
const CLOSED_FAULTS = ['ok', 'refused', 'slow_headers', 'drip', 'http_503', 'html', 'tampered', 'cors_missing'];

export function faultCells() {
  const cells = [];
  for (const fault of faultNames) {
    for (const wasm of [true, false]) {
      for (const mode of MODES) cells.push(faultCell({ fault, wasm, mode }));
    }
  }
  for (const fault of CLOSED_FAULTS) {
    for (const wasm of [true, false]) {
      for (const mode of ['sri', 'plain']) cells.push(faultCell({ fault, wasm, mode, connect: "'none'" }));
    }
  }
  return cells;
}

export function faultCell({ fault, wasm, mode, connect = null, secure = NEEDS_TLS.has(fault) }) {
  const name = [fault, wasm ? 'wasm' : 'js', mode, ...(connect ? ['connect-src-closed'] : [])].join('/');
  return {
    name,
    fault,
    wasm,
    mode,
    connect,
    secure,
    async run(stage, checks, { asShipped = false } = {}) {
      const expected = expectation(fault, mode);
      // Where the primary serves, a machine that is busy with the other cells
      // must not be taken for a slow network; the figures are measured without.
      const patient = expected.started.length === 1 && !asShipped;
      const scene = await Scene.open(stage, {
        mode, wasm, secure, faults: [fault, 'ok'], csp: connect ? { connect } : {},
        config: patient ? { hedgeMs: 2000 } : {},
      });
      try {
        const first = await scene.visit();
        const facts = { fault, wasm, mode, connect, expected, browser: stage.browser.name };
        checkView(checks, 'first view', first, { ...facts, order: expected.started });
        const second = await scene.visit();
        checkView(checks, 'second view', second, { ...facts, order: expected.again });
        return { views: [first, second].map(row) };
      } finally {
        await scene.close();
      }
    },
  };
}

function checkView(checks, view, seen, { fault, wasm, mode, connect, expected, order, browser }) {
  const what = (text) => `${view}: ${text}`;
  const starts = attempts(seen);
  checks.equal(what('the load ends with one loaded event'), seen.final.map(({ type }) => type), ['loaded']);
  checks.equal(what('executions of the widget'), seen.ran.length, 1);
  checks.equal(what('executions of foreign code'), seen.tampered.length, expected.tampered);
  checks.equal(what('calls of init'), seen.initialised, 1);
  checks.equal(what('endpoints in the order of their start'), seen.started.slice(0, order.length), order);
  checks.equal(what('endpoints started beyond that, but for a hedge'),
    starts.slice(order.length).filter(({ why }) => why !== 'hedge').map(({ endpoint, why }) => `${endpoint} (${why})`), []);
  checks.equal(what('each endpoint is started once'), new Set(seen.started).size, seen.started.length);
  // A hedge on a healthy primary may win; on a broken one it cannot.
  if (starts.length === order.length || expected.winner === 'cdn2') {
    checks.equal(what('the widget comes from'), seen.report?.endpoint, expected.winner);
  }
  checks.equal(what('signals come in order'), inOrder(seen.events), true);
  checks.equal(what('the engine that decided'), seen.report?.engine, wasm ? 'wasm' : 'js');
  checkReport(checks, what, seen);

  const [primary, secondary] = seen.requests;
  // Where answers are opaque, or `fetch` is forbidden, the background probe of a
  // demoted endpoint is a download that looks like any other.
  const probes = order[0] === 'cdn2' && (mode === 'plain' || connect) ? 1 : 0;
  const log = JSON.stringify(seen.requestLog);
  const primaryStarts = seen.started.filter((id) => id === 'cdn1').length;
  checks.atMost(what(`widget requests at cdn1 of ${log}`), primary, (primaryStarts && primaryRequests(fault, mode, browser)) + probes);
  checks.atMost(what(`widget requests at cdn2 of ${log}`), secondary, seen.started.filter((id) => id === 'cdn2').length);
  checks.equal(what('performance marks'), ['hedgerow:start', 'hedgerow:commit', 'hedgerow:loaded'].filter((mark) => !seen.marks.includes(mark)), []);
}

function checkReport(checks, what, seen) {
  const report = seen.report ?? {};
  const listed = report.attempts ?? [];
  checks.equal(what('report.ok'), report.ok, true);
  checks.equal(what('attempts in the report'), listed.map(({ endpoint }) => endpoint), seen.started);
  checks.equal(what('attempts that won'), listed.filter(({ outcome }) => outcome === 'won').length, 1);
  checks.equal(what('attempts without an outcome or a reason'),
    listed.filter(({ outcome, reason }) => !['won', 'lost', 'failed', 'cancelled'].includes(outcome) || (outcome !== 'won' && !reason)), []);
}

// The first signal starts an attempt, the last one ends the load, and a failover
// leaves an endpoint that was started before.
function inOrder(events) {
  const signals = events.filter(({ type }) => type !== 'warning');
  const started = new Set();
  const told = signals.every(({ type, detail }) => {
    if (type === 'attempt') started.add(detail.endpoint);
    return type !== 'failover' || started.has(detail.from);
  });
  return told && signals[0]?.type === 'attempt' && ['loaded', 'failed'].includes(signals.at(-1)?.type);
}

export function row(seen) {
  return {
    ms: seen.timeToWidget === null ? null : Math.round(seen.timeToWidget),
    executions: seen.ran.length,
    requests: seen.requests,
    signals: seen.signals,
    pageLoadMs: seen.loadEventAt === null ? null : Math.round(seen.loadEventAt),
  };
}

export const isSilent = (fault) => ['silent', 'late'].includes(FAULTS[fault].kind);
