// Policies of strict pages, and networks that are slow but healthy.

import { makeWidget } from '../../widget.mjs';
import { row } from '../faults.mjs';
import { attempts, Scene, WIDGET_PATH } from '../scene.mjs';
import { checkFailed, checkLoaded, special } from './cell.mjs';

const strict = ['ok', 'http_503', 'slow_headers'].flatMap((fault) => ['sri', 'plain'].flatMap((mode) => special(
  `strict-dynamic/${fault}/${mode}`,
  { mode, faults: [fault, 'ok'], csp: { strictDynamic: true } },
  async (scene, checks, { wasm }) => {
    const seen = await scene.visit();
    checkLoaded(checks, seen, fault === 'ok' ? undefined : 'cdn2');
    checks.equal('the engine that decided', seen.report?.engine, wasm ? 'wasm' : 'js');
    checks.equal('violations of the policy other than WebAssembly',
      seen.violations.filter(({ uri }) => uri !== 'wasm-eval'), []);
  },
)));

const trusted = ['ok', 'http_503'].flatMap((fault) => special(
  `trusted-types/${fault}`,
  { faults: [fault, 'ok'], csp: { trustedTypes: 'hedgerow' } },
  async (scene, checks) => {
    checkLoaded(checks, await scene.visit(), fault === 'ok' ? undefined : 'cdn2');
  },
));

const trustedFallback = special(
  'trusted-types/fallback',
  { csp: { trustedTypes: 'hedgerow' }, config: { surge: { tier: 3 }, fallback: { html: '<p id="fallback">Please call us.</p>' } } },
  async (scene, checks) => {
    await scene.visit();
    checks.equal('the fallback is shown', await scene.evaluate(() => Boolean(document.querySelector('#fallback'))), true);
  },
);

const untrusted = special(
  'trusted-types/policy-not-allowed',
  { csp: { trustedTypes: 'somebody-else' } },
  async (scene, checks) => {
    const seen = await scene.visit();
    // Where the engine knows no Trusted Types there is nothing to forbid.
    if (await scene.evaluate(() => Boolean(window.trustedTypes))) checkFailed(checks, seen);
    else checkLoaded(checks, seen);
  },
);

const SLOW = { latencyMs: 400, bytesPerSecond: 400_000 / 8 };
const LOADS = 2;
const LARGE = { [WIDGET_PATH]: { body: makeWidget({ padding: 100_000 }) } };

// A slow network is no broken CDN: a hedge would download everything twice over
// the very link that is short of capacity.
const slow = [['sri', null], ['plain', null], ['sri', "'none'"]].flatMap(([mode, connect]) => [true, false].map((wasm) => ({
  name: `slow-network/${mode}${connect ? '/connect-src-closed' : ''}/${wasm ? 'wasm' : 'js'}`,
  wasm,
  browsers: ['chromium'],
  async run(stage, checks) {
    const views = [];
    for (let load = 0; load < LOADS; load += 1) {
      const scene = await Scene.open(stage, {
        mode, wasm, assets: LARGE, csp: connect ? { connect } : {}, config: { hedgeMs: 'auto', totalTimeoutMs: 20_000 },
      });
      try {
        await (await scene.context()).emulateNetwork(SLOW);
        const seen = await scene.visit({ limit: 30_000 });
        checkLoaded(checks, seen, 'cdn1');
        checks.equal('hedges', attempts(seen).filter(({ why }) => why === 'hedge').length, 0);
        checks.equal('widget requests', seen.requests, [1, 0]);
        views.push(row(seen));
      } finally {
        await scene.close();
      }
    }
    return { views };
  },
})));

export const policyCells = [strict, trusted, trustedFallback, untrusted, slow].flat();
