// The bytes of a prompts file as text, or what else they are. Plain JavaScript: `npm start` asks before anything is
// installed, on any Node >= 20.

/** @typedef {{ kind: "text", text: string } | { kind: "mistake", line: number, text: string }} Decoded */

/** Windows, Unix, and the Mac as it was. */
export const lineBreak = /\r\n|\r|\n/;

const saveAsCsv = "in Excel choose File > Save As > CSV UTF-8";
const nameText = "name a .txt, .jsonl or .csv file";

/** How files begin that are no text; Latin-1, a character a byte. @type {readonly [start: RegExp, mistake: string][]} */
const otherFiles = [
  [/^PK\x03\x04/, `is a zip archive or an Excel workbook; ${saveAsCsv}, or unpack the archive`],
  [/^\xd0\xcf\x11\xe0/, `is an Excel workbook or another Office file; ${saveAsCsv}`],
  [/^(\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf)/, "is compressed; unpack it first"],
  [
    /^(RIFF|fLaC|OggS|ID3|\xff[\xfb\xf3\xf2]|FORM....AIF|....ftyp)/s,
    `is an audio or video file; ${nameText}`,
  ],
  [/^(\x89PNG|\xff\xd8\xff|GIF8)/, `is a picture; ${nameText}`],
  [/^%PDF/, `is a PDF; ${nameText}`],
  [/^\{\\rtf/, "is rich text; save it as plain text, in UTF-8"],
  [/^PAR1/, "is a Parquet file; in pandas: read_parquet(…).to_csv('prompts.csv', index=False)"],
  [/^version https:\/\/git-lfs/, "is a Git LFS pointer, not the file itself; run: git lfs pull"],
  [/^\s*<(!doctype|html|\?xml)/i, `is a web page or XML; ${nameText}`],
];

/** @param {Uint8Array} bytes @returns {Decoded} */
export function decodeText(bytes) {
  const [withoutMark, encoding] = encodingOf(bytes);
  const other = encoding === "utf-8" ? otherFileIn(withoutMark) : null;
  if (other !== null) return { kind: "mistake", line: 1, text: other };
  if (encoding === "utf-32") return mistakeAt("", "is UTF-32; save the file as UTF-8");
  const decoded = decode(withoutMark, encoding);
  if (decoded.kind === "mistake") return decoded;
  const nul = decoded.text.indexOf("\0");
  return nul < 0
    ? decoded
    : mistakeAt(
        decoded.text.slice(0, nul),
        "holds NUL bytes, so it is not a text file; save it as UTF-8 text",
      );
}

/** What a file is that is no text, by its first bytes; null: it may be text. @param {Uint8Array} bytes */
export function otherFileIn(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  return otherFiles.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}

/**
 * By the byte order mark; without one, by the zero bytes that UTF-16 has in every line and UTF-8 never has.
 * @param {Uint8Array} bytes
 * @returns {[withoutMark: Uint8Array, encoding: "utf-8" | "utf-16le" | "utf-16be" | "utf-32"]}
 */
function encodingOf(bytes) {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return [bytes.subarray(3), "utf-8"];
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return [bytes, "utf-32"];
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return [bytes, "utf-32"];
  if (a === 0xff && b === 0xfe) return [bytes.subarray(2), "utf-16le"];
  if (a === 0xfe && b === 0xff) return [bytes.subarray(2), "utf-16be"];
  return [bytes, unmarkedEncoding(bytes)];
}

/** @param {Uint8Array} bytes */
function unmarkedEncoding(bytes) {
  const zeros = { even: 0, odd: 0 };
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1))
    zeros[at % 2 === 0 ? "even" : "odd"] += 1;
  if (zeros.even === zeros.odd || bytes.length % 2 !== 0) return "utf-8";
  const guess = zeros.odd > zeros.even ? "utf-16le" : "utf-16be";
  const decoded = decode(bytes, guess);
  return decoded.kind === "text" && isPlainText(decoded.text) ? guess : "utf-8";
}

/** What a control character stands in was not written as text. @param {string} text */
const isPlainText = (text) => !/[\0-\x08\x0e-\x1f]/.test(text);

/** @param {Uint8Array} bytes @param {"utf-8" | "utf-16le" | "utf-16be"} encoding @returns {Decoded} */
function decode(bytes, encoding) {
  try {
    return { kind: "text", text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    // Only for the message: decode loosely, and the first replacement character tells the line.
    const loose = new TextDecoder(encoding).decode(bytes);
    const before = loose.slice(0, loose.indexOf("\uFFFD"));
    return encoding === "utf-8"
      ? mistakeAt(before, "is not UTF-8; save the file with that encoding")
      : mistakeAt(before, "is not valid UTF-16; save the file as UTF-8");
  }
}

/** @param {string} before the text up to the mistake @param {string} text @returns {Decoded} */
const mistakeAt = (before, text) => ({
  kind: "mistake",
  line: before.split(lineBreak).length,
  text,
});
