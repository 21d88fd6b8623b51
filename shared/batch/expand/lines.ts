/** The lines of a file in the store, read part by part: memory holds one part and one line. */
import { limits } from "../../contract/api/parameters.ts";

/** Where a line begins. Lines count from 1. */
export interface Place {
  readonly byte: number;
  readonly line: number;
}
export interface FileLine extends Place {
  /** Where the next line begins. */
  readonly nextByte: number;
  readonly content:
    { readonly kind: "text"; readonly text: string } | { readonly kind: "too_long" | "not_utf8" };
}
/** Fewer bytes come at the end of the file. */
export type ReadPart = (from: number, bytes: number) => Promise<Uint8Array>;

const partBytes = 4 * 1024 * 1024;
const lineBreak = 0x0a;
const nothing = new Uint8Array();
const byteOrderMark = [0xef, 0xbb, 0xbf];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param from the beginning of a line */
export async function* readLines(read: ReadPart, sizeBytes: number, from: Place): AsyncGenerator<FileLine> {
  let place = from;
  let begun: Uint8Array = nothing;
  for (let offset = from.byte; offset < sizeBytes;) {
    const part = await read(offset, partBytes);
    if (part.length === 0) throw new RangeError(`expected ${sizeBytes} bytes, got ${offset}`);
    let start = 0;
    for (let end = part.indexOf(lineBreak); end !== -1; end = part.indexOf(lineBreak, start)) {
      const nextByte = offset + end + 1;
      yield lineAt(place, joined(begun, part.subarray(start, end)), nextByte);
      place = { byte: nextByte, line: place.line + 1 };
      begun = nothing;
      start = end + 1;
    }
    begun = joined(begun, part.subarray(start));
    offset += part.length;
  }
  if (begun.length > 0) yield lineAt(place, begun, sizeBytes);
}

/** Of a line that is too long, only as much is kept as shows that it is. */
function joined(begun: Uint8Array, more: Uint8Array): Uint8Array {
  const kept = more.subarray(0, limits.uploadLineBytes + 1 - begun.length);
  return begun.length === 0 ? kept : Buffer.concat([begun, kept]);
}

function lineAt(place: Place, bytes: Uint8Array, nextByte: number): FileLine {
  return { ...place, nextByte, content: contentOf(place.byte === 0 ? withoutMark(bytes) : bytes) };
}

function contentOf(bytes: Uint8Array): FileLine["content"] {
  if (bytes.length > limits.uploadLineBytes) return { kind: "too_long" };
  try {
    return { kind: "text", text: utf8.decode(bytes) };
  } catch {
    return { kind: "not_utf8" };
  }
}

/** Excel and Windows' editors put a mark before the first line. */
const withoutMark = (bytes: Uint8Array): Uint8Array =>
  byteOrderMark.every((byte, at) => bytes[at] === byte) ? bytes.subarray(byteOrderMark.length) : bytes;
