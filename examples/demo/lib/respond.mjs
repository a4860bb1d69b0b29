// What a CDN of the demo answers, fault by fault.

import { encode } from './encoding.mjs';
import { LATE_MS } from './faults.mjs';

const TRICKLE_MS = 400;

const ERROR_PAGE = (status) => `<!doctype html><html lang="en"><head><title>${status}</title></head>
<body><h1>${status}</h1><p>The edge could not reach the origin. Ref 8c1f-27d0.</p></body></html>\n`;

/**
 * Answers `request` as `fault` demands. Returns a function that tells whether
 * this side, and not the client, ended the connection early.
 */
export function respond(fault, cdn, request, response) {
  const path = request.url.split('?')[0];
  const asset = cdn.assets.get(path);
  const shared = sharedFields(fault, cdn);
  let cut = false;
  const wasCut = () => cut;

  if (request.method === 'OPTIONS') {
    response.writeHead(204, { ...shared, 'access-control-allow-methods': 'GET, HEAD', 'access-control-max-age': '600' }).end();
    return wasCut;
  }
  const failed = /^http_(\d+)$/.exec(fault);
  if (failed || (!asset && path !== '/health.json')) {
    const status = failed ? Number(failed[1]) : 404;
    response.writeHead(status, { ...shared, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(ERROR_PAGE(status));
    return wasCut;
  }
  if (!asset) {
    response.writeHead(200, { ...shared, 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end('{"status":"ok"}\n');
    return wasCut;
  }

  const whole = () => sendAsset(alter(fault, asset.body), asset, cdn, shared, request, response);
  const partial = () => startBody(asset, cdn, shared, request, response);
  switch (fault) {
    case 'slow_headers':
      slowHeaders(response);
      break;
    case 'drip':
      drip(partial(), response);
      break;
    case 'stall': {
      const body = partial();
      response.write(body.subarray(0, body.length / 2));
      break;
    }
    case 'truncated': {
      const body = partial();
      cut = true;
      response.write(body.subarray(0, body.length / 2), () => response.socket?.destroySoon());
      break;
    }
    case 'reset':
      cut = true;
      cdn.resetConnection(request);
      break;
    case 'redirect_http':
      response.writeHead(302, { ...shared, location: `${cdn.plainOrigin}${path}`, 'cache-control': 'no-store' }).end();
      break;
    case 'html':
      response.writeHead(200, { ...shared, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(ERROR_PAGE('Be right back'));
      break;
    case 'late': {
      const timer = setTimeout(whole, LATE_MS);
      response.on('close', () => clearTimeout(timer));
      break;
    }
    default:
      whole();
  }
  return wasCut;
}

function sharedFields(fault, cdn) {
  return {
    server: 'demo-cdn',
    ...(cdn.cors && fault !== 'cors_missing' && { 'access-control-allow-origin': '*' }),
    ...(cdn.timing && { 'timing-allow-origin': '*' }),
  };
}

function alter(fault, body) {
  switch (fault) {
    case 'empty':
      return Buffer.alloc(0);
    case 'tampered':
      return Buffer.concat([Buffer.from('(window.__tampered ??= []).push(performance.now());\n'), body]);
    case 'throws':
      return Buffer.concat([Buffer.from('throw new Error("the widget broke");\n'), body]);
    case 'ready_missing':
      return Buffer.from('(window.__strangers ??= []).push(performance.now());\n');
    default:
      return body;
  }
}

function assetFields(asset, cdn, shared, encoded) {
  return {
    ...shared,
    ...encoded.fields,
    'content-type': asset.type,
    'cache-control': `public, max-age=${cdn.maxAge}`,
    etag: asset.etag,
    'last-modified': asset.modified,
    'content-length': encoded.body.length,
  };
}

function sendAsset(body, asset, cdn, shared, request, response) {
  const genuine = body === asset.body;
  const encoded = encode(body, request.headers['accept-encoding']);
  const fields = assetFields(asset, cdn, shared, encoded);
  if (!genuine) delete fields.etag;
  if (genuine && request.headers['if-none-match'] === asset.etag) {
    delete fields['content-length'];
    response.writeHead(304, fields).end();
    return;
  }
  response.writeHead(200, fields);
  response.end(request.method === 'HEAD' ? undefined : encoded.body);
}

function startBody(asset, cdn, shared, request, response) {
  const encoded = encode(asset.body, request.headers['accept-encoding']);
  response.writeHead(200, assetFields(asset, cdn, shared, encoded));
  response.flushHeaders();
  return encoded.body;
}

function drip(body, response) {
  let sent = 0;
  const next = () => response.write(body.subarray(sent, (sent += 1)));
  next();
  // The last byte is never sent: a drip that ends would be a slow success.
  const timer = setInterval(() => sent < body.length - 1 && next(), TRICKLE_MS);
  response.on('close', () => clearInterval(timer));
}

function slowHeaders(response) {
  const { socket } = response;
  let line = 0;
  socket.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket.write(`X-Edge-${(line += 1)}: waiting\r\n`), TRICKLE_MS);
  response.on('close', () => clearInterval(timer));
}
