// What each fault must lead to, as data.
//
// `started` is the order in which endpoints are tried on the first view, `again`
// on the second one; a hedge more is always allowed, since a busy machine may be
// slower than the hedge delay. `tampered` counts executions of foreign code.

import { FAULTS } from '../faults.mjs';

const outcome = (fields) => Object.freeze({ tampered: 0, ...fields });

const SERVED = outcome({ winner: 'cdn1', started: ['cdn1'], again: ['cdn1'] });
const FAILS_OVER = outcome({ winner: 'cdn2', started: ['cdn1', 'cdn2'], again: ['cdn2'] });
// An http endpoint is not even tried on an https page.
const SKIPPED = outcome({ winner: 'cdn2', started: ['cdn2'], again: ['cdn2'] });
// Without integrity nobody but the CDN can tell: the loader trusts what it gets.
const TRUSTED = outcome({ ...SERVED, tampered: 1 });

const EXCEPTIONS = {
  ok: { sri: SERVED, cors: SERVED, plain: SERVED },
  mixed: { sri: SKIPPED, cors: SKIPPED, plain: SKIPPED },
  tampered: { cors: TRUSTED, plain: TRUSTED },
  // Where nobody asks for CORS nobody misses it.
  cors_missing: { plain: SERVED },
};

export function expectation(fault, mode) {
  return EXCEPTIONS[fault]?.[mode] ?? FAILS_OVER;
}

/** Cells that only make sense where pages and CDNs are https. */
export const NEEDS_TLS = new Set(['tls_mismatch', 'mixed', 'redirect_http']);

// Firefox fires `load` for a preload that failed, so the committed script asks
// once more; and it tries a connection that is reset ten times over.
const REPEATS = { firefox: { failed: 2, reset: 10 } };

/** Requests for the widget that may reach the first CDN when it is tried. */
export function primaryRequests(fault, mode, browser) {
  const { failed = 1, reset = 1 } = REPEATS[browser] ?? {};
  // A policy against a script does not keep `fetch` from downloading it.
  const reachable = FAULTS[fault].at === 'response' || fault === 'csp_blocked' ? 1 : 0;
  const served = expectation(fault, mode).winner === 'cdn1';
  return reachable * (served ? 1 : failed) * (fault === 'reset' ? reset : 1);
}
