// A page in Chromium that reports what it found, without a driver: the page
// posts its result to the server that served it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html' };

/** Serves `pages` (path → HTML) and the files under `folder`; returns its origin. */
export async function serve(folder, pages) {
  let resolveResult;
  const results = { next: () => new Promise((resolve) => { resolveResult = resolve; }) };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        response.end();
        resolveResult(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      });
      return;
    }
    const ending = pathname.slice(pathname.lastIndexOf('.'));
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('content-type', `${TYPES[ending] ?? 'text/html'}; charset=utf-8`);
    try {
      response.end(pages[pathname] ?? readFileSync(join(folder, normalize(pathname))));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    results,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/* A helper of the browser that has not died yet may still write there. */
async function remove(profile) {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch {
      await setTimeout(100);
    }
  }
}

/** Opens `url` in a fresh profile until the page has posted, or `seconds` are over. */
export async function visit(url, results, seconds = 60) {
  const profile = mkdtempSync(join(tmpdir(), 'hedgerow-package-'));
  const flags = ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage'];
  const result = results.next();
  const browser = spawn('chromium', [...flags, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own, so that its helpers end with it.
    detached: true,
  });
  let said = '';
  browser.stderr.on('data', (text) => { said += text; });
  const over = new AbortController();
  const silent = new Promise((_, reject) => {
    setTimeout(seconds * 1000, undefined, { signal: over.signal }).then(
      () => reject(new Error(`the page posted nothing in ${seconds} s; Chromium said:\n${said}`)),
      () => {},
    );
    browser.once('error', (cause) => reject(new Error(`Chromium could not be started: ${cause.message}`)));
  });
  try {
    return await Promise.race([result, silent]);
  } finally {
    over.abort();
    if (browser.pid && browser.exitCode === null && browser.signalCode === null) {
      process.kill(-browser.pid, 'SIGKILL');
      await once(browser, 'exit');
    }
    await remove(profile);
  }
}
