// Content encoding as a CDN does it: negotiated, compressed once per body.

import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressed = new WeakMap();

/** The body for this request, and the header fields that describe it. */
export function encode(body, acceptEncoding = '') {
  const coding = ['br', 'gzip'].find((name) => new RegExp(`\\b${name}\\b`).test(acceptEncoding));
  const vary = { vary: 'Accept-Encoding' };
  if (!coding || body.length < 256) return { body, fields: vary };
  const variants = compressed.get(body) ?? {};
  compressed.set(body, variants);
  variants[coding] ??= coding === 'br'
    ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    : gzipSync(body);
  return { body: variants[coding], fields: { ...vary, 'content-encoding': coding } };
}
