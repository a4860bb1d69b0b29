// The demo: a shop with a chat widget, two CDNs that break on demand, and a panel to watch the load.
//
//   node demo.mjs [--port P] [--loader DIR] [--https]
//   node demo.mjs --screenshot FILE.png [--loader DIR]

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `usage: node demo.mjs [options]

  --port P           port of the control panel (default: one that is free)
  --loader DIR       folder with hedgerow.js (default: wasm-loader/dist)
  --https            everything over https, by a certificate authority made for this run
  --screenshot FILE  drive one scenario in headless Chromium, write a picture of the panel, and end
  --dark             the picture in the dark colours
  --help             this text`;

function options() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      loader: { type: 'string', default: fileURLToPath(new URL('../../wasm-loader/dist', import.meta.url)) },
      https: { type: 'boolean', default: false },
      screenshot: { type: 'string' },
      dark: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!/^\d+$/.test(values.port) || Number(values.port) > 65535) throw new Error(`--port ${values.port}: not a port number`);
  return { ...values, port: Number(values.port) };
}

async function main() {
  const { port, loader, https, screenshot, dark, help } = options();
  if (help) return console.log(USAGE);

  // Imported late: an argument that is wrong should be said before a package that is missing.
  const [{ Rig }, { startPanel, loaderProblem }] = await Promise.all([import('./panel/rig.mjs'), import('./panel/server.mjs')]);
  const problem = await loaderProblem(loader);
  if (problem && screenshot) throw new Error(problem);

  const rig = await Rig.start({ secure: https });
  const panel = await startPanel({ rig, loaderDir: loader, port }).catch(async (error) => {
    await rig.close();
    throw error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use; choose another with --port, or none for a free one`) : error;
  });
  const close = async () => {
    await panel.close();
    await rig.close();
  };

  if (screenshot) {
    const { takeScreenshot } = await import('./panel/screenshot.mjs');
    try {
      await takeScreenshot({ url: panel.url, file: screenshot, dark });
    } finally {
      await close();
    }
    return console.log(`wrote ${screenshot}`);
  }

  console.log(`\n  Hedgerow demo    ${panel.url}\n`);
  for (const { id } of rig.cdns) console.log(`  ${id}             ${rig.url(id)}`);
  if (rig.authority) console.log(`\n  Your browser must trust this authority first:\n  ${rig.authority.certificate}`);
  if (problem) console.log(`\n  ${problem}`);
  console.log('\n  Ctrl-C ends it.\n');

  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      if (ending) process.exit(1);
      ending = true;
      await close();
      process.exit(0);
    });
  }
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
