import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clipPaths } from "../../../../cli/clips/clip-names.ts";
import { ClipFolder } from "../../../../cli/clips/pull.ts";
import type { ResultView } from "../../../../shared/contract/api/api.ts";
import { batchIdOf, itemIdOf } from "../../../../shared/contract/ids.ts";

const id = batchIdOf("01J00000000000000000000000");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-pull-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const clip = (index: number): Buffer => Buffer.from(`clip ${index}`);
const failed = (index: number, customId: string | null = null): ResultView => ({
  item_id: itemIdOf(id, index),
  index,
  custom_id: customId,
  outcome: "failed",
  finished_at: "2026-01-01T00:00:00Z",
  audio: null,
  error: { code: "engine_error", detail: "out of memory" },
  provenance: null,
  reused: false,
  reused_from: null,
  licence: "CC-BY-NC-4.0",
  gpu_seconds: 0,
  steps: 0,
  interruptions: 0,
  receipt: null,
});
const made = (index: number, customId: string | null = null): ResultView => ({
  ...failed(index, customId),
  outcome: "succeeded",
  error: null,
  audio: {
    url: "/audio",
    format: "ogg",
    bytes: 6,
    sample_rate: 32_000,
    sha256: createHash("sha256").update(clip(index)).digest("hex"),
    duration_seconds: 1,
    checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
  },
});

function source(results: readonly ResultView[], bytes = clip) {
  const asked: string[] = [];
  return {
    asked,
    results: () => Promise.resolve([...results]),
    audio: (item: string) => {
      asked.push(item);
      return Promise.resolve(bytes(Number(item.split("_")[2])));
    },
  };
}
const never = new AbortController().signal;
const folderOf = (from: ReturnType<typeof source>) =>
  new ClipFolder(from, { id, total: 8 }, { folder, atOnce: 4 });
const pull = (from: ReturnType<typeof source>) => folderOf(from).fetchNew(never);

test("a second pull fetches only what is missing or was not whole", async () => {
  const results = [made(0), made(1, "rain"), failed(2), made(3)];
  const first = source(results);
  expect(await pull(first)).toEqual({
    fetched: ["000.ogg", "001-rain.ogg", "003.ogg"].map((name) => join(folder, name)),
    present: [],
    without: [{ index: 2, outcome: "failed", detail: "out of memory" }],
  });
  expect(readdirSync(folder).sort()).toEqual(["000.ogg", "001-rain.ogg", "003.ogg"]);
  expect(readFileSync(join(folder, "001-rain.ogg"), "utf8")).toBe("clip 1");

  writeFileSync(join(folder, "003.ogg"), "cut o");
  const second = source(results);
  const pulled = await pull(second);
  expect(pulled.fetched).toEqual([join(folder, "003.ogg")]);
  expect(pulled.present).toHaveLength(2);
  expect(second.asked).toEqual([itemIdOf(id, 3)]);
});

test("while the batch runs, each clip is fetched once and its file is not read again", async () => {
  const results = [made(1)];
  const from = source(results);
  const clips = folderOf(from);
  expect((await clips.fetchNew(never)).fetched).toEqual([join(folder, "001.ogg")]);
  results.push(failed(2), made(0));
  from.results = () => Promise.resolve(results);
  rmSync(join(folder, "001.ogg"));
  expect(await clips.fetchNew(never)).toEqual({
    fetched: [join(folder, "000.ogg")],
    present: [join(folder, "001.ogg")],
    without: [{ index: 2, outcome: "failed", detail: "out of memory" }],
  });
  expect(from.asked).toEqual([itemIdOf(id, 1), itemIdOf(id, 0)]);
});

test("two pulls into one folder at a time do not spoil each other's files", async () => {
  const results = [made(0), made(1)];
  const [one, other] = await Promise.all([pull(source(results)), pull(source(results))]);
  expect([...one.fetched, ...one.present]).toHaveLength(2);
  expect([...other.fetched, ...other.present]).toHaveLength(2);
  expect(readdirSync(folder).sort()).toEqual(["000.ogg", "001.ogg"]);
});

