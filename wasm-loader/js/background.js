/*
 * What is found out once the page is idle: what is wrong with an endpoint that
 * failed, whether one is back, and what the remote configuration says.
 */
import { insert, preload } from './element.js';
import { UNREACHABLE, UNREADABLE } from './reasons.js';
import { refreshWords } from './refresh.js';
import { beacon, nameOf } from './report.js';
import { say } from './signals.js';
import { blocked } from './transport.js';

/* Verdicts, as the engine numbers them; 0 if the page's policy forbids to ask. */
const ANSWERS = 1;
const OPAQUE = 2;
const ILLEGIBLE = 3;
const SILENT = 4;

const idle = (work) =>
  window.requestIdleCallback ? requestIdleCallback(work, { timeout: 5e3 }) : setTimeout(work, 1e3);

/* How an endpoint answers. */
async function ask(load, { base_, health_ }) {
  const [{ cors_: cors, path_, integrity_ }] = load.assets_;
  const url = base_ + ('' + (health_?.path || path_)).replace(/^\/+/, '');
  const request = (mode) => {
    const signal = AbortSignal.timeout?.(load.totalMs_);
    const integrity = cors && !health_ && mode == 'cors' ? integrity_ : '';
    return fetch(url, { mode, cache: 'no-store', credentials: 'omit', signal, integrity });
  };
  try {
    const response = cors && (await request('cors'));
    if (response) {
      await response.arrayBuffer();
      const { status, ok, headers } = response;
      // A page where a script should be is an error page.
      return (health_?.status ? status == health_.status : ok) &&
        (health_ || !/html/.test(headers.get('content-type')))
        ? ANSWERS
        : ILLEGIBLE;
    }
  } catch {}
  return request('no-cors').then(
    () => (cors ? ILLEGIBLE : OPAQUE),
    // The violation is reported in a task of its own.
    () => new Promise((done) => setTimeout(() => done(blocked.has(url) ? 0 : SILENT))),
  );
}

/*
 * Whether a whole download works. An opaque answer says nothing of its body,
 * and `connect-src` may forbid to ask at all; this says at least that much.
 */
const download = (load, { base_ }) =>
  new Promise((done) => {
    const [asset] = load.assets_;
    const link = preload(load, asset, base_ + asset.path_);
    const end = (verdict) => () => done(verdict, link.remove());
    link.onload = end(OPAQUE);
    link.onerror = end(SILENT);
    setTimeout(link.onerror, load.totalMs_);
    insert(link);
  });

/* Whether an endpoint is back; the engine decides what follows from it. */
export const probe = (load, index) =>
  idle(async () => {
    const endpoint = load.endpoints_[index];
    let verdict = await ask(load, endpoint);
    if (!verdict || verdict == OPAQUE) verdict = await download(load, endpoint);
    load.on_(12, index, verdict);
  });

/* Tells an operator what to act on. The report waits for it. */
export function diagnose(load, index) {
  load.pending_++;
  idle(async () => {
    const endpoint = load.endpoints_[index];
    const found = await ask(load, endpoint);
    if (found) {
      const verdict = found == ANSWERS ? 'reachable' : nameOf(found == SILENT ? UNREACHABLE : UNREADABLE);
      (load.report_.diagnosis ||= []).push({ endpoint: endpoint.id, verdict });
      const detail = found == OPAQUE || found == ILLEGIBLE;
      say(
        load,
        `${endpoint.id}: ${
          detail ? 'reachable but unreadable: CORS header missing, or an error page' : verdict
        }`,
      );
    }
    load.pending_--;
    beacon(load);
  });
}

/* Fetches the remote configuration for the engine. */
export const refresh = (load) =>
  idle(async () => {
    const tell = (message) => say(load, 'refresh: ' + message);
    try {
      const response = await fetch(load.refresh_.url, { cache: 'no-cache' });
      if (!response.ok) throw Error('status ' + response.status);
      load.refreshed_(refreshWords(await response.json(), load, tell));
    } catch (error) {
      tell(error.message);
      load.on_(13);
    }
  });
