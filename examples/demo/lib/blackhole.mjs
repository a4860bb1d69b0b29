// A port on which SYN packets are dropped: a host that is gone, without root.
//
// The kernel drops a SYN when the accept queue of the listener is full. Node
// accepts at once, so the listener lives in a worker whose thread is then
// blocked, and a few connections of our own fill the shortest possible queue.
// Where a kernel completes connections all the same (not Linux) what remains is
// a peer that accepts and never reads, which is silent too.

import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

const LISTEN_THEN_BLOCK = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  createServer().listen({ ...workerData, backlog: 1 }, () => {
    parentPort.postMessage('listening');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }).on('error', (error) => { throw error; });
`;

const QUEUE_LIMIT = 16;
const DROPPED_AFTER_MS = 60;

/** Occupies `host:port`; returns a function that gives the port back. */
export async function openBlackhole({ host, port }) {
  const worker = new Worker(LISTEN_THEN_BLOCK, { eval: true, workerData: { host, port } });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });

  const fillers = [];
  for (let full = false; !full && fillers.length < QUEUE_LIMIT;) {
    const socket = connect({ host, port });
    socket.on('error', () => {});
    fillers.push(socket);
    full = await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), DROPPED_AFTER_MS);
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(false);
      });
    });
  }

  return async () => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  };
}
