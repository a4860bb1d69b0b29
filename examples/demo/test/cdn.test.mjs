// Each fault as it looks on the wire, by http and by https.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { after, before, test } from 'node:test';

import { createCa } from '../lib/ca.mjs';
import { Cdn } from '../lib/cdn.mjs';
import { faultNames } from '../lib/faults.mjs';

const PATH = '/widget.js';
const BODY = Buffer.from(`window.widget = ${JSON.stringify('x'.repeat(4000))};\n`);
const HANG_MS = 250;

// What a client gets: a status, `error` before and `cut` after the head,
// `hang` before and `body hangs` after it.
const WIRE = {
  refused: 'error',
  blackhole: 'hang',
  slow_headers: 'hang',
  late: 'hang',
  drip: 'body hangs',
  stall: 'body hangs',
  truncated: 'cut',
  reset: 'error',
  http_404: 404,
  http_500: 500,
  http_503: 503,
  redirect_http: 302,
};
const ALTERED = new Set(['html', 'empty', 'tampered', 'throws', 'ready_missing']);

let ca;
let certificate;

before(async () => {
  ca = await createCa();
  certificate = readFileSync(ca.certificate);
});
after(() => ca.dispose());

for (const secure of [false, true]) {
  test(`faults by ${secure ? 'https' : 'http'}`, async (t) => {
    const cdn = await Cdn.start({ id: 'cdn1', host: 'cdn1.localhost', assets: { [PATH]: { body: BODY } }, tls: secure ? { ca } : null });
    t.after(() => cdn.close());
    for (const fault of faultNames) {
      await t.test(fault, async () => {
        await cdn.set(fault);
        const got = await ask(cdn);
        const expected = fault === 'tls_mismatch' && secure ? 'error' : WIRE[fault] ?? 200;
        assert.equal(got.outcome, expected);
        if (expected === 200) assert.equal(got.body.equals(BODY), !ALTERED.has(fault));
        assert.equal(got.headers?.['access-control-allow-origin'], ['error', 'hang'].includes(expected) || fault === 'cors_missing' ? undefined : '*');
      });
    }
    await t.test('and back', async () => {
      await cdn.set('ok');
      assert.equal((await ask(cdn)).outcome, 200);
    });
  });
}

test('a fault of one path leaves the others alone', async (t) => {
  const cdn = await Cdn.start({ id: 'cdn1', host: 'cdn1.localhost', assets: { '/a.js': { body: BODY }, '/b.js': { body: BODY } } });
  t.after(() => cdn.close());
  await cdn.set('http_503', '/a.js');
  assert.equal((await ask(cdn, '/a.js')).outcome, 503);
  assert.equal((await ask(cdn, '/b.js')).outcome, 200);
  await assert.rejects(cdn.set('refused', '/a.js'), /whole CDN/);
  await assert.rejects(cdn.set('tired'), /unknown fault/);
});

test('requests are counted, probes and aborts told apart', async (t) => {
  const cdn = await Cdn.start({ id: 'cdn1', host: 'cdn1.localhost', assets: { [PATH]: { body: BODY } } });
  t.after(() => cdn.close());
  await ask(cdn);
  await ask(cdn, PATH, { 'cache-control': 'no-cache' });
  await cdn.set('stall');
  const ended = new Promise((resolve) => cdn.once('end', resolve));
  await ask(cdn);
  assert.equal((await ended).outcome, 'aborted');
  assert.deepEqual(cdn.requests.map(({ probe }) => probe), [false, true, false]);
  assert.equal(cdn.count(PATH), 2);
});

function ask(cdn, path = PATH, headers = {}) {
  return new Promise((resolve) => {
    const request = (cdn.secure ? httpsRequest : httpRequest)({
      host: '127.0.0.1', port: cdn.port, path, headers, agent: false, ca: certificate, servername: cdn.host,
    });
    const finish = (outcome, response, body) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ outcome, headers: response?.headers, body });
    };
    let timer = setTimeout(finish, HANG_MS, 'hang');
    request.on('error', () => finish('error'));
    request.on('response', (response) => {
      clearTimeout(timer);
      timer = setTimeout(finish, HANG_MS, 'body hangs', response);
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', () => finish('cut', response));
      response.on('end', () => finish(response.statusCode, response, Buffer.concat(chunks)));
    });
    request.end();
  });
}
