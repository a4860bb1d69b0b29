// Packs the WASM into a JavaScript string of printable ASCII.
//
// Base64 spreads each byte over two characters, which hides from brotli and
// gzip nearly all that repeats: it adds half to the compressed size. Here most
// bytes are one character and the rest are two, so repeats stay repeats.
import { brotliCompressSync, constants } from 'node:zlib';

// Printable ASCII without the quote and the backslash; the last two announce a
// byte outside of the first 91 values.
const DIRECT = 91;
const FIRST_ESCAPE = 126;

const character = (value) => {
  let code = value + 32;
  if (code >= 34) code += 1;
  if (code >= 92) code += 1;
  return code;
};

/** The bytes as text, the value `shift` becoming the first character. */
export function pack(bytes, shift) {
  const codes = [];
  for (const byte of bytes) {
    const value = (byte - shift) & 255;
    const page = Math.floor(value / DIRECT);
    if (page > 0) codes.push(FIRST_ESCAPE + 1 - page);
    codes.push(character(value % DIRECT));
  }
  return Buffer.from(codes).toString('latin1');
}

const weight = (text, quality) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }).length;

/** The packing that compresses best: a quick look at all, a good one at a few. */
function best(bytes) {
  const tried = [];
  for (let shift = 0; shift < 256; shift += 1) {
    const text = pack(bytes, shift);
    // An inlined script must not end early.
    if (/<\/script|<!--/i.test(text)) continue;
    tried.push({ shift, text, size: weight(text, 5) });
  }
  const few = tried.sort((a, b) => a.size - b.size).slice(0, 12);
  for (const one of few) one.size = weight(one.text, constants.BROTLI_MAX_QUALITY);
  return few.sort((a, b) => a.size - b.size)[0];
}

/** A module whose default export returns the bytes. */
export function unpackerSource(bytes) {
  const { shift, text } = best(bytes);
  return `export default () => {
  const text = ${JSON.stringify(text)}, bytes = new Uint8Array(${bytes.length});
  for (let from = 0, to = 0, code, page; from < text.length; bytes[to++] = page + code - (code > 34) - (code > 92) + ${(shift - 32) & 255}) {
    page = 0;
    if ((code = text.charCodeAt(from++)) > 124) {
      page = ${DIRECT} * (${FIRST_ESCAPE + 1} - code);
      code = text.charCodeAt(from++);
    }
  }
  return bytes;
};
`;
}
