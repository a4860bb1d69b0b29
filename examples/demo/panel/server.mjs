// One origin for the control panel, the demo shop, the loader file and the refresh document.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { join, extname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { FAULTS } from './faults.js';
import { RefreshDocument } from './refresh.mjs';
import { shopPage, parseScenario } from './shop-page.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
};
const PANEL_CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
const LOOPBACK = '127.0.0.1';
const SECURE_HOST = 'www.localhost';
const KEPT_LOADS = 50;
const MAX_BODY = 10_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const FOLDERS = { panel: here, site: join(here, '../site'), classic: join(here, '../classic') };

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {{ rig: import('./rig.mjs').Rig, loaderDir: string, port: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startPanel({ rig, loaderDir, port }) {
  const loads = new Map();
  const streams = new Set();
  const refresh = new RefreshDocument(rig.cdns.map((cdn) => cdn.id));
  const folders = { ...FOLDERS, loader: loaderDir };
  let nextLoad = 1;
  let origin;

  const publish = (event, data) => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const unsubscribe = rig.onRequest((request) => publish('request', request));

  const state = async () => ({
    cdns: rig.cdns.map(({ id }) => ({ id, fault: rig.fault(id), url: rig.url(id) })),
    unavailable: rig.unavailable,
    refresh: refresh.document,
    problem: await loaderProblem(loaderDir),
  });

  const api = {
    'GET /api/state': state,
    'POST /api/fault': async ({ id, fault }) => {
      if (!FAULTS.some(({ name }) => name === fault)) throw new HttpError(400, `unknown fault ${fault}`);
      if (!rig.cdns.some((cdn) => cdn.id === id)) throw new HttpError(400, `unknown CDN ${id}`);
      await rig.setFault(id, fault);
      return state();
    },
    'POST /api/refresh': async ({ surge, drained }) => {
      refresh.set({ surge, drained });
      return state();
    },
    'POST /api/load': async (body) => {
      const scenario = parseScenario(body);
      const problem = scenario.loader === 'hedgerow' && (await loaderProblem(loaderDir));
      if (problem) throw new HttpError(409, problem);
      rig.setCors(scenario.mode !== 'nocors');
      const id = String(nextLoad++);
      loads.set(id, scenario);
      loads.delete(String(nextLoad - 1 - KEPT_LOADS));
      return { id, url: `/shop/${id}` };
    },
  };

  async function handle(request, response) {
    const { pathname } = new URL(request.url, 'http://panel');
    const [, first, ...rest] = pathname.split('/');

    const action = api[`${request.method} ${pathname}`];
    if (action) {
      const body = request.method === 'POST' ? await readJson(request, origin) : undefined;
      return sendJson(response, await action(body));
    }
    if (request.method !== 'GET') throw new HttpError(405, 'only GET here');
    if (pathname === '/') return sendFile(response, join(here, 'index.html'), { 'content-security-policy': PANEL_CSP });
    if (pathname === '/refresh.json') return sendJson(response, refresh.document);
    if (pathname === '/api/stream') return openStream(response, streams);
    if (first === 'shop') {
      const scenario = loads.get(rest[0]);
      if (!scenario) throw new HttpError(404, 'this load is gone: start a new one in the panel');
      const page = await shopPage({ id: rest[0], scenario, rig });
      response.writeHead(200, { 'content-type': TYPES['.html'], 'content-security-policy': page.csp, 'cache-control': 'no-store' });
      return response.end(page.html);
    }
    if (Object.hasOwn(folders, first) && rest.length > 0) return sendFile(response, join(folders[first], normalize(`/${rest.join('/')}`)));
    throw new HttpError(404, 'not found');
  }

  const listener = (request, response) => {
    handle(request, response).catch((error) => {
      if (!(error instanceof HttpError)) console.error(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, { error: error.message }, error.status ?? 500);
    });
  };
  const server = rig.authority ? createHttps(await rig.authority.leaf([SECURE_HOST]), listener) : createHttp(listener);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });

  origin = `${rig.authority ? `https://${SECURE_HOST}` : `http://${LOOPBACK}`}:${server.address().port}`;

  return {
    url: `${origin}/`,
    async close() {
      unsubscribe();
      for (const stream of streams) stream.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What keeps the loader from being served, in words that say what to do; null if nothing does. */
export async function loaderProblem(loaderDir) {
  const found = await stat(join(loaderDir, 'hedgerow.js')).catch(() => null);
  if (found?.isFile()) return null;
  return `The loader is not built: there is no hedgerow.js in ${loaderDir}. Run "cargo xtask loader" and load the page again.`;
}

async function readJson(request, origin) {
  // Any page that a person has open can post to this machine; only this panel may break its CDNs.
  if (request.headers.origin !== origin) throw new HttpError(403, `only the panel may do this; open it at ${origin}`);
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_BODY) throw new HttpError(413, 'too long');
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

function sendJson(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

async function sendFile(response, path, headers = {}) {
  const type = TYPES[extname(path)];
  const found = type && (await stat(path).catch(() => null));
  if (!found?.isFile()) throw new HttpError(404, 'not found');
  // no-store: a first view must be a first view, and a rebuilt loader must be the one that runs.
  response.writeHead(200, { 'content-type': type, 'content-length': found.size, 'cache-control': 'no-store', ...headers });
  createReadStream(path).pipe(response);
}

function openStream(response, streams) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}
