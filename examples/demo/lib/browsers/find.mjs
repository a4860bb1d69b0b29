// Finds the browsers' executables: PATH first, then where distributions put them.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first of `candidates` (names or absolute paths) that can be run. */
export async function findExecutable(what, candidates, debianPackage) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const candidate of candidates) {
    const paths = isAbsolute(candidate) ? [candidate] : folders.map((folder) => join(folder, candidate));
    for (const path of paths) {
      try {
        await access(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next place.
      }
    }
  }
  throw new Error(`${what} was not found (looked for ${candidates.join(', ')}); on Debian: apt-get install ${debianPackage}`);
}
