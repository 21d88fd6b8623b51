import { expect, test } from "vitest";
import { parsePromptFile } from "../../../../cli/prompts/prompt-file.ts";

const utf16 = (text: string, options: { mark?: boolean; bigEndian?: boolean } = {}): Uint8Array => {
  const bytes = Buffer.from(`${options.mark === true ? "\uFEFF" : ""}${text}`, "utf16le");
  return options.bigEndian === true ? bytes.swap16() : bytes;
};
const twoItems = { kind: "items", items: [{ prompt: "lofi café" }, { prompt: "朝の森 🎹" }] };
const twoLines = "lofi café\r\n朝の森 🎹\r\n";

test.each<[name: string, bytes: Uint8Array]>([
  ["UTF-8", Buffer.from(twoLines)],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${twoLines}`)],
  ["UTF-16LE with a mark, as Notepad calls Unicode", utf16(twoLines, { mark: true })],
  ["UTF-16BE with a mark", utf16(twoLines, { mark: true, bigEndian: true })],
  ["UTF-16LE without a mark", utf16(twoLines)],
  ["UTF-16BE without a mark", utf16(twoLines, { bigEndian: true })],
])("a file in %s has the prompts that were typed", (_name, bytes) => {
  expect(parsePromptFile("p.txt", bytes)).toEqual(twoItems);
});

test("UTF-16 without a mark and with hardly a Latin letter is told by its line ends", () => {
  const bytes = utf16("一二三、静かな光\n朝の森\n");
  expect(parsePromptFile("p.txt", bytes)).toEqual({
    kind: "items",
    items: [{ prompt: "一二三、静かな光" }, { prompt: "朝の森" }],
  });
});

test.each(["p.csv", "p.jsonl"])("%s may begin with a byte order mark in any encoding", (name) => {
  const text = name === "p.csv" ? "prompt,seed\npad,5\n" : '{"prompt":"pad","seed":5}\n';
  for (const bytes of [Buffer.from(`\uFEFF${text}`), utf16(text, { mark: true }), utf16(text)])
    expect(parsePromptFile(name, bytes)).toEqual({ kind: "items", items: [{ prompt: "pad", seed: 5 }] });
});

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
test.each<[name: string, bytes: Uint8Array, mistake: string]>([
  [
    "Windows-1252, as Excel's plain CSV",
    latin1("one\ntwo\nca\xf1o"),
    "p.txt:3: is not UTF-8; save the file with that encoding",
  ],
  ["Windows-1252 with old Mac line ends", latin1("one\rcaf\xe9\rtwo"), "p.txt:2: is not UTF-8"],
  [
    "UTF-16 that was cut off",
    utf16("one\ntwo", { mark: true }).subarray(0, 13),
    "p.txt:2: is not valid UTF-16",
  ],
  ["UTF-16 with half an emoji", utf16("one\n\ud83c x", { mark: true }), "p.txt:2: is not valid UTF-16"],
  ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), "p.txt:1: is UTF-32; save the file as UTF-8"],
  ["NUL bytes here and there", latin1("one\ntwo\0\0\0three\0\n"), "p.txt:2: holds NUL bytes"],
])("a file in %s is refused at its line, with the remedy", (_name, bytes, mistake) => {
  expect(parsePromptFile("p.txt", bytes)).toEqual({
    kind: "mistakes",
    mistakes: [expect.stringContaining(mistake)],
  });
});

test.each<[name: string, bytes: Uint8Array, mistake: string]>([
  ["an Excel workbook", latin1("PK\x03\x04\x14\x00\x06\x00[Content_Types].xml"), "Excel workbook"],
  ["an old Excel workbook", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "Excel workbook"],
  ["a WAV file", latin1("RIFF$\x08\x00\x00WAVEfmt "), "is an audio or video file"],
  ["an MP3 file", latin1("\xff\xfb\x90\x64\x00"), "is an audio or video file"],
  ["an Ogg file", latin1("OggS\x00\x02"), "is an audio or video file"],
  ["a compressed file", latin1("\x1f\x8b\x08\x00"), "is compressed; unpack it first"],
  ["a PDF", latin1("%PDF-1.7\n"), "is a PDF"],
  ["a picture", latin1("\x89PNG\r\n\x1a\n"), "is a picture"],
  ["a Parquet file", latin1("PAR1\x15\x00"), "is a Parquet file"],
  ["a web page", latin1("<!DOCTYPE html>\n<html>"), "is a web page or XML"],
  ["rich text", latin1("{\\rtf1\\ansi lofi}"), "is rich text"],
  ["what git leaves of a large file", latin1("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"],
])("%s under the name of a prompts file is called what it is", (_name, bytes, mistake) => {
  for (const name of ["p.csv", "p.jsonl", "p.txt"])
    expect(parsePromptFile(name, bytes)).toEqual({
      kind: "mistakes",
      mistakes: [expect.stringMatching(new RegExp(`^${name}:1: .*${mistake}`))],
    });
});
