// Runs the suite's tests through one proxy: its origin server, then its client.
//
//   node run.mjs SUITE [--origin PORT] [--private] [--trace] [--filter WORD]…
//
// One JSON object a line on stdout: {"origin": PORT} as soon as the origin
// listens; then, when the proxy's base URL has come as a line on stdin,
// {"progress": {"done": N, "of": N}} now and then; {"results": […]} at the end.
// With --trace the suite's own dumps of requests and responses stand between.
//
// Tests that only a private cache can be held to are run with --private, and
// then nothing else is but what they depend on.

import readline from 'node:readline'
import { parseArgs } from 'node:util'
import { chosen } from './choose.mjs'
import { open } from './suite.mjs'

// No answer of the suite's own takes longer than its pauses of three seconds.
// A proxy that hangs must fail its test, not stop the run.
const ANSWER_MS = 30_000
const PROGRESS_MS = 1_000

const { values: options, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: {
    origin: { type: 'string', default: '0' },
    private: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    filter: { type: 'string', multiple: true, default: [] },
  },
})

const tell = (message, then) => process.stdout.write(`${JSON.stringify(message)}\n`, then)

const suite = await open(folder)
const { selected, needed } = chosen(suite.tests, options.filter, options.private)
if (selected.size === 0) {
  console.error(`no suite and no test has an id like ${options.filter.join(' or ')}`)
  process.exit(1)
}
if (options.trace) for (const test of selected) test.dump = true

tell({ origin: await suite.serve(Number(options.origin)) })
const base = await new Promise((resolve, reject) => {
  const lines = readline.createInterface({ input: process.stdin })
  lines.once('line', resolve).once('close', () => reject(new Error('no base URL came on stdin')))
})

const progress = setInterval(
  () => tell({ progress: { done: Object.keys(suite.results()).length, of: needed.length } }),
  PROGRESS_MS,
)
await suite.run(needed, base, { isPrivate: options.private, timeout: ANSWER_MS })
clearInterval(progress)

const results = suite.results()
const report = suite.tests.map(test => ({
  id: test.id,
  name: test.name,
  suite: test.suite,
  kind: test.kind ?? 'required',
  needs: test.depends_on ?? [],
  selected: selected.has(test),
  private: test.isPrivate,
  result: results[test.id] ?? null,
}))
// The pooled connections of the proxy would hold the origin open.
tell({ results: report }, () => process.exit(0))
