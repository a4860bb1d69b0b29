// Packs the WASM into a JavaScript string of printable ASCII.
//
// Base64 spreads each byte over two characters, which hides from brotli and
// gzip nearly all that repeats: it adds half to the compressed size. Here most
// bytes are one character and the rest are two, so repeats stay repeats.

// Of the 95 characters the first two announce a byte outside of the first 92
// values. Blank and exclamation mark are what brotli tells apart best from the
// letters and digits that most bytes become. The third, the quotation mark,
// would need an escape of JavaScript's.
const ESCAPE = 32;
const FIRST = 35;
const DIRECT = 92;

// Stands in for what differs between packings, where many are weighed.
const NO_KEY = 98765;

function pack(bytes, shift) {
  const codes = [];
  for (const byte of bytes) {
    const value = (byte - shift) & 255;
    const page = Math.floor(value / DIRECT);
    if (page > 0) codes.push(ESCAPE - 1 + page);
    codes.push(FIRST + (value % DIRECT));
  }
  const text = JSON.stringify(Buffer.from(codes).toString('latin1'));
  return { text, key: (shift - FIRST) & 255 };
}

/** The packings with the fewest escapes. */
export function packings(bytes) {
  const all = Array.from({ length: 256 }, (_, shift) => pack(bytes, shift));
  return (
    all
      // An inlined script must not end early.
      .filter(({ text }) => !/<\/script|<!--/i.test(text))
      .sort((a, b) => a.text.length - b.text.length)
      .slice(0, 32)
  );
}

/** A module whose default export returns the bytes; `$` is added by `filled`. */
export const unpacker = `export default () => {
  // In place, and simple: it runs once, before the browser has compiled it.
  const bytes = new TextEncoder().encode($());
  let from = 0, to = 0, code;
  while ((code = bytes[from++]))
    bytes[to++] = (code < ${FIRST} ? ${DIRECT} * (code - ${ESCAPE - 1}) + bytes[from++] : code) + ${NO_KEY};
  return bytes.subarray(0, to);
};
`;

/**
 * `code`, bundled with the unpacker, with a packing. The text stands last:
 * amid the code it would part what brotli sees as alike.
 */
export function filled(code, { text, key }) {
  const pieces = code.split(NO_KEY);
  if (pieces.length !== 2) throw new Error('the bundle does not hold the unpacker once');
  const [, body, end] = /^(.*?);?((?:\}\)\(\);)?\s*)$/s.exec(pieces.join(key));
  return `${body};function $(){return${text}}${end}`;
}
