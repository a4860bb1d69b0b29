/*
 * Downloads without running.
 *
 * A preload link does it everywhere, under every policy, and aborts in Chromium
 * when it is removed (Firefox lets it run on, so there a cancelled download
 * costs its bytes). Its `load` is a claim: Firefox fires it also for a refused
 * connection, a missing CORS header and, without CORS, an error page. The proof
 * is the committed element.
 *
 * A preload can't tell how far it is. Where the network is slow, a `fetch`
 * can: what progresses needs no hedge. It fills the HTTP cache, from which the
 * preload then takes the bytes. Firefox asks the server again instead, so
 * `fetch` is used only where the Network Information API gives Chromium away.
 */
import { insert, preload } from './element.js';
import {
  CSP_BLOCKED,
  EMPTY_BODY,
  HTTP_STATUS,
  INTEGRITY_MISMATCH,
  NETWORK_ERROR,
  TRUNCATED,
  WRONG_CONTENT,
} from './reasons.js';
import { now } from './signals.js';

/* What happened to an attempt, as the engine numbers it. */
export const DOWNLOADED = 1;
const FAILED = 2;
const PROGRESS = 3;
const HEAD = 11;

/* What the page's policy forbade. Chromium tells it before the element's error. */
export const blocked = new Set();
export const watchPolicy = () =>
  document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.blockedURI));

/* The violation of a policy is reported in a task of its own. */
export const reported = () => new Promise((done) => setTimeout(done));

/* An attempt's download, as far as it may be seen; not one from before. */
const timing = ({ url, at_ }) =>
  performance.getEntriesByName(url).find((it) => it.startTime >= at_) || {};

/* What is known of why an attempt did not bring its asset. */
export const reasonOf = (attempt) => {
  const { responseStatus } = timing(attempt);
  return blocked.has(attempt.url)
    ? CSP_BLOCKED
    : responseStatus > 399
      ? HTTP_STATUS
      : responseStatus && attempt.asset_.integrity
        ? INTEGRITY_MISMATCH
        : NETWORK_ERROR;
};

/* Whether downloads tell their progress in this load. */
export const tellsProgress = ({ assets_, rtt_, bandwidth_ }) =>
  (rtt_ > 99 || (bandwidth_ && bandwidth_ < 200)) &&
  assets_.every(({ crossOrigin }) => crossOrigin) &&
  navigator.connection && 64;

/* Starts the download of an attempt; what becomes of it goes to `load.on_`. */
export const start = (load, attempt) => {
  const { asset_: asset, url } = attempt;
  let stopped;
  attempt.at_ = now();
  const on = (kind, value) => stopped || load.on_(kind, attempt.n_, value);
  const abort = new AbortController();
  const link = preload(load, asset, url);
  link.onload = () =>
    // Firefox says `load` of whatever it breaks off when the visitor leaves; a
    // script inserted now would hold back the next page.
    load.leaving_
      ? setTimeout(link.onload, load.leaving_)
      : on(DOWNLOADED, timing(attempt).encodedBodySize);
  link.onerror = () => on(FAILED, reasonOf(attempt));
  attempt.stop_ = () => {
    stopped = 1;
    link.remove();
    abort.abort();
  };
  // Without preloads (old browsers) the committed element is all there is.
  const begin = () =>
    stopped || (link.relList.supports(link.rel) ? insert(link) : setTimeout(on, 0, DOWNLOADED));
  // The engine counts on progress, of which a preload has none to show: for
  // four seconds it is taken for granted.
  const trust = (bytes) => {
    on(PROGRESS, bytes);
    if (bytes < 4e4) setTimeout(trust, 100, bytes + 1e3);
  };
  if (load.progress_)
    read(asset, url, abort.signal, on).then((go) => {
      if (go) begin();
      if (go == BLIND) trust(1e3);
    });
  // In a microtask, from a shallow stack: who traces requests to their calls, as
  // developer tools do, reads the source of every function on it again.
  else queueMicrotask(begin);
};

const BLIND = 2;

/* Reads a body for its progress alone; whether the preload is to follow. */
async function read({ crossOrigin }, url, signal, on) {
  let bytes = 0;
  try {
    const credentials = crossOrigin[0] == 'a' ? 'same-origin' : 'include';
    const response = await fetch(url, { signal, credentials });
    if (!response.ok) return on(FAILED, HTTP_STATUS);
    if (/html/.test(response.headers.get('content-type'))) return on(FAILED, WRONG_CONTENT);
    on(HEAD);
    // What is not stored would be downloaded twice: the preload does it alone.
    if (/no-store/.test(response.headers.get('cache-control')))
      return response.body.cancel(), BLIND;
    for (const reader = response.body.getReader(); ; on(PROGRESS, bytes)) {
      const { done, value } = await reader.read();
      if (done) return bytes || on(FAILED, EMPTY_BODY);
      bytes += value.length;
    }
  } catch {
    await reported();
    // `connect-src` forbids to ask: no fault of the endpoint.
    if (blocked.delete(url)) return BLIND;
    on(FAILED, bytes ? TRUNCATED : NETWORK_ERROR);
  }
}
