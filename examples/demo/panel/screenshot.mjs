// Drives the panel through one scenario in headless Chromium: the primary hangs, and Hedgerow's first
// view stands beside its second one and the classic loader. Ends with a picture of what the panel shows.

import { chromium } from 'playwright-core';

import { findExecutable } from '../lib/browsers/find.mjs';

const VIEWPORT = { width: 1360, height: 850 };
const LOAD_LIMIT_MS = 20_000;
const LOADS = [
  { loader: 'hedgerow', visitor: 'first' },
  { loader: 'hedgerow', visitor: 'returning' },
  { loader: 'classic' },
  { loader: 'hedgerow', visitor: 'first' },
];

export async function takeScreenshot({ url, file, dark }) {
  const executablePath = await findExecutable('Chromium', ['chromium', 'chromium-browser', 'google-chrome', '/usr/lib/chromium/chromium'], 'chromium');
  const browser = await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1.5, colorScheme: dark ? 'dark' : 'light' });
    const page = await context.newPage();
    await page.goto(url);
    await breakPrimary(page);
    // The browser's first page costs it more than all that follow, with any loader.
    await load(page, { loader: 'tag' });
    await page.click('#clear-history');
    for (const scenario of LOADS) await load(page, scenario);
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}

async function breakPrimary(page) {
  await page.click('.fault >> nth=0');
  await page.check('input[name="fault-cdn1"][value="blackhole"]');
  await page.keyboard.press('Escape');
}

async function load(page, scenario) {
  for (const [name, value] of Object.entries(scenario)) await page.check(`input[name="${name}"][value="${value}"]`);
  await page.click('#load');
  await page.waitForSelector('#results[aria-busy="true"]');
  await page.waitForSelector('#results[aria-busy="false"]', { timeout: LOAD_LIMIT_MS });
  if (scenario.loader !== 'tag' && (await page.locator('.big.good').count()) === 0) {
    throw new Error(`the chat did not appear with ${scenario.loader}: ${await page.textContent('#headline')}`);
  }
}
