// Packs wasm-loader/dist and installs the tarball into an empty folder.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const given = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run this by \`cargo xtask test --only package\``);
  return value;
};

export const dist = given('HEDGEROW_DIST');
export const tools = given('HEDGEROW_TOOLS');

export function execute(program, args, cwd) {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A folder with the package in its node_modules, and the list of what was packed. */
export function installed() {
  const dir = mkdtempSync(join(tmpdir(), 'hedgerow-consumer-'));
  const [{ filename, files }] = JSON.parse(execute('npm', ['pack', '--json', '--pack-destination', dir], dist));
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  execute('npm', ['install', '--no-audit', '--no-fund', '--offline', join(dir, filename)], dir);
  return {
    dir,
    package: join(dir, 'node_modules', 'hedgerow'),
    files: files.map(({ path }) => path),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
