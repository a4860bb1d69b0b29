// Times, never asserted: each cell in fresh contexts, one at a time, interleaved
// with the classic loader and the healthy page of the same kind, so that what
// the machine does meanwhile hits all of them.

import { Checks } from './checks.mjs';
import { faultCell } from './faults.mjs';
import { figuresOf, median } from './figures.mjs';
import { Scene } from './scene.mjs';

// The classic loader gives up after 3 s; its widget may take a moment more.
const CLASSIC_LIMIT_MS = 4500;

export async function measure(stage, cells, { contexts, log = console.log }) {
  const measured = cells.filter((cell) => cell.fault && !cell.connect);
  const kinds = [...new Set(measured.map(kindOf))];
  const samples = new Map();
  const wrong = [];
  const keep = (key, views) => samples.set(key, [...(samples.get(key) ?? []), views]);

  const play = async (key, cell) => {
    const checks = new Checks();
    const { views } = await cell.run(stage, checks, { asShipped: true });
    keep(key, views.map(({ ms }) => ms));
    // Counts hold here too, whatever a hedge may have done to the order.
    wrong.push(...checks.failures.filter(({ what }) => what.includes('executions')).map((failure) => ({ cell: cell.name, ...failure })));
  };

  for (let round = 1; round <= contexts; round += 1) {
    const classicDone = new Set();
    for (const kind of kinds) {
      const group = measured.filter((cell) => kindOf(cell) === kind);
      const [{ wasm, mode }] = group;
      log(`round ${round} of ${contexts}: ${kind}, ${group.length} cells`);
      for (const secure of new Set(group.map((cell) => cell.secure))) {
        keep(classicKey('ok', secure), [await classic(stage, { fault: 'ok', secure })]);
        await play(healthyKey(kind, secure), faultCell({ fault: 'ok', wasm, mode, secure }));
      }
      for (const cell of group) {
        // Integrity and CORS mean nothing to the classic loader: once per round.
        const key = classicKey(cell.fault, cell.secure);
        if (cell.fault === 'ok') continue;
        if (!classicDone.has(key)) keep(key, [await classic(stage, cell)]);
        classicDone.add(key);
        await play(cell.name, cell);
      }
    }
  }

  const times = (key, view) => median((samples.get(key) ?? []).map((views) => views[view] ?? null));
  const figures = measured.map((cell) => figuresOf(cell, {
    first: times(cell.fault === 'ok' ? healthyKey(kindOf(cell), cell.secure) : cell.name, 0),
    second: times(cell.fault === 'ok' ? healthyKey(kindOf(cell), cell.secure) : cell.name, 1),
    healthy: times(healthyKey(kindOf(cell), cell.secure), 0),
    classic: times(classicKey(cell.fault, cell.secure), 0),
    classicHealthy: times(classicKey('ok', cell.secure), 0),
  }));
  return { figures, wrong, samples: Object.fromEntries(samples) };
}

const kindOf = ({ wasm, mode }) => `${wasm ? 'wasm' : 'js'}/${mode}`;
const healthyKey = (kind, secure) => `healthy/${kind}/${secure ? 'https' : 'http'}`;
const classicKey = (fault, secure) => `classic/${fault}/${secure ? 'https' : 'http'}`;

async function classic(stage, { fault, secure }) {
  const scene = await Scene.open(stage, { mode: 'plain', secure, faults: [fault, 'ok'], peer: 'classic' });
  try {
    await scene.navigate();
    await scene.until('ran', CLASSIC_LIMIT_MS);
    const { timeToWidget } = await scene.look();
    return timeToWidget === null ? null : Math.round(timeToWidget);
  } finally {
    await scene.close();
  }
}
