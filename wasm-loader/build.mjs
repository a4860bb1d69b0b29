// Bundles the loader: the shim in js/, the names of the WASM's functions and the
// optimised WASM become the files a site ships. `cargo xtask loader` calls it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { filled, packings, unpacker } from './pack.mjs';

const names = ['tools', 'wasm', 'glue', 'out', 'report', 'version'];
const { values: given } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});
for (const name of names) {
  if (!given[name]) throw new Error(`build.mjs needs --${name}; cargo xtask loader passes it`);
}

const tool = createRequire(resolve(given.tools, 'package.json'));
const esbuild = tool('esbuild');
const terser = tool('terser');
const source = (name) => join(import.meta.dirname, 'js', name);
const wasm = readFileSync(given.wasm);
const glue = readFileSync(given.glue, 'utf8');

/* What the shim imports by names of our own. */
const virtualModules = (modules) => ({
  name: 'hedgerow',
  setup(build) {
    build.onResolve({ filter: /^hedgerow:/ }, ({ path }) => ({ path, namespace: 'hedgerow', sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: 'hedgerow' }, ({ path }) => ({ contents: modules[path], loader: 'js' }));
  },
});

/* Bundles one entry point; returns the code and its source map. */
async function bundle({ entry, name, format, wasmModule }) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [source(entry)],
    outfile: join(given.out, name),
    bundle: true,
    minify: true,
    format,
    // Not lower: what needs older syntax has no WebAssembly and no preload either.
    target: 'es2021',
    // A page in another encoding must not change the file.
    charset: 'ascii',
    legalComments: 'none',
    // Names that end in an underscore are internal to the bundle.
    mangleProps: /[^_]_$/,
    define: { HEDGEROW_VERSION: JSON.stringify(given.version) },
    plugins: [virtualModules({ 'hedgerow:wasm': wasmModule, 'hedgerow:glue': glue })],
    sourcemap: 'external',
    logLevel: 'warning',
    write: false,
  });
  const [map, code] = ['.map', ''].map((end) => outputFiles.find(({ path }) => path.endsWith(name + end)).text);
  // A site writes its own hosts and configuration where the snippet's arguments
  // stand, so they must stay where they are.
  if (name === 'hedgerow.snippet.js') return { code, map };
  // esbuild bundles and minifies, terser minifies more: together 5 % less than
  // either alone, after brotli.
  return terser.minify(code, {
    ecma: 2020,
    module: format === 'esm',
    // No function here is called with `new`, so each may be an arrow.
    compress: { passes: 3, lhs_constants: false, unsafe_arrows: true },
    format: { ascii_only: true },
    sourceMap: { content: map, filename: name, includeSources: true },
  });
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const weigh = (name, text) => {
  const bytes = Buffer.from(text);
  return {
    name,
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length,
    brotli: brotli(bytes).length,
  };
};

/*
 * What a whole file begins with. The first line is an explicit compile hint
 * (V8, Chromium 136): most functions here run on the way to the first download
 * or right after it, so they are compiled beside the main thread, not one by
 * one on it.
 */
const HEAD = `//# allFunctionsCalledOnLoad\n/*! hedgerow ${given.version} | MIT OR Apache-2.0 */\n`;
const finished = (code, packing, name) => `${HEAD}${filled(code, packing)}\n//# sourceMappingURL=${name}.map\n`;

/* The map of a file whose code begins below that head. */
function mapped(text) {
  const map = JSON.parse(text);
  return JSON.stringify({ ...map, mappings: ';'.repeat(HEAD.split('\n').length - 1) + map.mappings });
}

/* How well a packing compresses depends on the code around it. */
async function bestPacking() {
  const name = 'hedgerow.js';
  const { code } = await bundle({ entry: 'index.iife.js', name, format: 'iife', wasmModule: unpacker });
  const sizes = packings(wasm).map((packing) => ({
    packing,
    size: brotli(Buffer.from(finished(code, packing, name))).length,
  }));
  return sizes.sort((a, b) => a.size - b.size)[0].packing;
}

rmSync(given.out, { recursive: true, force: true });
mkdirSync(given.out, { recursive: true });

const packing = await bestPacking();
const files = [];
for (const { entry, name, format, whole } of [
  { entry: 'index.iife.js', name: 'hedgerow.js', format: 'iife', whole: true },
  { entry: 'index.esm.js', name: 'hedgerow.mjs', format: 'esm', whole: true },
  { entry: 'snippet.js', name: 'hedgerow.snippet.js', format: 'iife', whole: false },
]) {
  const made = await bundle({ entry, name, format, wasmModule: unpacker });
  let code = made.code;
  if (whole) {
    code = finished(code, packing, name);
    writeFileSync(join(given.out, `${name}.map`), mapped(made.map));
  }
  writeFileSync(join(given.out, name), code);
  const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
  files.push({ ...weigh(name, code), integrity });
}

// What a part weighs by itself; in one file they share a dictionary, so the sum
// is more than the file.
const part = async (options) => (await bundle({ name: 'part.mjs', format: 'esm', ...options })).code;
const parts = [
  weigh('before the first download', await part({ entry: 'boot-only.js' })),
  weigh('JavaScript, all of it', await part({ entry: 'index.iife.js', wasmModule: 'export default () => {};' })),
  weigh('WASM, packed as text', packing.text),
  weigh('WASM, as it is', wasm),
];

writeFileSync(given.report, JSON.stringify({ files, parts }, null, 2));
