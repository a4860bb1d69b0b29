// The inline snippet: the loader's own file fails over between two hosts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { integrityOf } from '../../widget.mjs';
import { row } from '../faults.mjs';
import { WIDGET, WIDGET_PATH } from '../scene.mjs';
import { checkLoaded, special } from './cell.mjs';

const FILE = '/hedgerow.js';

const built = (stage, name) => readFileSync(join(stage.loader, name));

// What a site fills in: hosts, configuration, integrity.
function fillIn(text, hosts, config, integrity) {
  const slots = /\["https:\/\/static1\.example\.com[^\]]*\],\s*\{[^}]*\}/;
  if (!slots.test(text)) throw new Error('the snippet has no place for hosts and configuration');
  return text.replace(slots, () => [hosts, config, ...(integrity ? [integrity] : [])].map((value) => JSON.stringify(value)).join());
}

const scene = (name, { fault, pinned = false, csp = {}, body = '' }) => special(
  `snippet/${name}`,
  ({ stage }) => ({
    peer: 'snippet',
    csp,
    assets: { [FILE]: { body: built(stage, 'hedgerow.js') }, [WIDGET_PATH]: { body: WIDGET } },
    page: ({ cdns, config }) => ({
      body,
      snippet: fillIn(
        built(stage, 'hedgerow.snippet.js').toString(),
        cdns.map((cdn) => cdn.origin + FILE),
        config,
        pinned && integrityOf(built(stage, 'hedgerow.js')),
      ),
    }),
  }),
  async (played, checks) => {
    const [primary, secondary] = played.cdns;
    if (fault === 'refused') await primary.set(fault);
    else await primary.set(fault, FILE);
    const seen = await played.visit();
    checkLoaded(checks, seen, fault === 'refused' ? 'cdn2' : 'cdn1');
    checks.atMost('requests for the loader at the first host', primary.count(FILE), fault === 'refused' ? 0 : 2);
    // A busy machine may need longer for the file than the snippet waits.
    if (fault !== 'ok') checks.equal('requests for the loader at the second host', secondary.count(FILE), 1);
    return { views: [row(seen)] };
  },
);

export const snippetCells = [
  scene('ok', { fault: 'ok' }),
  scene('refused', { fault: 'refused' }),
  scene('http_503', { fault: 'http_503' }),
  scene('slow_headers', { fault: 'slow_headers' }),
  scene('stall', { fault: 'stall' }),
  scene('html', { fault: 'html' }),
  scene('empty', { fault: 'empty' }),
  scene('tampered-pinned', { fault: 'tampered', pinned: true }),
  // An element's id is a global as well, and must not pass for the loader.
  scene('element-named-hedgerow', { fault: 'http_503', body: '<div id="hedgerow"></div>' }),
  scene('form-named-hedgerow', { fault: 'http_503', body: '<form id="hedgerow"><input name="load"></form>' }),
  scene('strict-dynamic', { fault: 'http_503', csp: { strictDynamic: true } }),
  scene('trusted-types', { fault: 'http_503', csp: { trustedTypes: 'hedgerow hedgerow-snippet' } }),
].flat();
