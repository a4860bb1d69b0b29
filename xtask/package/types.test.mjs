// The types of the packed tarball: what is right compiles, and every misuse is
// named.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installed, tools } from './installed.mjs';

let consumer;
before(() => { consumer = installed(); });
after(() => consumer?.remove());

/** Compiles `name` beside the installed package; returns the lines with errors. */
function compile(name, resolution) {
  const from = join(import.meta.dirname, name);
  cpSync(from, join(consumer.dir, name));
  const options = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      skipLibCheck: false,
      ...resolution,
    },
    files: [name],
  };
  writeFileSync(join(consumer.dir, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(tools, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync('node', [compiler, '--pretty', 'false', '-p', '.'], { cwd: consumer.dir, encoding: 'utf8' });
  const lines = new Set();
  for (const [, file, line] of stdout.matchAll(/^(\S+?)\((\d+),\d+\): error/gm)) lines.add(`${file}:${line}`);
  return { status, lines, stdout };
}

const RESOLUTIONS = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'es2022', moduleResolution: 'bundler' },
];

for (const resolution of RESOLUTIONS) {
  const { moduleResolution: name } = resolution;

  test(`a consumer compiles (${name})`, () => {
    const { status, stdout } = compile('consumer.mts', resolution);
    assert.equal(status, 0, stdout);
  });

  test(`every misuse is an error, and nothing else is (${name})`, () => {
    const source = readFileSync(join(import.meta.dirname, 'misuse.mts'), 'utf8').split('\n');
    const marked = source.flatMap((line, at) => (line.includes('// wrong') ? [`misuse.mts:${at + 1}`] : []));
    assert.ok(marked.length > 0);
    const { status, lines, stdout } = compile('misuse.mts', resolution);
    assert.notEqual(status, 0, 'the compiler accepted the misuse');
    assert.deepEqual([...lines].sort(), marked.sort(), stdout);
  });
}
