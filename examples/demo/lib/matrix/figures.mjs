// The project's own figures for the time to the widget, and how medians compare.

import { FAULTS } from '../faults.mjs';
import { expectation } from './expect.mjs';

const SLOW_TO_FAIL = new Set(['dns', 'tls_mismatch']);
const SILENT_FIRST_MS = 400;
const SECOND_VIEW_MS = 60;

export function median(values) {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (!known.length || known.length < values.length) return null;
  const middle = known.length >> 1;
  return known.length % 2 ? known[middle] : Math.round((known[middle - 1] + known[middle]) / 2);
}

/** Medians of a cell beside what they should not exceed. */
export function figuresOf({ name, fault, wasm, mode, secure }, { first, second, healthy, classic, classicHealthy }) {
  const servedByPrimary = expectation(fault, mode).winner === 'cdn1';
  const silent = ['silent', 'late'].includes(FAULTS[fault].kind);
  const limits = {
    first: servedByPrimary ? Math.round(Math.max(1.15 * classicHealthy, classicHealthy + 10))
      : silent ? SILENT_FIRST_MS
        : healthy + (SLOW_TO_FAIL.has(fault) ? 100 : 60),
    second: Math.round(Math.max(1.2 * healthy, SECOND_VIEW_MS)),
  };
  return {
    name, fault, engine: wasm ? 'wasm' : 'js', mode, scheme: secure ? 'https' : 'http',
    first, second, healthy, classic, classicHealthy, limits,
    firstOk: first !== null && first <= limits.first,
    secondOk: second !== null && second <= limits.second,
  };
}

export function markdown({ figures, wrong }, { browser, version, contexts }) {
  const cell = (value, limit, ok) => `${value ?? 'never'} | ${limit} | ${ok ? 'ok' : '**over**'}`;
  const rows = figures.map((row) => `| ${row.fault} | ${row.engine} | ${row.mode} | ${row.scheme} `
    + `| ${cell(row.first, row.limits.first, row.firstOk)} | ${cell(row.second, row.limits.second, row.secondOk)} `
    + `| ${row.healthy ?? 'never'} | ${row.classic ?? 'never'} |`);
  const over = figures.filter(({ firstOk, secondOk }) => !firstOk || !secondOk);
  return [
    `## Time to the widget, ${browser} ${version}`,
    '',
    `Medians of ${contexts} fresh contexts in ms, beside the figure that they should not exceed.`,
    '`healthy` is the same page with nothing wrong, `classic` the three-second loader under the same fault.',
    '',
    '| fault | engine | mode | scheme | first view | figure | | second view | figure | | healthy | classic |',
    '|---|---|---|---|--:|--:|---|--:|--:|---|--:|--:|',
    ...rows,
    '',
    `${figures.length - over.length} of ${figures.length} cells within their figures; wrong numbers of executions: ${wrong.length}.`,
    '',
  ].join('\n');
}
