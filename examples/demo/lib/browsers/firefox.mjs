// Firefox through Puppeteer (WebDriver BiDi). The test authority is trusted in
// the certificate database of a profile made for the run.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import puppeteer from 'puppeteer-core';

import { findExecutable } from './find.mjs';

const PREFERENCES = {
  // A name that is no loopback name, for the cells about insecure content.
  'network.dns.localDomains': 'plain.hedgerow.test',
  // The cells say themselves whether a page is http or https.
  'dom.security.https_first': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.proxy.type': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.disabledForTesting': true,
};

export async function launchFirefox({ ca }) {
  const executablePath = await findExecutable(
    'Firefox', ['/usr/bin/firefox-esr', 'firefox-esr', 'firefox', '/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox'], 'firefox-esr',
  );
  const profile = await mkdtemp(join(tmpdir(), 'hedgerow-firefox-'));
  await ca.trustInNss(profile);
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: profile,
    extraPrefsFirefox: PREFERENCES,
    env: { ...process.env, HOME: profile },
  });
  return {
    name: 'firefox',
    version: (await browser.version()).replace(/^firefox\//i, ''),
    async newContext() {
      return new Context(await browser.createBrowserContext());
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

class Context {
  #context;
  #page = null;

  constructor(context) {
    this.#context = context;
  }

  // A window each: timers are throttled in a tab that is not on top.
  async page() {
    this.#page ??= await this.#context.newPage({ type: 'window' });
    return this.#page;
  }

  async goto(url) {
    await (await this.page()).goto(url, { waitUntil: 'domcontentloaded' });
  }

  async evaluate(fn, ...args) {
    return (await this.page()).evaluate(`(${fn})(...${JSON.stringify(args)})`);
  }

  async close() {
    await this.#context.close();
  }
}
