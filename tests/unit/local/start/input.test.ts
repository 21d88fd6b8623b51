import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import type * as Fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inputMistakes } from "../../../../local/start/input.mjs";

/** What the system answers when a folder is made; null: it makes it. */
const refusal = vi.hoisted(() => ({ error: null as Error | null }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof Fs>();
  const mkdtempSync = (prefix: string): string => {
    if (refusal.error !== null && prefix.endsWith(".try-")) throw refusal.error;
    return fs.mkdtempSync(prefix);
  };
  return { ...fs, mkdtempSync };
});

let root: string;
beforeEach(() => {
  refusal.error = null;
  root = mkdtempSync(join(tmpdir(), "mgb-input-"));
  mkdirSync(join(root, "examples"));
  writeFileSync(join(root, "examples", "prompts.jsonl"), '{"prompt":"pad"}\n');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const mistakesOf = (change: { file?: string; model?: string }) =>
  inputMistakes(
    { file: null, model: null, keep: false, promptColumn: null, ignoreOtherColumns: false, ...change },
    { root, folderOfUser: root },
  );

test("the examples, in a folder that can be written, are no mistake and leave nothing but the folder", () => {
  expect(mistakesOf({})).toEqual([]);
  expect(readdirSync(join(root, "out"))).toEqual([]);
});

test("a file that cannot be read is refused with what it is", () => {
  mkdirSync(join(root, "songs.txt"));
  writeFileSync(join(root, "songs.xlsx"), "PK\x03\x04");
  writeFileSync(join(root, "songs.md"), "x");
  writeFileSync(join(root, "big.csv"), "x");
  truncateSync(join(root, "big.csv"), 240 * 2 ** 20);
  writeFileSync(join(root, "clip.csv"), "RIFF\0\0\0\0WAVE");
  symlinkSync(join(root, "gone"), join(root, "link.txt"));
  expect(mistakesOf({ file: "songs.txt" })).toEqual([
    `${root}/songs.txt is a folder; name a .txt, .jsonl or .csv file`,
  ]);
  expect(mistakesOf({ file: "nowhere.txt" })).toEqual([`no such file: ${root}/nowhere.txt`]);
  expect(mistakesOf({ file: "link.txt" })).toEqual([`no such file: ${root}/link.txt`]);
  expect(mistakesOf({ file: "examples/prompts.jsonl/x.txt" })[0]).toContain("no such file");
  expect(mistakesOf({ file: "songs.md" })).toEqual([
    `${root}/songs.md is not a prompts file; name a .txt, .jsonl or .csv file`,
  ]);
  expect(mistakesOf({ file: "songs.xlsx" })).toEqual([
    `${root}/songs.xlsx is a zip archive or an Excel workbook; in Excel choose File > Save As > CSV UTF-8, or unpack the archive`,
  ]);
  expect(mistakesOf({ file: "/dev/null" })).toEqual([
    "/dev/null is not a file; name a .txt, .jsonl or .csv file",
  ]);
  expect(mistakesOf({ file: "big.csv" })).toEqual([
    `${root}/big.csv has 240 MB; a prompts file has at most 200 MB`,
  ]);
  expect(mistakesOf({ file: "clip.csv" })[0]).toContain("clip.csv:1: is an audio or video file");
});

test("a model that is neither a folder with a checkpoint nor an id is refused", () => {
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "model.safetensors"), "");
  expect(mistakesOf({ model: "facebook/musicgen-small" })).toEqual([]);
  expect(mistakesOf({ model: "empty" })[0]).toContain(
    `${root}/empty holds no model, for it has no config.json`,
  );
  expect(mistakesOf({ model: "model.safetensors" })[0]).toContain("is a file");
  for (const model of [
    "musicgen-small",
    "./facebook/musicgen",
    "https://huggingface.co/facebook/musicgen-small",
    "",
  ])
    expect(mistakesOf({ model }), model).not.toEqual([]);
});

test("a folder for the clips that cannot be written is found out before anything starts", () => {
  writeFileSync(join(root, "out"), "a file");
  expect(mistakesOf({})).toEqual([
    `clips cannot be written to ${root}/out: a file has that name; move it away`,
  ]);
});

test.each<[code: string, why: string]>([
  ["EACCES", "permission denied; give yourself the right to write there"],
  ["EPERM", "permission denied; give yourself the right to write there"],
  ["EROFS", "the disk is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "your share of the disk is full"],
  ["EMFILE", "EMFILE: as the system says it"],
])(
  "a folder for the clips that the system refuses with %s is found out before anything starts",
  (code, why) => {
    refusal.error = Object.assign(new Error(`${code}: as the system says it`), { code });
    expect(mistakesOf({})).toEqual([`clips cannot be written to ${root}/out: ${why}`]);
  },
);

test("a folder for the clips that another user owns is found out before anything starts", () => {
  mkdirSync(join(root, "out"));
  chmodSync(join(root, "out"), 0o555);
  chmodSync(root, 0o755);
  const program = `import { inputMistakes } from ${JSON.stringify(resolve("local/start/input.mjs"))};
    const places = { root: ${JSON.stringify(root)}, folderOfUser: ${JSON.stringify(root)} };
    console.log(JSON.stringify(inputMistakes({ file: null, model: null }, places)));`;
  // Rights bind everybody but root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const script = join(root, "try.mjs");
  writeFileSync(script, program);
  const asked = spawnSync(process.execPath, [script], { encoding: "utf8", cwd: root, ...user });
  expect(JSON.parse(asked.stdout || "null"), asked.stderr).toEqual([
    `clips cannot be written to ${root}/out: permission denied; give yourself the right to write there`,
  ]);
});

test("a link for the clips that leads nowhere is found out before anything starts", () => {
  symlinkSync(join(root, "gone", "far"), join(root, "out"));
  expect(mistakesOf({})).toEqual([
    `clips cannot be written to ${root}/out: it is a link that leads nowhere; remove it, or make the folder that it names`,
  ]);
});

test("every mistake is told at once", () => {
  writeFileSync(join(root, "out"), "a file");
  expect(mistakesOf({ file: "nowhere.txt", model: "nothing" })).toHaveLength(3);
});
