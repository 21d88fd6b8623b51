import { expect, test } from "vitest";
import type { Candidate } from "../../../../worker/agent/jobs/admission.ts";
import { admissible, inTurn } from "../../../../worker/agent/jobs/admission.ts";

const fast: Candidate = { lease: { tier: "fast" }, suspect: false };
const plain: Candidate = { lease: { tier: "standard" }, suspect: false };
const suspect: Candidate = { lease: { tier: "standard" }, suspect: true };

test.each<[name: string, waiting: Candidate[], inEngine: Candidate[], expected: number]>([
  ["without a suspect all enter", [plain, plain], [plain], 2],
  ["a suspect waits until the engine is empty", [suspect, plain], [plain], 0],
  ["a suspect enters an empty engine alone", [suspect, plain, suspect], [], 1],
  ["nothing enters the engine beside a suspect", [plain], [suspect], 0],
  ["jobs before a suspect enter without it", [plain, plain, suspect], [plain], 2],
  ["when none waits, none enters", [], [], 0],
])("%s", (_name, waiting, inEngine, expected) => {
  expect(admissible(waiting, inEngine)).toBe(expected);
});

test("the fast tier goes first, and each tier in the order of arrival", () => {
  const [one, two, three, four] = [{ ...plain }, { ...fast }, { ...plain }, { ...fast }];
  const turn = inTurn([one, two, three, four]);
  expect(turn.map((candidate) => [one, two, three, four].indexOf(candidate))).toEqual([1, 3, 0, 2]);
});
