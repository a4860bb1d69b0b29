#!/usr/bin/env node
// The fault matrix: real pages in a real browser while the CDNs fail.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { browserNames } from './lib/browsers/index.mjs';
import { faultCells } from './lib/matrix/faults.mjs';
import { markdown } from './lib/matrix/figures.mjs';
import { measure } from './lib/matrix/measure.mjs';
import { describe, explain, runAgainAlone, runCells } from './lib/matrix/run.mjs';
import { specialCells } from './lib/matrix/special.mjs';
import { openStage } from './lib/matrix/stage.mjs';

const HELP = `Runs the fault matrix of the Hedgerow loader in a real browser.

  node matrix.mjs --loader <folder> [options]

  --loader <folder>   the built loader (wasm-loader/dist)
  --browser <name>    ${browserNames.join(', ')}; chromium if not given
  --filter <text>     only cells whose name contains the text; may be repeated
  --list              print the names of the cells and stop
  --jobs <n>          cells at the same time (default 4; 1 with --report)
  --report            measure as well: fresh contexts, interleaved with the classic
                      loader and the healthy page, medians against the figures
  --contexts <n>      fresh contexts per cell with --report (default 5)
  --json <file>       write every result to a JSON file
  --markdown <file>   with --report, write its tables to a file

A cell is named fault/engine/mode. Engines: wasm, js (a policy without
'wasm-unsafe-eval'). Modes: sri (integrity and CORS), cors, plain (no CORS on any
CDN). Assertions are on counts, order and outcomes, never on time. The exit code
is 0 if every cell passed, 1 if one failed, 2 if the matrix could not run. A cell
that fails beside others is run once more alone, and listed; one execution too
many is never forgiven.
`;

async function main() {
  const { values } = parseArgs({
    options: {
      browser: { type: 'string', default: 'chromium' },
      loader: { type: 'string' },
      filter: { type: 'string', multiple: true },
      list: { type: 'boolean' },
      jobs: { type: 'string' },
      report: { type: 'boolean' },
      contexts: { type: 'string', default: '5' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wanted = (cell) => !values.filter || values.filter.some((text) => cell.name.includes(text));
  const forBrowser = (cell) => !cell.browsers || cell.browsers.includes(values.browser);
  const cells = [...faultCells(), ...specialCells()].filter((cell) => wanted(cell) && forBrowser(cell));
  if (values.list) {
    process.stdout.write(cells.map(({ name }) => `${name}\n`).join(''));
    return 0;
  }
  if (!values.loader) throw new Error('--loader <folder> is missing; cargo xtask loader builds wasm-loader/dist');
  if (!cells.length) throw new Error(`no cell is named like ${values.filter?.join(' or ')}; --list shows them`);

  const stage = await openStage({ browser: values.browser, loader: resolve(values.loader) });
  process.stdout.write(`${values.browser} ${stage.browser.version}, ${cells.length} cells; per view: time to widget, executions, [requests at cdn1 cdn2], signals\n\n`);
  const startedAt = performance.now();
  try {
    const onResult = (result) => {
      console.log(describe(result));
      if (result.failures.length) console.log(explain(result, values.browser));
    };
    const concurrency = Number(values.jobs ?? (values.report ? 1 : 4));
    const results = await runCells(stage, cells, { concurrency, onResult });
    const recovered = concurrency > 1 ? await runAgainAlone(stage, cells, results, { onResult }) : [];
    if (recovered.length) console.log(`\npassed only when run alone:\n${recovered.map((name) => `  ${name}`).join('\n')}`);
    const contexts = Number(values.contexts);
    const report = values.report ? await measure(stage, cells, { contexts }) : null;
    const { version } = stage.browser;
    if (report) {
      const text = markdown(report, { browser: values.browser, version, contexts });
      console.log(`\n${text}`);
      if (values.markdown) await writeFile(values.markdown, text);
    }
    if (values.json) {
      await writeFile(values.json, `${JSON.stringify({ browser: values.browser, version, results, ...report }, null, 2)}\n`);
    }
    const failed = results.filter(({ failures }) => failures.length);
    if (failed.length) console.log(`\nfailed:\n${failed.map(({ name }) => `  ${name}`).join('\n')}`);
    console.log(`\n${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
    for (const { cell, what, seen } of report?.wrong ?? []) console.error(`${cell}, measured: ${what}: ${seen}`);
    return failed.length || report?.wrong.length ? 1 : 0;
  } finally {
    await stage.close();
  }
}

// Children are ended on exit, and a signal alone would skip that.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`matrix: ${error.message}`);
    process.exit(2);
  },
);
