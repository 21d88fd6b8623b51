import { expect, test } from "vitest";
import { clipsOf, itemsOf } from "../../../shared/batch/expand.ts";
import { SeededRandom } from "../../../shared/memory/seeded-random.ts";

test("an item takes its own parameters first, then the batch's defaults, then ours", () => {
  const [clip] = clipsOf({
    defaults: { duration_seconds: 20, temperature: 0.5, output: { normalize: "none", fade_out_seconds: 2 } },
    items: [{ prompt: "p", temperature: 2, output: { format: "flac" } }],
  });
  expect(clip?.parameters).toEqual({
    duration_seconds: 20,
    temperature: 2,
    top_k: 250,
    top_p: 0,
    guidance_scale: 3,
    output: { format: "flac", normalize: "none", fade_out_seconds: 2 },
  });
});

test("a clip ends without a fade unless one is asked for", () => {
  const [clip] = clipsOf({ items: [{ prompt: "p" }] });
  expect(clip?.parameters.output).toEqual({ format: "wav", normalize: "loudness", fade_out_seconds: 0 });
});

test("variations have ids with -1, -2 and the seeds that follow the given one", () => {
  const clips = clipsOf({
    items: [{ prompt: "p", custom_id: "a", seed: 9_007_199_254_740_990, variations: 3 }, { prompt: "q" }],
  });
  expect(clips.map(({ requestIndex, customId, seed }) => [requestIndex, customId, seed])).toEqual([
    [0, "a-1", 9_007_199_254_740_990],
    [0, "a-2", 9_007_199_254_740_991],
    [0, "a-3", 0],
    [1, null, null],
  ]);
});

test("one variation keeps its id as it is", () => {
  expect(clipsOf({ items: [{ prompt: "p", custom_id: "a", variations: 1 }] })[0]?.customId).toBe("a");
});

test("a seed that was not given is drawn, another for each clip", () => {
  const items = itemsOf(clipsOf({ items: [{ prompt: "p", variations: 8 }] }), new SeededRandom(3));
  expect(new Set(items.map(({ seed }) => seed)).size).toBe(8);
  expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
