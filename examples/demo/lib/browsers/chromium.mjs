// Chromium through Playwright. The test authority is trusted in an NSS database
// under a home folder of its own.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { findExecutable } from './find.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  // A name that is no loopback name, for the cells about insecure content.
  '--host-resolver-rules=MAP plain.hedgerow.test 127.0.0.1',
];

export async function launchChromium({ ca }) {
  const executablePath = await findExecutable(
    'Chromium', ['chromium', 'chromium-browser', 'google-chrome', '/usr/lib/chromium/chromium'], 'chromium',
  );
  const home = await mkdtemp(join(tmpdir(), 'hedgerow-chromium-'));
  const database = join(home, '.pki/nssdb');
  await mkdir(database, { recursive: true });
  await ca.trustInNss(database);
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS, env: { ...process.env, HOME: home } });
  return {
    name: 'chromium',
    version: browser.version(),
    async newContext() {
      return new Context(await browser.newContext());
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

class Context {
  #context;
  #page = null;

  constructor(context) {
    this.#context = context;
  }

  async page() {
    this.#page ??= await this.#context.newPage();
    return this.#page;
  }

  async goto(url) {
    await (await this.page()).goto(url, { waitUntil: 'commit' });
    await this.#page.waitForFunction(() => window.__cell?.startedAt !== null);
  }

  async evaluate(fn, ...args) {
    return (await this.page()).evaluate(`(${fn})(...${JSON.stringify(args)})`);
  }

  async setOffline(offline) {
    await this.#context.setOffline(offline);
  }

  /** Emulates a network: round trip in ms, throughput in bytes per second. */
  async emulateNetwork({ latencyMs, bytesPerSecond }) {
    const session = await this.#context.newCDPSession(await this.page());
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: latencyMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
  }

  async close() {
    await this.#context.close();
  }
}
