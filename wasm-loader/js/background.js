/*
 * What is found out once the page is idle: what is wrong with an endpoint that
 * failed, whether one is back, and what the remote configuration says.
 */
import { insert } from './element.js';
import { REACHABLE, UNREACHABLE, UNREADABLE } from './reasons.js';
import { refreshWords } from './refresh.js';
import { beacon, nameOf, say } from './signals.js';
import { blocked, preloadLink } from './transport.js';

/* Verdicts, as the engine numbers them. */
const ANSWERS = 1;
const OPAQUE = 2;
const ILLEGIBLE = 3;
const SILENT = 4;

const idle = (work) =>
  window.requestIdleCallback
    ? requestIdleCallback(work, { timeout: 5000 })
    : setTimeout(work, 1000);

/* How an endpoint answers; 0 if the page's policy does not let us ask. */
async function ask(load, { base_, health }, probing) {
  const { assets_, totalTimeoutMs } = load.config_;
  const [asset] = assets_;
  const url = base_ + (health ? health.path.replace(/^\/+/, '') : asset.path_);
  const request = (mode) => {
    const signal = AbortSignal.timeout?.(totalTimeoutMs);
    return fetch(url, { mode, cache: 'no-store', credentials: 'omit', signal });
  };
  if (asset.cors_)
    try {
      const response = await request('cors');
      await response.arrayBuffer();
      const good = health?.status ? response.status == health.status : response.ok;
      // A page where a script should be is an error page.
      const page = !health && /html/.test(response.headers.get('content-type'));
      return good && !page ? ANSWERS : ILLEGIBLE;
    } catch {}
  const verdict = await request('no-cors').then(
    () => (asset.cors_ ? ILLEGIBLE : OPAQUE),
    // The violation is reported in a task of its own.
    () => new Promise((done) => setTimeout(() => done(blocked.has(url) ? 0 : SILENT))),
  );
  if (!probing || health || (verdict && verdict != OPAQUE)) return verdict;
  // An opaque answer says nothing of its body, and `connect-src` may forbid to
  // ask at all; a download without execution can say at least that.
  return new Promise((done) => {
    const link = preloadLink(load, asset, url);
    const end = (found) => () => done(found, link.remove());
    link.onload = end(OPAQUE);
    link.onerror = end(SILENT);
    setTimeout(link.onerror, totalTimeoutMs);
    insert(link);
  });
}

/* Whether an endpoint is back; the engine decides what follows from it. */
export const probe = (load, index) =>
  idle(async () => load.on_(12, index, await ask(load, load.config_.endpoints_[index], 1)));

/* What an operator can act on. The report waits for it. */
export function diagnose(load, index) {
  const endpoint = load.config_.endpoints_[index];
  load.pending_++;
  idle(async () => {
    const found = await ask(load, endpoint);
    if (found) {
      const code = found == ANSWERS ? REACHABLE : found == SILENT ? UNREACHABLE : UNREADABLE;
      const verdict = nameOf(code);
      (load.report_.diagnosis ||= []).push({ endpoint: endpoint.id, verdict });
      say(
        load,
        `${endpoint.id}: ${
          code == UNREADABLE
            ? 'reachable but unreadable: CORS header missing, or an error page'
            : verdict
        }`,
      );
    }
    load.pending_--;
    beacon(load);
  });
}

/* Fetches the remote configuration and hands it to the engine. */
export const refresh = (load) =>
  idle(async () => {
    let words;
    try {
      const response = await fetch(load.config_.refresh.url, { cache: 'no-cache' });
      if (!response.ok) throw Error('status ' + response.status);
      const text = await response.text();
      words = refreshWords(text, load.config_, (message) => say(load, 'refresh: ' + message));
    } catch (error) {
      say(load, `refresh: not fetched (${error.message})`);
    }
    load.refreshed_(words);
  });
