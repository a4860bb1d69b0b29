// The two CDNs as the demo uses them: both serve the chat widget, each breaks by itself, and every
// request that reaches one is told to whoever listens.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { createCa } from '../lib/ca.mjs';
import { Cdn } from '../lib/cdn.mjs';
import { encode } from '../lib/encoding.mjs';
import { faultNames } from '../lib/faults.mjs';
import { FAULTS } from './faults.js';

const IDS = ['cdn1', 'cdn2'];
const ENCODINGS = ['br', 'gzip'];
const READY = 'widget';

/**
 * The npm package is an ES module; a widget's file on a CDN is a classic script that leaves one global,
 * whose `init` is what the classic loader calls. It marks its own start, since a second run of this
 * widget ends in an exception.
 */
async function widget() {
  const file = new URL('../node_modules/deep-chat/dist/deepChat.bundle.js', import.meta.url);
  const source = await readFile(file, 'utf8').catch((cause) => {
    throw new Error('the chat widget is not installed; run "npm install" in examples/demo', { cause });
  });
  const exported = /export\s*\{\s*([\w$]+) as DeepChat\s*\};?\s*$/;
  if (!exported.test(source)) throw new Error('this version of deep-chat exports no DeepChat at its end; the demo was written for 2.4');
  const body = Buffer.from(`(()=>{performance.mark('widget:run');${source.replace(exported, `window.${READY}={element:$1,init:()=>window.shop.openChat()};`)}})();\n`);
  return {
    body,
    path: '/webmessaging/deep-chat.2.4.2.js',
    ready: READY,
    integrity: `sha384-${createHash('sha384').update(body).digest('base64')}`,
  };
}

export class Rig {
  #cdns = new Map();
  #listeners = new Set();
  #assets;
  #ca;
  #secure;
  #foreign = new Map();
  #requests = 0;

  /** With `secure` all speak https, by certificates of an authority that lives as long as the rig. */
  static async start({ secure = false } = {}) {
    const missing = faultNames.filter((name) => !FAULTS.some((fault) => fault.name === name));
    if (missing.length > 0) throw new Error(`the panel does not know these faults of the CDNs: ${missing.join(', ')}`);
    const rig = new Rig();
    rig.asset = await widget();
    rig.#assets = { [rig.asset.path]: { body: rig.asset.body } };
    rig.#secure = secure;
    if (secure) rig.#ca = await createCa();
    for (const id of IDS) rig.#cdns.set(id, await rig.#open(id, secure));
    return rig;
  }

  async #open(id, secure) {
    // No lifetime: a copy in the browser's cache would hide what the CDN does on the next load.
    const cdn = await Cdn.start({ id, host: `${id}.localhost`, assets: this.#assets, maxAge: 0, ...(secure && { tls: { ca: this.#ca } }) });
    // Compressed before it is asked for, as on any CDN; here it would cost the first visitor 100 ms.
    for (const { body } of cdn.assets.values()) ENCODINGS.forEach((coding) => encode(body, coding));
    const tell = (record) => {
      record.number ??= this.#requests += 1;
      const took = record.endedAt === undefined ? undefined : record.endedAt - record.at;
      for (const listener of this.#listeners) listener({ ...record, cdn: id, wall: performance.timeOrigin + record.at, took });
    };
    return cdn.on('request', tell).on('end', tell);
  }

  get cdns() {
    return IDS.map((id) => ({ id }));
  }

  get authority() {
    return this.#secure ? this.#ca : null;
  }

  /** Faults that only an https page can meet. */
  get unavailable() {
    return this.#secure ? [] : ['mixed', 'redirect_http'];
  }

  fault(id) {
    return this.#foreign.has(id) ? 'tls_mismatch' : this.#cdns.get(id).fault;
  }

  /** The address that a page must be configured with while the present fault lasts. */
  url(id) {
    return (this.#foreign.get(id) ?? this.#cdns.get(id)).url;
  }

  async setFault(id, fault) {
    const cdn = this.#cdns.get(id);
    await this.#foreign.get(id)?.close();
    this.#foreign.delete(id);
    if (fault !== 'tls_mismatch' || this.#secure) return cdn.set(fault);
    // The CDNs speak http here; a wrong certificate needs one of them on https.
    this.#ca ??= await createCa();
    const foreign = await this.#open(id, true);
    await foreign.set(fault);
    this.#foreign.set(id, foreign);
    await cdn.set('ok');
  }

  setCors(allowed) {
    for (const cdn of this.#cdns.values()) cdn.cors = allowed;
  }

  onRequest(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close() {
    await Promise.all([...this.#cdns.values(), ...this.#foreign.values()].map((cdn) => cdn.close()));
    await this.#ca?.dispose();
  }
}
