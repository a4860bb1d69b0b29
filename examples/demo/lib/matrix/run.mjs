// Runs cells, a few at a time, and says what each of them saw.

import { Checks } from './checks.mjs';

// A cell whose browser hangs must not hang the run.
const CELL_LIMIT_MS = 60_000;

/** Runs `cells` and returns one result per cell, in their order. */
export async function runCells(stage, cells, { concurrency, onResult, options = {} }) {
  const results = new Array(cells.length);
  let next = 0;
  const worker = async () => {
    while (next < cells.length) {
      const index = next;
      next += 1;
      results[index] = await runCell(stage, cells[index], options);
      onResult(results[index]);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

// An execution too many is a defect however rarely it happens.
const isFinal = ({ failures }) => failures.some(({ what, expected, seen }) => /execution/.test(what) && Number(seen) > Number(expected));

// More than these are no accident.
const MOST_AGAIN = 12;

/**
 * Cells share the machine's cores, and a browser that gets none for a second
 * asks twice or is hedged. So what failed in company is asked once more alone,
 * and said to have been; results are replaced in place.
 */
export async function runAgainAlone(stage, cells, results, { onResult, options = {} }) {
  const failed = cells.map((_, index) => index).filter((index) => results[index].failures.length && !isFinal(results[index]));
  if (failed.length > MOST_AGAIN) return [];
  const recovered = [];
  for (const index of failed) {
    const result = await runCell(stage, cells[index], options);
    onResult(result);
    results[index] = result;
    if (!result.failures.length) recovered.push(result.name);
  }
  return recovered;
}

export async function runCell(stage, cell, options) {
  const checks = new Checks();
  const startedAt = performance.now();
  let views = [];
  let timer;
  try {
    const limit = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${CELL_LIMIT_MS / 1000} s`)), CELL_LIMIT_MS);
    });
    const outcome = await Promise.race([cell.run(stage, checks, options), limit]);
    views = outcome?.views ?? [];
    checks.that('the cell checks something', checks.count > 0, 'at least one check', checks.count);
  } catch (error) {
    checks.that('the cell runs to its end', false, 'no exception', error.stack ?? String(error));
  } finally {
    clearTimeout(timer);
  }
  const { run: _run, ...facts } = cell;
  return { ...facts, views, checks: checks.count, failures: checks.failures, seconds: (performance.now() - startedAt) / 1000 };
}

/** One line per cell: time to widget, executions, requests per CDN, signals. */
export function describe(result) {
  const status = result.failures.length ? 'FAIL' : 'ok  ';
  const views = result.views.map((view) => {
    const time = view.ms === null || view.ms === undefined ? '     –' : `${String(view.ms).padStart(6)}`;
    return `${time} ms ×${view.executions} [${view.requests.join(' ')}] ${view.signals}`;
  });
  return `${status} ${result.name.padEnd(42)} ${views.join('\n'.padEnd(49))}`;
}

export function explain(result, browser) {
  const lines = result.failures.map(({ what, expected, seen }) => `       ${what}\n         expected ${expected}\n         seen     ${seen}`);
  lines.push(`       again: node matrix.mjs --browser ${browser} --loader <dist> --filter '${result.name}'`);
  return lines.join('\n');
}
