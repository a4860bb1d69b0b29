// Surge: the widget is kept back, the page and open sessions go on.

import { checkLoaded, special } from './cell.mjs';

const page = {
  body: '<div id="chat"></div>',
};

const surge = (tier, more = {}) => ({
  surge: { tier },
  stub: ['widget', 'purecloud'],
  fallback: { html: '<p id="fallback">Please call us.</p>', target: '#chat' },
  session: { storageKey: 'chat-session' },
  ...more,
});

const shown = () => {
  const text = document.querySelector('#chat #fallback');
  return { shown: Boolean(text), announced: text?.closest('[role]')?.getAttribute('role') ?? null };
};

const callStubs = () => {
  window.purecloud('boot', { lang: 'en' }).on('ready').open();
  window.widget.init();
  new window.purecloud.Client().settings.colour = 'green';
  return typeof `${window.purecloud}`;
};

function checkSuppressed(checks, seen, tier) {
  checks.equal('executions of the widget', seen.ran.length, 0);
  checks.equal('widget requests', seen.requests, [0, 0]);
  checks.equal('the load ends with one failed event', seen.final.map(({ type }) => type), ['failed']);
  checks.equal('report.surgeTier', seen.report?.surgeTier, tier);
  checks.match('report.reason', seen.report?.reason, tier === 3 ? /^surge_suppressed$/ : /^static_fallback$/);
}

const tier3 = special('surge/tier-3', { config: surge(3), page }, async (scene, checks) => {
  const seen = await scene.visit();
  checkSuppressed(checks, seen, 3);
  checks.equal("the page's own calls find a stub", await scene.evaluate(callStubs).catch(String), 'string');
  const { shown: visible, announced } = await scene.evaluate(shown);
  checks.equal('the fallback is shown', visible, true);
  checks.match('the fallback is announced', announced, /status|alert|region/);
  checks.equal('errors on the page', seen.errors, []);
});

// What follows a load in the page, before the browser does anything else, may
// count on the stubs.
const atOnce = special('surge/stubs-stand-at-once', { config: surge(3), page: { ...page, peer: 'module' } }, async (scene, checks) => {
  await scene.navigate();
  const found = await scene.evaluate(async (config) => {
    while (!window.hedgerowModule) await new Promise((resolve) => setTimeout(resolve, 10));
    window.hedgerowModule.load(config);
    for (let turn = 0; turn < 9; turn += 1) await null;
    return typeof window.purecloud;
  }, scene.config);
  checks.equal('the stub', found, 'function');
  await scene.until('settled');
  checkSuppressed(checks, await scene.look(), 3);
});

const SESSIONS = {
  storage: { before: "localStorage.setItem('chat-session', 'open');", session: { storageKey: 'chat-session' } },
  cookie: { before: "document.cookie = 'chat=open; path=/';", session: { cookie: 'chat' } },
  plain: { before: "document.cookie = 'chat=open; path=/';", session: 'chat' },
};

const openSession = Object.entries(SESSIONS).flatMap(([name, { before, session }]) => special(
  `surge/tier-3-open-session/${name}`,
  { config: surge(3, { session }), page: { ...page, before } },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, 'cdn1');
    checks.equal('the fallback is shown', (await scene.evaluate(shown)).shown, false);
  },
));

const tier4 = special('surge/tier-4', { config: surge(4), page: { ...page, before: SESSIONS.storage.before } }, async (scene, checks) => {
  const seen = await scene.visit();
  checkSuppressed(checks, seen, 4);
  checks.equal('the fallback is shown', (await scene.evaluate(shown)).shown, true);
});

const byUrl = special(
  'surge/fallback-page',
  { config: (scene) => surge(3, { fallback: { url: scene.pages.publish(`/fallback/${scene.id}`, '<p>Please call us.</p>', { 'content-type': 'text/html' }), target: '#chat' } }), page },
  async (scene, checks) => {
    const seen = await scene.visit();
    checkSuppressed(checks, seen, 3);
    checks.equal('a titled frame holds the page', await scene.evaluate(() => Boolean(document.querySelector('#chat iframe[title]'))), true);
  },
);

export const surgeCells = [tier3, atOnce, openSession, tier4, byUrl].flat();
