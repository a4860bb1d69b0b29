// Packs the WASM into a JavaScript string of printable ASCII.
//
// Base64 spreads each byte over two characters, which hides from brotli and
// gzip nearly all that repeats: it adds half to the compressed size. Here most
// bytes are one character and the rest are two, so repeats stay repeats.

// Of the 95 characters the last two announce a byte outside of the first 93
// values; the tilde, 126, is the very last.
const FIRST = 32;
const DIRECT = 93;
const FIRST_ESCAPE = 126;

// Stand in for what differs between packings, where many are weighed.
const NO_TEXT = 'packed';
const NO_KEY = 98765;

function pack(bytes, shift) {
  const codes = [];
  for (const byte of bytes) {
    const value = (byte - shift) & 255;
    const page = Math.floor(value / DIRECT);
    if (page > 0) codes.push(FIRST_ESCAPE + 1 - page);
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

/** A module whose default export returns the bytes. */
export const unpacker = ({ text, key }) => `const text = ${text};
export default () => {
  // In place, and simple: it runs once, before the browser has compiled it.
  const bytes = new TextEncoder().encode(text);
  let from = 0, to = 0, code;
  while (from < bytes.length)
    bytes[to++] = ((code = bytes[from++]) > ${FIRST_ESCAPE - 2} ? ${DIRECT} * (${FIRST_ESCAPE + 1} - code) + bytes[from++] : code) + ${key};
  return bytes.subarray(0, to);
};
`;

export const placeholder = { text: `'${NO_TEXT}'`, key: NO_KEY };

/** `code`, bundled with the placeholder, as it would be with `packing`. */
export function filled(code, { text, key }) {
  const pieces = code.split(new RegExp(`["']${NO_TEXT}["']|${NO_KEY}`));
  if (pieces.length !== 3) throw new Error('the bundle does not hold the unpacker once');
  const textFirst = code.indexOf(NO_TEXT) < code.indexOf(NO_KEY);
  const [one, two] = textFirst ? [text, key] : [key, text];
  return `${pieces[0]}${one}${pieces[1]}${two}${pieces[2]}`;
}
