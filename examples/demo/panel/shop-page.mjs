// The shop's page for one scenario: its tag, and the Content-Security-Policy that goes with it.

import { readFile } from 'node:fs/promises';

const CHOICES = {
  loader: ['hedgerow', 'classic', 'tag'],
  mode: ['integrity', 'cors', 'nocors'],
  wasm: ['yes', 'no'],
};
const FALLBACK = '<p>The chat is busy just now. Write to <a href="mailto:gardener@example.com">gardener@example.com</a>: we answer within the hour.</p>';
// The shortest that the loader accepts: a switch in the panel should be seen soon.
export const REFRESH_SECONDS = 10;
const TEMPLATE = new URL('../site/shop.html', import.meta.url);

/** Takes what the panel sent, and makes every choice one of the known ones. */
export function parseScenario(body) {
  return Object.fromEntries(Object.entries(CHOICES).map(([name, known]) => [name, known.includes(body[name]) ? body[name] : known[0]]));
}

export async function shopPage({ id, scenario, rig }) {
  const template = await readFile(TEMPLATE, 'utf8');
  const html = template.replace('{{load}}', id).replace('{{loader}}', () => TAGS[scenario.loader](scenario, rig));
  return { html, csp: policy(scenario, rig) };
}

const TAGS = {
  hedgerow: (scenario, rig) => `<script async src="/loader/hedgerow.js" data-hedgerow='${attribute(config(scenario, rig))}'></script>`,

  classic(_scenario, rig) {
    const [primary, secondary] = rig.cdns.map((cdn) => rig.url(cdn.id));
    return `<script async src="/classic/widget-loader.js" data-primary="${primary}" data-secondary="${secondary}" data-path="${rig.asset.path}"></script>`;
  },

  tag(scenario, rig) {
    const { crossOrigin, integrity } = trust(scenario, rig);
    const extra = (crossOrigin ? ' crossorigin="anonymous"' : '') + (integrity ? ` integrity="${integrity}"` : '');
    const src = rig.url(rig.cdns[0].id) + rig.asset.path;
    return `<script src="/site/plain-tag.js"></script>\n<script async src="${src}"${extra} data-widget="${rig.asset.ready}"></script>`;
  },
};

function config(scenario, rig) {
  return {
    version: 1,
    asset: rig.asset.path,
    endpoints: rig.cdns.map(({ id }) => ({ id, url: rig.url(id) })),
    ...trust(scenario, rig),
    ready: rig.asset.ready,
    init: 'shop.openChat',
    session: { storageKey: 'shop-chat' },
    fallback: { html: FALLBACK, target: '#chat-fallback' },
    refresh: { url: '/refresh.json', intervalSeconds: REFRESH_SECONDS },
  };
}

function trust({ mode }, rig) {
  if (mode === 'nocors') return {};
  return { crossOrigin: 'anonymous', ...(mode === 'integrity' && { integrity: rig.asset.integrity }) };
}

function policy({ loader, wasm }, rig) {
  const named = rig.cdns.filter(({ id }) => rig.fault(id) !== 'csp_blocked').map(({ id }) => new URL(rig.url(id)).origin);
  const scripts = ["'self'", ...named, ...(loader === 'hedgerow' && wasm === 'yes' ? ["'wasm-unsafe-eval'"] : [])];
  return [
    "default-src 'self'",
    `script-src ${scripts.join(' ')}`,
    `connect-src 'self' ${named.join(' ')}`,
    // The chat widget writes its styles into its shadow root.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}

const attribute = (value) => JSON.stringify(value).replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');
