// The site that wants a widget: one page per cell, with the loader under test and
// a recorder, and the loader's own files.

import { readFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { listenSomewhere } from './cdn.mjs';
import { encode } from './encoding.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const NONCE = 'aGVkZ2Vyb3c';
const TYPES = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.json': 'application/json',
  '.css': 'text/css; charset=utf-8',
};

export class PageServer {
  #server;
  #pages = new Map();
  #documents = new Map();
  #files = new Map();

  /** `loader` is the folder with the built loader (its `dist`). */
  static async start({ host = 'www.localhost', tls = null, loader }) {
    const server = new PageServer();
    server.recorder = await readFile(join(HERE, 'recorder.js'), 'utf8');
    server.roots = { '/dist/': loader, '/classic/': join(HERE, '../classic') };
    server.secure = Boolean(tls);
    server.host = host;
    const handler = (request, response) => server.#serve(request, response);
    server.#server = tls ? createHttps(await tls.ca.leaf([host]), handler) : createHttp(handler);
    server.#server.on('tlsClientError', () => {});
    server.port = await listenSomewhere(server.#server);
    return server;
  }

  constructor() {
    this.beacons = [];
  }

  get origin() {
    return `${this.secure ? 'https' : 'http'}://${this.host}:${this.port}`;
  }

  /**
   * Adds a page and returns its URL.
   *
   * - `peer`: `hedgerow`, `classic`, `tag` (a plain script tag), `module` (the ES
   *   module, given to the page as `window.hedgerowModule`), `snippet` (the text
   *   of an inline script) or `none`
   * - `config`: the loader's configuration, as an object or as raw text
   * - `by`: `attribute` or `global`, the two ways in which it is given
   * - `csp`: see `policy`; null for none
   * - `before`: a script that runs before the loader; `tags`: how many loader tags; `body`: more HTML
   */
  add(path, spec) {
    this.#pages.set(path, spec);
    return this.origin + path;
  }

  /** Serves `text` under `path`, uncached: a remote configuration for instance. */
  publish(path, text, fields = {}) {
    this.#documents.set(path, { text, fields, requests: 0 });
    return this.origin + path;
  }

  requestsFor(path) {
    return this.#documents.get(path).requests;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request, response) {
    const path = new URL(request.url, this.origin).pathname;
    if (request.method === 'POST') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      this.beacons.push({ path, text: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
      return;
    }
    const page = this.#pages.get(path);
    const published = this.#documents.get(path);
    if (page) {
      const policyField = page.csp && { 'content-security-policy': policy(page.csp) };
      this.#send(request, response, this.#html(page), { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...policyField });
    } else if (published) {
      published.requests += 1;
      this.#send(request, response, published.text, { 'content-type': 'application/json', 'cache-control': 'no-store', ...published.fields });
    } else {
      await this.#file(path, request, response);
    }
  }

  async #file(path, request, response) {
    const root = Object.keys(this.roots).find((prefix) => path.startsWith(prefix));
    const name = root && normalize(path.slice(root.length));
    try {
      if (!name || name.startsWith('..')) throw new Error('outside of the site');
      const file = join(this.roots[root], name);
      if (!this.#files.has(file)) this.#files.set(file, await readFile(file));
      this.#send(request, response, this.#files.get(file), {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=3600',
      });
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end('not found\n');
    }
  }

  #send(request, response, body, fields) {
    const encoded = encode(typeof body === 'string' ? Buffer.from(body) : body, request.headers['accept-encoding']);
    response.writeHead(200, { ...fields, ...encoded.fields, 'content-length': encoded.body.length });
    response.end(encoded.body);
  }

  #html(page) {
    const nonce = ` nonce="${NONCE}"`;
    const inline = (text) => `<script${nonce}>${text}</script>`;
    const global = page.by === 'global' ? `window.hedgerowConfig = ${configText(page.config)};` : '';
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A page with a widget</title>
<link rel="icon" href="data:,">
${inline(this.recorder)}
${inline(`${page.before ?? ''};${global};window.__cell.start();`)}
${loaderTags(page, nonce)}
</head>
<body>
<h1>A page with a widget</h1>
${page.body ?? ''}
</body>
</html>
`;
  }
}

const configText = (config) => (typeof config === 'string' ? config : JSON.stringify(config));

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');

function loaderTags(page, nonce) {
  const own = page.csp?.nonce || page.csp?.strictDynamic ? nonce : '';
  switch (page.peer) {
    case 'hedgerow': {
      const data = page.by === 'global' ? '' : ` data-hedgerow='${attribute(configText(page.config))}'`;
      return `<script async${own} src="/dist/hedgerow.js"${data}></script>\n`.repeat(page.tags ?? 1);
    }
    case 'classic': {
      const { asset, endpoints } = page.config;
      return `<script async${own} src="/classic/widget-loader.js" data-primary="${endpoints[0].url}" data-secondary="${endpoints[1].url}" data-path="${asset}"></script>`;
    }
    case 'tag':
      return `<script async${own} src="${page.config.endpoints[0].url}${page.config.asset}"></script>`;
    case 'module':
      return `<script type="module"${nonce}>window.hedgerowModule = await import('/dist/hedgerow.mjs');</script>`;
    case 'snippet':
      return `<script${nonce}>${page.snippet}</script>`;
    case 'none':
      return '';
    default:
      throw new Error(`unknown peer "${page.peer}"`);
  }
}

/**
 * The Content-Security-Policy of a page: its own origin, `csp.hosts` and the
 * recorder's nonce may run scripts.
 */
function policy(csp) {
  const scripts = [
    `'nonce-${NONCE}'`,
    ...(csp.strictDynamic ? ["'strict-dynamic'"] : ["'self'", ...csp.hosts]),
    ...(csp.wasm ? ["'wasm-unsafe-eval'"] : []),
  ];
  return [
    "base-uri 'none'",
    "object-src 'none'",
    `script-src ${scripts.join(' ')}`,
    ...(csp.connect ? [`connect-src ${csp.connect}`] : []),
    ...(csp.trustedTypes ? ["require-trusted-types-for 'script'", `trusted-types ${csp.trustedTypes}`] : []),
  ].join('; ');
}

export { NONCE };
