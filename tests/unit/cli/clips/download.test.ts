import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Downloader } from "../../../../cli/clips/download.ts";
import type { ResultView } from "../../../../shared/contract/api/api.ts";
import { batchIdOf, itemIdOf } from "../../../../shared/contract/ids.ts";

const id = batchIdOf("01J00000000000000000000000");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mgb-download-"));
});
afterEach(() => rm(folder, { recursive: true }));

const failed = (index: number): ResultView => ({
  item_id: itemIdOf(id, index),
  index,
  custom_id: `clip-${index}`,
  outcome: "failed",
  finished_at: "2026-01-01T00:00:00Z",
  audio: null,
  error: null,
  provenance: null,
  licence: "CC-BY-NC-4.0",
  gpu_seconds: 0,
  steps: 0,
  interruptions: 0,
  receipt: null,
});
const made = (index: number): ResultView => ({
  ...failed(index),
  outcome: "succeeded",
  audio: {
    url: "/audio",
    format: "ogg",
    bytes: 4,
    sample_rate: 32_000,
    sha256: "0".repeat(64),
    duration_seconds: 1,
    checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
  },
});

test("each clip is fetched once, while the batch still runs, and is told of by its path", async () => {
  const results = [made(1)];
  const asked: string[] = [];
  const source = {
    results: () => Promise.resolve(results),
    audio: (item: string) => {
      asked.push(item);
      return Promise.resolve(Buffer.from("OggS"));
    },
  };
  const downloader = new Downloader(source, { id, total: 3 }, folder);

  expect(await downloader.fetchNew()).toEqual({
    files: [join(folder, "001-clip-1.ogg")],
    withoutAudio: [],
  });
  results.push(failed(2), made(0));
  expect(await downloader.fetchNew()).toEqual({
    files: [join(folder, "000-clip-0.ogg")],
    withoutAudio: [failed(2)],
  });
  expect(asked).toEqual([itemIdOf(id, 1), itemIdOf(id, 0)]);
  expect((await readdir(folder)).sort()).toEqual(["000-clip-0.ogg", "001-clip-1.ogg"]);
  expect(await readFile(join(folder, "001-clip-1.ogg"), "utf8")).toBe("OggS");
});