test("a clip that arrives damaged is refused, and leaves no file", async () => {
  await expect(pull(source([made(0)], () => Buffer.from("noise")))).rejects.toThrow(
    "the clip of item 0 arrived damaged",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("a clip that cannot be written is reported in words, and leaves no file", async () => {
  mkdirSync(join(folder, "000.ogg"));
  await expect(pull(source([made(0)]))).rejects.toThrow(
    `${join(folder, "000.ogg")} cannot be written: a folder has that name`,
  );
  expect(readdirSync(folder)).toEqual(["000.ogg"]);
});

describe("names", () => {
  test.each<[pattern: string, customId: string | null, name: string]>([
    ["{index}-{custom_id}.{ext}", "rain", "007-rain.ogg"],
    ["{index}-{custom_id}.{ext}", null, "007.ogg"],
    ["{custom_id}/{index}.{ext}", "rain", "rain/007.ogg"],
    ["{item_id}.{ext}", null, "item_01J00000000000000000000000_7.ogg"],
    [
      "{index}-{custom_id}.{ext}",
      "../../etc/passwd",
      "007-__.._etc_passwd.ogg".replace("__..", "_/..").replace("/", "_"),
    ],
    ["{custom_id}.{ext}", "..", "_.ogg"],
    ["{custom_id}.{ext}", "a\0b\nc", "a_b_c.ogg"],
    ["{custom_id}.{ext}", "/etc/passwd", "_etc_passwd.ogg"],
    ["{custom_id}.{ext}", String.raw`C:\Windows\x`, "C__Windows_x.ogg"],
    ["{custom_id}.{ext}", "NUL", "_NUL.ogg"],
    ["{custom_id}.{ext}", "com1.tar", "_com1.tar.ogg"],
    ["{custom_id}.{ext}", "COM¹", "_COM¹.ogg"],
    ["{custom_id}/{index}.{ext}", "aux", "_aux/007.ogg"],
    ["{custom_id}/{index}.{ext}", "rain..", "rain_/007.ogg"],
    ["{custom_id}.{ext}", "コンサート e\u0301", "コンサート_é.ogg"],
    ["{custom_id}.{ext}", "a\u202egpj\u200b", "a_gpj_.ogg"],
    ["{custom_id}.{ext}", "-rf", "_rf.ogg"],
  ])("%s with the custom_id %j lies inside the folder", (pattern, customId, name) => {
    const [path] = clipPaths([made(7, customId)], 8, "/clips", pattern).values();
    expect(path).toBe(`/clips/${name}`);
  });

  test.each(["../{index}.{ext}", "/tmp/{index}.{ext}", "a/../../{index}.{ext}", "", "."])(
    "the pattern '%s' would write outside the folder and is refused",
    (pattern) => {
      expect(() => clipPaths([made(7)], 8, "/clips", pattern)).toThrow("would write outside /clips");
    },
  );

  test.each(["x", "é", "漢"])(
    "a custom_id of 5,000 times %s leaves a name that every disk holds, of whole characters",
    (character) => {
      const [path = ""] = clipPaths([made(7, character.repeat(5000))], 8, "/clips").values();
      expect(Buffer.byteLength(path)).toBeLessThan(200);
      expect(path).toMatch(/^\/clips\/007-.+\.ogg$/);
      expect(path.isWellFormed()).toBe(true);
    },
  );

  test.each([
    ["Rain", "rain"],
    ["straße", "STRASSE"],
    ["é", "e\u0301"],
  ])("%s and %s are one name where a disk takes no notice of the difference", (one, other) => {
    expect(() => clipPaths([made(0, one), made(1, other)], 2, "/clips", "{custom_id}.{ext}")).toThrow(
      "put {index} into --name",
    );
  });

  test("a pattern with a character that is not allowed in names is refused", () => {
    expect(() => clipPaths([made(7)], 8, "/clips", "a\0{index}.{ext}")).toThrow("control character");
  });

  test("two clips of one name, and a part that nobody knows, are refused", () => {
    expect(() => clipPaths([made(0, "a"), made(1, "b")], 2, "/clips", "clip.{ext}")).toThrow(
      "the clips of items 0 and 1 would both be /clips/clip.ogg; put {index} into --name",
    );
    expect(() => clipPaths([made(0)], 1, "/clips", "{seed}.{ext}")).toThrow("not {seed}");
  });
});
