import { expect, test } from "vitest";
import { memoryNeededGb, paceRatio, vcpusOf } from "../../../shared/contract/machine-types.ts";

test.each([
  ["g4dn.xlarge", 4],
  ["g5.xlarge", 4],
  ["g6f.2xlarge", 8],
  ["g6.4xlarge", 16],
  ["g4dn.12xlarge", 48],
])("%s counts as %i vCPUs against a quota", (type, vcpus) => {
  expect(vcpusOf(type)).toBe(vcpus);
});

test.each([
  ["g5.xlarge", "g4dn.xlarge", 1.875],
  ["g6.xlarge", "g4dn.xlarge", 0.9375],
  ["g4dn.xlarge", "g5.xlarge", 320 / 600],
  ["p9.xlarge", "g4dn.xlarge", 1],
])("%s is guessed to make what %s makes, times %f", (type, reference, ratio) => {
  expect(paceRatio(type, reference)).toBeCloseTo(ratio, 10);
});

test.each([
  ["facebook/musicgen-small", 4],
  ["facebook/musicgen-stereo-medium", 7],
  ["facebook/musicgen-melody", 7],
  ["facebook/musicgen-large", 11],
  ["facebook/musicgen-stereo-melody-large", 11],
  ["/opt/models/ours", null],
])("%s needs %s GB", (source, gb) => {
  expect(memoryNeededGb(source)).toBe(gb);
});
