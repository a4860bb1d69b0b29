// A certificate authority that lives as long as one run: the TLS cells are
// checked against real trust decisions, so no browser is told to ignore
// certificates and nothing is installed on the machine.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function createCa() {
  const dir = await mkdtemp(join(tmpdir(), 'hedgerow-ca-'));
  const file = (name) => join(dir, name);
  try {
    await openssl(
      ['req', '-x509', ...CURVE, '-days', '2', '-subj', '/CN=Hedgerow demo CA', '-keyout', file('ca.key'), '-out', file('ca.pem'),
        '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return new Ca(dir);
}

class Ca {
  #leaves = new Map();

  constructor(dir) {
    this.dir = dir;
    this.certificate = join(dir, 'ca.pem');
  }

  /** A certificate for `names`, made once: `{ key, cert, certFile }`. */
  leaf(names) {
    const id = names.join(',');
    if (!this.#leaves.has(id)) this.#leaves.set(id, this.#issue(names, `leaf${this.#leaves.size}`));
    return this.#leaves.get(id);
  }

  async #issue(names, stem) {
    const file = (extension) => join(this.dir, `${stem}.${extension}`);
    await writeFile(
      file('ext'),
      `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`,
    );
    await openssl(['req', '-new', ...CURVE, '-subj', `/CN=${names[0]}`, '-keyout', file('key'), '-out', file('csr')]);
    // A random serial, since several leaves may be issued at the same moment.
    const serial = `0x${Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;
    await openssl(['x509', '-req', '-in', file('csr'), '-CA', this.certificate, '-CAkey', join(this.dir, 'ca.key'),
      '-set_serial', serial, '-days', '2', '-extfile', file('ext'), '-out', file('pem')]);
    return {
      key: await readFile(file('key'), 'utf8'),
      cert: await readFile(file('pem'), 'utf8'),
      certFile: file('pem'),
    };
  }

  /** Makes this authority trusted in the NSS database in `directory` (Chromium, Firefox). */
  async trustInNss(directory) {
    const database = `sql:${directory}`;
    await certutil(['-N', '-d', database, '--empty-password']);
    await certutil(['-A', '-d', database, '-n', 'hedgerow-demo', '-t', 'C,,', '-i', this.certificate]);
  }

  async dispose() {
    await rm(this.dir, { recursive: true, force: true });
  }
}

const openssl = (args) => tool('openssl', args, 'openssl');
const certutil = (args) => tool('certutil', args, 'libnss3-tools');

async function tool(name, args, debianPackage) {
  try {
    await run(name, args);
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new Error(`${name} is not installed; on Debian: apt-get install ${debianPackage}`, { cause: error });
    }
    throw new Error(`${name} ${args[0]} failed: ${error.stderr || error.message}`, { cause: error });
  }
}
