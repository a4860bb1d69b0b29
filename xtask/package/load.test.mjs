// The packed tarball, installed where nothing else is, must work in a page: as a
// classic script, as a module, and in a bundle.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve, visit } from './browser.mjs';
import { execute, installed, tools } from './installed.mjs';

const WIDGET = 'window.widgetRuns = (window.widgetRuns || 0) + 1; window.widget = {};';

let consumer;
let site;
let closedPort;
const pages = {};

before(async () => {
  consumer = installed();
  writeFileSync(join(consumer.dir, 'widget.js'), WIDGET);
  site = await serve(consumer.dir, pages);
  // A port that was just free: connections to it are refused.
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  closedPort = probe.address().port;
  probe.close();
});

after(() => {
  site?.close();
  consumer?.remove();
});

const config = () => ({
  asset: '/widget.js',
  endpoints: [
    { id: 'cdn1', url: `http://127.0.0.1:${closedPort}` },
    { id: 'cdn2', url: site.origin },
  ],
  ready: 'widget',
});

const POST = `const post = (found) => fetch('/result', { method: 'POST', body: JSON.stringify(found) });
const tell = (report) => post({ report, runs: window.widgetRuns, version: window.hedgerow?.version });
addEventListener('error', (event) => post({ error: event.message }));
addEventListener('unhandledrejection', (event) => post({ error: String(event.reason) }));`;

async function loadsFromTheSecond(path, html) {
  pages[path] = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>${html}`;
  const found = await visit(site.origin + path, site.results);
  assert.equal(found.error, undefined);
  assert.equal(found.runs, 1, 'the widget ran once');
  assert.equal(found.report.ok, true);
  assert.equal(found.report.endpoint, 'cdn2');
  assert.equal(found.report.engine, 'wasm');
  return found;
}

const manifest = () => JSON.parse(readFileSync(join(consumer.package, 'package.json'), 'utf8'));

test('the tarball holds every file that its package.json names', () => {
  const named = [];
  const collect = (value) => {
    if (typeof value === 'string') named.push(value);
    else if (value) Object.values(value).forEach(collect);
  };
  const { exports, main, module, types, unpkg, jsdelivr } = manifest();
  [exports, main, module, types, unpkg, jsdelivr].forEach(collect);
  assert.ok(named.length > 0);
  for (const file of named) assert.ok(consumer.files.includes(file.replace(/^\.\//, '')), `${file} is not packed`);
});

test('the tarball holds licences, readme, types, schema and source maps, and no source', () => {
  const expected = ['LICENSE-MIT', 'LICENSE-APACHE', 'README.md', 'hedgerow.d.ts', 'config.schema.json', 'hedgerow.js.map', 'hedgerow.mjs.map'];
  for (const file of expected) assert.ok(consumer.files.includes(file), `${file} is not packed`);
  assert.deepEqual(consumer.files.filter((file) => file.includes('/')), []);
});

test('the package says the version of its code', async () => {
  const script = `/node_modules/hedgerow/hedgerow.js`;
  pages['/version.html'] = `<!doctype html><script>${POST}</script><script src="${script}"></script><script>post({ version: hedgerow.version })</script>`;
  const { version } = await visit(`${site.origin}/version.html`, site.results);
  assert.equal(version, manifest().version);
});

test('as a classic script', async () => {
  const attribute = JSON.stringify(config()).replaceAll('&', '&amp;').replaceAll("'", '&#39;');
  const listen = `document.addEventListener('hedgerow:loaded', (event) => tell(event.detail));
document.addEventListener('hedgerow:failed', (event) => post({ error: 'failed: ' + event.detail.reason }));`;
  const html = `<script>${POST}\n${listen}</script><script async src="/node_modules/hedgerow/hedgerow.js" data-hedgerow='${attribute}'></script>`;
  const found = await loadsFromTheSecond('/classic.html', html);
  assert.equal(found.version, manifest().version);
});

test('as an ES module, found by the package exports', async () => {
  const entry = execute('node', ['--input-type=module', '--eval', "console.log(import.meta.resolve('hedgerow'))"], consumer.dir).trim();
  const path = new URL(entry).pathname.replace(/.*(?=\/node_modules\/)/, '');
  const html = `<script>${POST}</script><script type="importmap">${JSON.stringify({ imports: { hedgerow: path } })}</script>
<script type="module">import { load, url, version } from 'hedgerow';
const report = await load(${JSON.stringify(config())});
post({ report, runs: window.widgetRuns, version, base: url('chunk.js') });</script>`;
  const found = await loadsFromTheSecond('/module.html', html);
  assert.equal(found.version, manifest().version);
  assert.equal(found.base, `${site.origin}/chunk.js`);
});

test('in a bundle', async () => {
  const esbuild = createRequire(join(tools, 'package.json'))('esbuild');
  const contents = `import { load } from 'hedgerow';
load(${JSON.stringify(config())}).then((report) => tell(report));`;
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: consumer.dir },
    bundle: true,
    minify: true,
    write: false,
  });
  pages['/bundle.js'] = outputFiles[0].text;
  await loadsFromTheSecond('/bundle.html', `<script>${POST}</script><script src="/bundle.js"></script>`);
});
