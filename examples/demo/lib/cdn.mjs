// One CDN on an origin of its own that breaks on demand.
//
// It keeps its port for life, so that a fault can come and go under a page that
// is already configured. Faults of the response apply to the next request;
// faults of the socket to the next connection, and every switch drops the
// connections that are open, as a restart would.

import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createSecureContext } from 'node:tls';

import { openBlackhole } from './blackhole.mjs';
import { FAULTS } from './faults.mjs';
import { respond } from './respond.mjs';

const LOOPBACK = '127.0.0.1';

// Ports of CDNs that refuse connections are free for the kernel to hand out
// again; nobody in this process may take them meanwhile.
const reservedPorts = new Set();

export class Cdn extends EventEmitter {
  #server;
  #plain;
  #sockets = new Map();
  #listening = false;
  #closeBlackhole = null;
  #pathFaults = new Map();

  /**
   * `assets` maps a path to `{ body, type }`. With `tls: { ca }` the CDN speaks
   * https; `cors` and `timing` say whether responses carry
   * Access-Control-Allow-Origin and Timing-Allow-Origin.
   */
  static async start({ id, host, assets, tls = null, cors = true, timing = cors, maxAge = 86400 }) {
    const cdn = new Cdn({ id, host, assets, cors, timing, maxAge, secure: Boolean(tls) });
    await cdn.#open(tls);
    return cdn;
  }

  constructor(settings) {
    super();
    Object.assign(this, settings);
    this.assets = new Map(Object.entries(settings.assets).map(([path, asset]) => [path, describe(asset)]));
    this.fault = 'ok';
    this.forget();
  }

  async #open(tls) {
    if (tls) {
      const [own, foreign] = await Promise.all([tls.ca.leaf([this.host]), tls.ca.leaf(['someone-else.localhost'])]);
      const [right, wrong] = [createSecureContext(own), createSecureContext(foreign)];
      this.#server = createHttps({
        key: own.key,
        cert: own.cert,
        SNICallback: (_name, done) => done(null, this.fault === 'tls_mismatch' ? wrong : right),
      });
    } else {
      this.#server = createHttp();
    }
    this.#server.keepAliveTimeout = 30_000;
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('request', (request, response) => this.#serve(request, response));
    this.#server.on('tlsClientError', () => {});
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    this.port = await listenSomewhere(this.#server);
    reservedPorts.add(this.port);
    this.#listening = true;

    // Where `redirect_http` leads: reachable, so that only the browser's own
    // rule against mixed content keeps a page from running what it serves.
    this.#plain = createHttp((request, response) => {
      this.plainRequests += 1;
      respond('ok', this, request, response);
    });
    this.plainPort = await listenSomewhere(this.#plain);
  }

  get origin() {
    return `${this.secure ? 'https' : 'http'}://${this.host}:${this.port}`;
  }

  /** A host name that is no loopback name for a browser, or http would count as secure. */
  get plainOrigin() {
    return `http://plain.hedgerow.test:${this.plainPort}`;
  }

  /** What a page has to be configured with while the present fault lasts. */
  get url() {
    if (this.fault === 'dns') return `${this.secure ? 'https' : 'http'}://${this.id}.invalid:${this.port}`;
    if (this.fault === 'mixed') return this.plainOrigin;
    return this.origin;
  }

  /** Requests that have not been answered completely yet. */
  get open() {
    return this.requests.filter((request) => request.outcome === 'open').length;
  }

  /** Requests for assets, without probes. */
  count(path) {
    return this.requests.filter((request) => !request.probe && (!path || request.path === path)).length;
  }

  forget() {
    this.requests = [];
    this.connections = 0;
    this.plainRequests = 0;
  }

  /** Switches the fault, of the whole CDN or of one path. */
  async set(fault, path) {
    if (!Object.hasOwn(FAULTS, fault)) throw new Error(`unknown fault "${fault}"`);
    if (path) {
      if (FAULTS[fault].at !== 'response') throw new Error(`"${fault}" is a fault of a whole CDN, not of one path`);
      this.#pathFaults.set(path, fault);
      return;
    }
    this.fault = fault;
    this.#pathFaults.clear();
    // A resumed TLS session would skip the certificate.
    if (this.secure) this.#server.setTicketKeys(randomBytes(48));
    this.#dropConnections();
    await this.#closeBlackhole?.();
    this.#closeBlackhole = null;
    if (fault === 'refused' || fault === 'blackhole') {
      await this.#stopListening();
      if (fault === 'blackhole') this.#closeBlackhole = await openBlackhole({ host: LOOPBACK, port: this.port });
    } else if (!this.#listening) {
      await listen(this.#server, this.port);
      this.#listening = true;
    }
  }

  async close() {
    this.#dropConnections();
    await this.#closeBlackhole?.();
    await this.#stopListening();
    this.#plain.closeAllConnections();
    await new Promise((resolve) => this.#plain.close(resolve));
    reservedPorts.delete(this.port);
  }

  #track(socket) {
    this.connections += 1;
    const { remotePort } = socket;
    this.#sockets.set(remotePort, socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(remotePort));
  }

  /** Resets the connection of a request; a TLS socket cannot do it by itself. */
  resetConnection(request) {
    this.#sockets.get(request.socket.remotePort)?.resetAndDestroy();
  }

  #dropConnections() {
    for (const request of this.requests) if (request.outcome === 'open') request.outcome = 'cut';
    for (const socket of this.#sockets.values()) socket.resetAndDestroy();
  }

  async #stopListening() {
    if (!this.#listening) return;
    this.#listening = false;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request, response) {
    const path = request.url.split('?')[0];
    const { 'sec-fetch-dest': dest, 'sec-fetch-mode': mode, 'cache-control': cacheControl = '' } = request.headers;
    const record = {
      path,
      method: request.method,
      at: performance.now(),
      mode,
      dest,
      // A probe is a fetch that asks to bypass caches; a script never does.
      probe: !this.assets.has(path) || (/no-cache|no-store/.test(cacheControl) && (dest ?? 'empty') === 'empty'),
      status: null,
      outcome: 'open',
    };
    this.requests.push(record);
    this.emit('request', record);
    const fault = this.#pathFaults.get(path) ?? this.fault;
    const cut = respond(fault, this, request, response);
    response.on('close', () => {
      record.status = response.headersSent ? response.statusCode : null;
      if (record.outcome === 'open') record.outcome = endOf(response, cut());
      record.endedAt = performance.now();
      this.emit('end', record);
    });
  }
}

function endOf(response, cut) {
  if (cut) return 'cut';
  return response.writableFinished ? 'sent' : 'aborted';
}

function describe({ body, type = 'text/javascript; charset=utf-8' }) {
  // The same bytes keep their compressed form from one CDN to the next.
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`;
  return { body: bytes, type, etag, modified: new Date(Date.UTC(2024, 0, 1)).toUTCString() };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', reject);
      resolve(server.address().port);
    });
  });
}

export async function listenSomewhere(server) {
  for (;;) {
    const port = await listen(server, 0);
    if (!reservedPorts.has(port)) return port;
    await new Promise((resolve) => server.close(resolve));
  }
}
