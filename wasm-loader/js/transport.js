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
 * preload then takes the bytes (Chromium; Firefox asks the server again, which
 * is why `fetch` is used only where the Network Information API gives Chromium
 * away).
 */
import { element, insert } from './element.js';
import { CSP_BLOCKED, EMPTY_BODY, HTTP_STATUS, INTEGRITY_MISMATCH, NETWORK_ERROR, TRUNCATED, WRONG_CONTENT } from './reasons.js';

export const DOWNLOADED = 1;
export const FAILED = 2;
const PROGRESS = 3;
const HEAD = 11;

/* What the page's policy forbade. */
export const blocked = new Set();
/* Chromium reports the violation before the element's error. */
export const watchPolicy = () =>
  document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.blockedURI));

const entryOf = (url) => performance.getEntriesByName(url).pop();

/* What is known of why `url` did not arrive. */
export function reasonOf(url, asset) {
  const status = entryOf(url)?.responseStatus;
  return blocked.has(url)
    ? CSP_BLOCKED
    : status >= 400
      ? HTTP_STATUS
      : status && asset.integrity_
        ? INTEGRITY_MISMATCH
        : NETWORK_ERROR;
}

/* Whether downloads tell their progress in this load. */
export const tellsProgress = ({ rtt_, bandwidth_ }) =>
  (rtt_ >= 100 || (bandwidth_ && bandwidth_ < 200)) && !!navigator.connection;

export const preloadLink = (load, asset, href) =>
  element(load, asset, 'link', {
    ...(asset.module_ ? { rel: 'modulepreload' } : { rel: 'preload', as: asset.style_ ? 'style' : 'script' }),
    href,
  });

/* Starts the download of an attempt; what it comes to goes to `load.on_`. */
export function start(load, attempt) {
  const { asset_: asset, url, n_: n } = attempt;
  const on = (kind, value) => attempt.live_ && load.on_(kind, n, value);
  let link;
  const preload = () => {
    link = preloadLink(load, asset, url);
    // Without preloads (old browsers) the committed element is all there is.
    if (!link.relList?.supports?.(link.rel)) return setTimeout(on, 0, DOWNLOADED, 0);
    link.onload = () => on(DOWNLOADED, attempt.bytes_ || entryOf(url)?.encodedBodySize || 0);
    link.onerror = () => on(FAILED, reasonOf(url, asset));
    insert(link);
  };
  const abort = load.progress_ && asset.cors_ && new AbortController();
  attempt.live_ = 1;
  attempt.stop_ = () => {
    attempt.live_ = 0;
    link?.remove();
    abort && abort.abort();
  };
  if (abort) read(asset, url, abort.signal, on).then((bytes) => {
    attempt.bytes_ = bytes;
    // Not even a head: perhaps `connect-src` forbids it, which is no fault of
    // the endpoint. The preload finds out.
    if (attempt.live_ && bytes != null) preload();
  });
  else preload();
}

/* Reads a body for its progress alone. `null` after a failure. */
async function read({ cors_, style_ }, url, signal, on) {
  let bytes = 0;
  try {
    const credentials = cors_ == 'anonymous' ? 'same-origin' : 'include';
    const response = await fetch(url, { signal, credentials });
    const failed = !response.ok
      ? HTTP_STATUS
      : /html/.test(response.headers.get('content-type'))
        ? WRONG_CONTENT
        : 0;
    if (failed) return on(FAILED, failed), null;
    on(HEAD, response.status);
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      on(PROGRESS, (bytes += value.length));
    }
    return bytes || (on(FAILED, EMPTY_BODY), null);
  } catch {
    return bytes ? (on(FAILED, TRUNCATED), null) : 0;
  }
}
