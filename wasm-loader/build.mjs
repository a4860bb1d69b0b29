// Bundles the loader: the shim in js/, wasm-bindgen's glue and the optimised
// WASM become the files a site ships. `cargo xtask loader` calls it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { unpackerSource } from './pack.mjs';

const names = ['tools', 'wasm', 'glue', 'out', 'report', 'version'];
const { values: given } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});
for (const name of names) {
  if (!given[name]) throw new Error(`build.mjs needs --${name}; cargo xtask loader passes it`);
}

const esbuild = createRequire(resolve(given.tools, 'package.json'))('esbuild');
const source = (name) => join(import.meta.dirname, 'js', name);
const wasm = readFileSync(given.wasm);
const modules = {
  'hedgerow:wasm': unpackerSource(wasm),
  'hedgerow:glue': readFileSync(given.glue, 'utf8'),
};

const virtualModules = {
  name: 'hedgerow',
  setup(build) {
    // What the Rust side imports, by the name it has there.
    build.onResolve({ filter: /^hedgerow:host$/ }, () => ({ path: source('host.js') }));
    build.onResolve({ filter: /^hedgerow:/ }, ({ path }) => ({ path, namespace: 'hedgerow', sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: 'hedgerow' }, ({ path }) => ({ contents: modules[path], loader: 'js' }));
  },
};

const shared = {
  bundle: true,
  minify: true,
  // Not lower: what needs older syntax has no WebAssembly and no preload either.
  target: 'es2020',
  // A page in another encoding must not change the file.
  charset: 'ascii',
  legalComments: 'none',
  // Names that end in an underscore are internal to the bundle.
  mangleProps: /[^_]_$/,
  define: { HEDGEROW_VERSION: JSON.stringify(given.version) },
  plugins: [virtualModules],
  logLevel: 'warning',
  metafile: true,
};
const banner = { js: `/*! hedgerow ${given.version} | MIT OR Apache-2.0 */` };

const bundles = [
  { entry: 'index.iife.js', name: 'hedgerow.js', format: 'iife', sourcemap: true, banner },
  { entry: 'index.esm.js', name: 'hedgerow.mjs', format: 'esm', sourcemap: true, banner },
  { entry: 'snippet.js', name: 'hedgerow.snippet.js', format: 'iife', sourcemap: false },
];

async function bundle({ entry, name, ...options }, write = true) {
  const outfile = join(given.out, name);
  const result = await esbuild.build({ ...shared, ...options, entryPoints: [source(entry)], outfile, write });
  const [output] = Object.values(result.metafile.outputs).filter((made) => made.entryPoint);
  return { output, bytes: write ? readFileSync(outfile) : Buffer.from(result.outputFiles[0].contents) };
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const weigh = (name, bytes) => ({
  name,
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length,
  brotli: brotli(bytes).length,
});

rmSync(given.out, { recursive: true, force: true });
mkdirSync(given.out, { recursive: true });

const files = [];
let inputs;
for (const what of bundles) {
  const { output, bytes } = await bundle(what);
  const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  files.push({ ...weigh(what.name, bytes), integrity });
  inputs ??= output.inputs;
}

// What a part weighs by itself; bundled they share a dictionary, so the sum is
// more than the file.
const alone = async (options) => (await bundle({ format: 'iife', name: 'part.js', ...options }, false)).bytes;
const rest = Object.entries(inputs)
  .filter(([path]) => !path.startsWith('hedgerow:'))
  .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
const parts = [
  weigh('before the first download', await alone({ entry: 'boot-only.js' })),
  { name: 'shim, all of it', raw: rest },
  { name: 'glue', raw: inputs['hedgerow:glue']?.bytesInOutput ?? 0 },
  weigh('WASM, packed as text', Buffer.from(modules['hedgerow:wasm'])),
  weigh('WASM, as it is', wasm),
];

writeFileSync(given.report, JSON.stringify({ files, parts }, null, 2));
