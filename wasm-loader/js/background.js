/*
 * What is found out once the page is idle: what is wrong with an endpoint that
 * failed, whether one is back, and what the remote configuration says.
 */
import { REACHABLE, UNREACHABLE, UNREADABLE } from './reasons.js';
import { refreshWords } from './refresh.js';
import { relative } from './element.js';
import { beacon, nameOf } from './report.js';
import { say } from './signals.js';
import { blocked, reported, DOWNLOADED, start } from './transport.js';

/* Verdicts, as the engine numbers them; 0 if the page's policy forbids to ask. */
const ANSWERS = 1;
const OPAQUE = 2;
const ILLEGIBLE = 3;
const SILENT = 4;

const idle = (work) =>
  window.requestIdleCallback ? requestIdleCallback(work, { timeout: 5e3 }) : setTimeout(work, 1e3);

/* How an endpoint answers. */
const ask = async (load, index) => {
  const { base_, health } = load.endpoints_[index];
  const [{ crossOrigin: cors, path, integrity: expected }] = load.assets_;
  const url = base_ + relative(health.path || path);
  const request = (mode, integrity) =>
    fetch(url, {
      mode,
      integrity,
      signal: AbortSignal.timeout?.(load.totalTimeoutMs),
      cache: 'no-store',
      credentials: 'omit',
    });
  try {
    if (cors) {
      const response = await request('cors', health.path ? '' : expected);
      const { byteLength } = await response.arrayBuffer();
      // A page, or nothing, where a script should be is an error page.
      return (health.status ? response.status == health.status : response.ok) &&
        (health.path || (byteLength && !/html/.test(response.headers.get('content-type'))))
        ? ANSWERS
        : ILLEGIBLE;
    }
  } catch {}
  try {
    await request('no-cors');
    return cors ? ILLEGIBLE : OPAQUE;
  } catch {
    await reported();
    return blocked.has(url) ? 0 : SILENT;
  }
};

/*
 * Whether a whole download works. An opaque answer says nothing of its body,
 * and `connect-src` may forbid to ask at all; this says at least that much.
 */
const download = (load, index) =>
  new Promise((done) => {
    const [asset_] = load.assets_;
    const attempt = { asset_, url: load.endpoints_[index].base_ + asset_.path };
    const end = (kind) => done(kind == DOWNLOADED ? OPAQUE : SILENT, attempt.stop_());
    start({ ...load, progress_: 0, on_: end }, attempt);
    setTimeout(end, load.totalTimeoutMs);
  });

/* Whether an endpoint is back; the engine decides what follows from it. */
export const probe = (load, index) =>
  idle(async () => {
    let verdict = await ask(load, index);
    if (!verdict || verdict == OPAQUE) verdict = await download(load, index);
    load.on_(12, index, verdict);
  });

/* Tells an operator what to act on. The report waits for it. */
export const diagnose = (load, index) => {
  load.pending_++;
  idle(async () => {
    const found = await ask(load, index);
    if (found) {
      const code = [, REACHABLE, UNREADABLE, UNREADABLE, UNREACHABLE][found];
      const verdict = nameOf(code);
      const { id: endpoint } = load.endpoints_[index];
      (load.report_.diagnosis ||= []).push({ endpoint, verdict });
      say(
        load,
        `${endpoint}: ${
          code == UNREADABLE ? 'reachable but unreadable: CORS header missing, or an error page' : verdict
        }`,
      );
    }
    load.pending_--;
    beacon(load);
  });
};

/* Fetches the remote configuration for the engine. */
export const refresh = (load) =>
  idle(async () => {
    const tell = (message) => say(load, 'refresh: ' + message);
    try {
      const response = await fetch(load.refresh.url, { cache: 'no-cache' });
      if (!response.ok) throw 'status ' + response.status;
      load.refreshed_(refreshWords(await response.json(), load, tell));
    } catch (error) {
      tell(error);
      load.on_(13);
    }
  });
