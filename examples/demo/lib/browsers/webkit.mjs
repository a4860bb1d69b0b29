// WebKitGTK through its own WebDriver, on a virtual display. WebDriver knows no
// contexts: each one is a session, that is a MiniBrowser with nothing stored.
// The certificates of the demo's hosts are named one by one to the session, the
// only way in which WebKitGTK's automation trusts a private authority.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

import { findExecutable } from './find.mjs';
import { endWithUs } from './children.mjs';

const STARTUP_MS = 15_000;
// Longer than any script that a cell waits for.
const CALL_MS = 40_000;

export async function launchWebkit({ ca, hosts }) {
  const [driver, binary, xvfb] = await Promise.all([
    findExecutable('WebKitWebDriver', ['WebKitWebDriver', '/usr/bin/WebKitWebDriver'], 'webkit2gtk-driver'),
    findExecutable('MiniBrowser', [
      '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
      '/usr/libexec/webkit2gtk-4.1/MiniBrowser', '/usr/lib/webkit2gtk-4.1/MiniBrowser',
    ], 'webkit2gtk-driver'),
    findExecutable('Xvfb', ['Xvfb'], 'xvfb'),
  ]);
  const display = await startDisplay(xvfb);
  const certificates = await Promise.all(hosts.map(async (host) => ({ host, certificateFile: (await ca.leaf([host])).certFile })));
  const capabilities = {
    pageLoadStrategy: 'none',
    timeouts: { script: 60_000 },
    'webkitgtk:browserOptions': { binary, args: ['--automation'], certificates },
  };
  const drivers = [];
  let version = null;
  const open = async () => {
    const idle = drivers.find((each) => each.idle) ?? await startDriver(driver, display.env, drivers);
    idle.idle = false;
    const session = await idle.post('/session', { capabilities: { alwaysMatch: capabilities } });
    version ??= session.capabilities.browserVersion;
    return new Context(idle, session.sessionId);
  };
  // The first session costs a cold start of WebKit's processes: not a cell's matter.
  await (await open()).close();
  return {
    name: 'webkit',
    get version() {
      return version;
    },
    newContext: open,
    async close() {
      await Promise.all(drivers.map((each) => each.stop()));
      await display.stop();
    },
  };
}

async function startDisplay(executable) {
  const child = spawn(executable, ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  endWithUs(child);
  const number = await firstOutput(child, child.stdio[3], 'Xvfb');
  return {
    env: { ...process.env, DISPLAY: `:${number.trim()}`, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', NO_AT_BRIDGE: '1' },
    stop: () => stop(child),
  };
}

async function startDriver(executable, env, drivers) {
  const port = await freePort();
  const child = spawn(executable, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
  endWithUs(child);
  const driver = new Driver(`http://127.0.0.1:${port}`, child);
  drivers.push(driver);
  await driver.ready();
  return driver;
}

class Driver {
  constructor(base, child) {
    this.base = base;
    this.child = child;
    // Whoever starts a driver has it for a session.
    this.idle = false;
  }

  async ready() {
    const deadline = Date.now() + STARTUP_MS;
    for (;;) {
      try {
        return await this.get('/status');
      } catch (error) {
        if (Date.now() > deadline || this.child.exitCode !== null) {
          throw new Error('WebKitWebDriver did not start', { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    }
  }

  get(path) {
    return this.#call('GET', path);
  }

  post(path, body) {
    return this.#call('POST', path, JSON.stringify(body));
  }

  delete(path) {
    return this.#call('DELETE', path);
  }

  async #call(method, path, body) {
    const command = `WebDriver ${method} ${path.replace(/\w{8}-[\w-]+/, '…')}`;
    let response;
    try {
      response = await fetch(this.base + path, {
        method, body, headers: body && { 'content-type': 'application/json' }, signal: AbortSignal.timeout(CALL_MS),
      });
    } catch (error) {
      throw new Error(`${command}: ${error.cause?.message ?? error.message}`, { cause: error });
    }
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${command}: ${value?.error}: ${value?.message}`);
    return value;
  }

  stop() {
    return stop(this.child);
  }
}

class Context {
  #driver;
  #path;

  constructor(driver, sessionId) {
    this.#driver = driver;
    this.#path = `/session/${sessionId}`;
  }

  async goto(url) {
    await this.#driver.post(`${this.#path}/url`, { url });
    // Without a load strategy the old document may still answer.
    const deadline = Date.now() + STARTUP_MS;
    for (;;) {
      const here = await this.evaluate((wanted) => location.href === wanted && document.readyState !== 'loading', url).catch(() => false);
      if (here) return;
      if (Date.now() > deadline) throw new Error(`WebKit did not open ${url}`);
    }
  }

  async evaluate(fn, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${fn})(...arguments[0])).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#driver.post(`${this.#path}/execute/async`, { script, args: [args] });
    if (error) throw new Error(error);
    return value;
  }

  async close() {
    await this.#driver.delete(this.#path);
    this.#driver.idle = true;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function firstOutput(child, stream, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not start`)), STARTUP_MS);
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code}`)));
    stream.once('data', (data) => {
      clearTimeout(timer);
      resolve(String(data));
    });
  });
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
