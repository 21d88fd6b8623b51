import { expect, test } from "vitest";
import { itemRequestSchema } from "../../../../shared/contract/api/batch-request.ts";
import { knownNames, nearestName } from "../../../../shared/contract/api/nearest-name.ts";

const known = Object.keys(itemRequestSchema.shape);

test.each<[given: string, meant: string | null]>([
  ["promt", "prompt"],
  ["prmopt", "prompt"],
  ["Prompt", "prompt"],
  ["PROMPT", "prompt"],
  [" prompt ", "prompt"],
  ["prompts", "prompt"],
  ["customId", "custom_id"],
  ["custom id", "custom_id"],
  ["topK", "top_k"],
  ["top-p", "top_p"],
  ["sed", "seed"],
  ["duration", "duration_seconds"],
  ["duration_second", "duration_seconds"],
  ["guidance", "guidance_scale"],
  ["temprature", "temperature"],
  ["variation", "variations"],
  ["webhook", null],
  ["tempo", null],
  ["constructor", null],
  ["id", null],
  ["", null],
  ["日本語", null],
  ["x".repeat(4_000_000), null],
])("a name that is not known: %j was meant to be %j", (given, meant) => {
  expect(nearestName(given, known)).toBe(meant);
});

test("of two names that a given one begins, none is guessed", () => {
  expect(nearestName("top", ["top_k", "top_p"])).toBeNull();
});

test("the hint names the nearest and all that are known", () => {
  expect(knownNames("sede", ["prompt", "seed"])).toBe("did you mean 'seed'? known: prompt, seed");
  expect(knownNames("tempo", ["prompt", "seed"])).toBe("known: prompt, seed");
  expect(knownNames("tempo", [])).toBe("none is known here");
});
