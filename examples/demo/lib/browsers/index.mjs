// One face for three engines:
//
//   const browser = await openBrowser('chromium', { ca });
//   const context = await browser.newContext();   // nothing stored, nothing cached
//   await context.goto(url);                      // resolves once the page exists
//   const value = await context.evaluate(fn, ...args);   // promises are awaited
//   await context.close();
//   await browser.close();
//
// What only one engine can do (an emulated network, going offline) is a method
// that the other contexts lack.

import { launchChromium } from './chromium.mjs';
import { launchFirefox } from './firefox.mjs';
import { launchWebkit } from './webkit.mjs';

const launchers = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebkit };

export const browserNames = Object.keys(launchers);

/** `ca` is the test authority to trust, `hosts` the names it will vouch for. */
export async function openBrowser(name, { ca, hosts = [] }) {
  const launch = launchers[name];
  if (!launch) throw new Error(`unknown browser "${name}": one of ${browserNames.join(', ')}`);
  return launch({ ca, hosts });
}
