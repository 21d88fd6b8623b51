import fc from "fast-check";
import { expect, test } from "vitest";
import { clipsOf, itemsOf } from "../../../../shared/batch/submit/clips.ts";
import { seedSchema } from "../../../../shared/contract/api/parameters.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";

/** As people choose them: small ones, and any. */
const seedNumber = fc.oneof(fc.nat(50), fc.maxSafeNat());
const row = (first: number, length: number): readonly number[] =>
  Array.from({ length }, (_, place) => first + place);

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

test("variations have ids with -1, -2, and the first has the seed that was given", () => {
  const clips = clipsOf({
    items: [{ prompt: "p", custom_id: "a", seed: 9_007_199_254_740_991, variations: 3 }, { prompt: "q" }],
  });
  expect(clips.map(({ requestIndex, customId, seed }) => [requestIndex, customId, seed])).toEqual([
    [0, "a-1", 9_007_199_254_740_991],
    [0, "a-2", 1_292_106_377_066_186],
    [0, "a-3", 1_715_780_902_643_710],
    [1, null, null],
  ]);
});

const seedsOf = (seeds: readonly number[], variations: number): readonly (number | null)[] =>
  clipsOf({ items: seeds.map((seed) => ({ prompt: "p", seed, variations })) }).map(({ seed }) => seed);

test("seeds 1 and 2 with two variations each are four clips, and their seeds stay what they are", () => {
  expect(seedsOf([1, 2], 2)).toEqual([1, 5_103_132_997_656_651, 2, 5_324_963_733_279_466]);
  expect(seedsOf([0], 3)).toEqual([0, 7_956_156_453_446_585, 3_886_858_653_415_212]);
});

test("seeds in a row never meet, from wherever the row begins", () => {
  expect(new Set(seedsOf(row(1, 1000), 8)).size).toBe(8000);
  fc.assert(
    fc.property(seedNumber, fc.integer({ min: 1, max: 8 }), (first, variations) => {
      const seeds = row(Math.min(first, Number.MAX_SAFE_INTEGER - 199), 200);
      expect(new Set(seedsOf(seeds, variations)).size).toBe(200 * variations);
    }),
  );
});

test("no seeds of one batch meet, and all are seeds that the engine takes", () => {
  fc.assert(
    fc.property(fc.uniqueArray(seedNumber, { minLength: 1, maxLength: 300 }), (seeds) => {
      const derived = seedsOf(seeds, 8);
      expect(new Set(derived).size).toBe(8 * seeds.length);
      for (const seed of derived) expect(seedSchema.safeParse(seed).success).toBe(true);
    }),
  );
});

test("a variation has the same seed whatever the number of variations", () => {
  expect(seedsOf([7], 8).slice(0, 3)).toEqual(seedsOf([7], 3));
});

test("one variation keeps its id as it is", () => {
  expect(clipsOf({ items: [{ prompt: "p", custom_id: "a", variations: 1 }] })[0]?.customId).toBe("a");
});

test("a seed that was not given is drawn, another for each clip", () => {
  const items = itemsOf(clipsOf({ items: [{ prompt: "p", variations: 8 }] }), new SeededRandom(3));
  expect(new Set(items.map(({ seed }) => seed)).size).toBe(8);
  expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test.each<[name: string, reuse: boolean | undefined, expected: readonly boolean[]]>([
  ["unless it is said otherwise, clips whose seed is given may be reused", undefined, [true, true, false]],
  ["with reuse, clips with a drawn seed may be reused too", true, [true, true, true]],
  ["without reuse, no clip may", false, [false, false, false]],
])("%s", (_name, reuse, expected) => {
  const request = { reuse, items: [{ prompt: "p", seed: 1, variations: 2 }, { prompt: "q" }] };
  expect(clipsOf(request).map((clip) => clip.reuse)).toEqual(expected);
});
