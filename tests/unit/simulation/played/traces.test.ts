/** Measured markets: what the two formats mean, and what is said of files that are none. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { shifted } from "../../../../simulation/played/market.ts";
import {
  marketFromTrace,
  marketFromTypesTrace,
  traceFile,
  tracesIn,
} from "../../../../simulation/played/traces.ts";

type Runs = readonly (readonly [value: number, samples: number])[];
const runs: Runs = [
  [1, 3],
  [0, 2],
  [1, 5],
];
/** Made up for the test: 1,000 seconds. */
const oneType = {
  format: "spot-trace/1",
  name: "made-up",
  kind: "availability",
  probeSize: 1,
  intervalSeconds: 100,
  samples: 10,
  zones: [{ zone: "zone-a", capacity: runs }],
};
const twoTypes = {
  ...oneType,
  format: "spot-trace/2",
  region: "nowhere-1",
  types: { first: { measuredAs: "a machine" }, second: { measuredAs: "another" } },
  zones: [
    { type: "first", zone: "zone-a", capacity: runs },
    {
      type: "second",
      zone: "zone-a",
      capacity: [
        [0, 4],
        [1, 6],
      ] as Runs,
    },
  ],
};
const types = {
  first: { instanceType: "g4dn.xlarge", dearer: 1 },
  second: { instanceType: "g5.xlarge", dearer: 2 },
};
const fileOf = (trace: unknown) => ({ name: "made-up.json", text: JSON.stringify(trace) });
const capacities = (steps: readonly { fromMs: number; capacity: number }[]) =>
  steps.map(({ fromMs, capacity }) => [fromMs, capacity]);

test("a trace is decoded by its run lengths, from any offset", () => {
  const market = marketFromTrace(fileOf(oneType), 1);
  expect(market.zones.map(({ steps }) => capacities(steps))).toEqual([
    [
      [0, 4],
      [300_000, 0],
      [500_000, 4],
    ],
  ]);
  expect(shifted(market, 400_000).zones.map(({ steps }) => capacities(steps))).toEqual([
    [
      [0, 0],
      [100_000, 4],
    ],
  ]);
});

test("a trace of two types has a pool for each type and zone, with shortages and prices of its own", () => {
  const { zones } = marketFromTypesTrace(fileOf(twoTypes), 1, types);
  expect(zones.map(({ instanceType, zone }) => [instanceType, zone])).toEqual([
    ["g4dn.xlarge", "zone-a"],
    ["g5.xlarge", "zone-a"],
  ]);
  expect(zones.map(({ steps }) => capacities(steps))).toEqual([
    [
      [0, 4],
      [300_000, 0],
      [500_000, 4],
    ],
    [
      [0, 0],
      [400_000, 4],
    ],
  ]);
  const [first, second] = zones.map(({ steps }) => steps[0]?.priceUsdPerHour ?? NaN);
  expect(first).toBeLessThanOrEqual(0.25);
  expect(second).toBeGreaterThanOrEqual(0.32);
});

describe("a file that is no trace of two types", () => {
  const zone = (change: object) => ({
    ...twoTypes,
    zones: [{ ...twoTypes.zones[0], ...change }, twoTypes.zones[1]],
  });
  test.each<[name: string, trace: unknown, said: string]>([
    [
      "is of one type: both formats are named",
      oneType,
      "format: expected 'spot-trace/2', a trace of two machine types, got \"spot-trace/1\"",
    ],
    [
      "names no format",
      { ...twoTypes, format: undefined },
      "format: expected 'spot-trace/2', a trace of two machine types, got none",
    ],
    ["is a list", [twoTypes], "(root): "],
    ["has a zone without its type", zone({ type: undefined }), "zones.0.type: "],
    ["has a third type", zone({ type: "third" }), "zones.0.type: "],
    [
      "lacks the second type",
      { ...twoTypes, zones: [twoTypes.zones[0]] },
      "zones: no zone has the type 'second'",
    ],
    ["has a pool twice", zone({ type: "second" }), "zones.1: zone-a of the second type is there twice"],
    ["has no zone", { ...twoTypes, zones: [] }, "zones: "],
    ["has a zone with a slash", zone({ zone: "a/b" }), "zones.0.zone: expected letters, digits and hyphens"],
    [
      "counts too few samples",
      zone({ capacity: [[1, 9]] }),
      "zones.0.capacity: its counts add up to 9, and 'samples' is 10",
    ],
    [
      "has prices for too many samples",
      zone({ priceUsdPerHour: [[0.2, 11]] }),
      "zones.0.priceUsdPerHour: its counts add up to 11, and 'samples' is 10",
    ],
    [
      "had more machines than it asked for",
      zone({ capacity: [[2, 10]] }),
      "zones.0.capacity: expected whole numbers from 0 to 'probeSize', 1, got 2",
    ],
    [
      "had a part of a machine",
      zone({ capacity: [[0.5, 10]] }),
      "expected whole numbers from 0 to 'probeSize', 1, got 0.5",
    ],
    ["has samples without run lengths", zone({ capacity: [1, 0, 1] }), "zones.0.capacity.0: "],
    [
      "has a run of no length",
      zone({
        capacity: [
          [1, 10],
          [0, 0],
        ],
      }),
      "zones.0.capacity.1.1: ",
    ],
    ["has no time between samples", { ...twoTypes, intervalSeconds: 0 }, "intervalSeconds: "],
  ])("%s", (_name, trace, said) => {
    const read = () => marketFromTypesTrace(fileOf(trace), 1, types);
    expect(read).toThrow("made-up.json is no trace that can be played:\n");
    expect(read).toThrow(said);
  });

  test("is not JSON", () => {
    const read = () => marketFromTypesTrace({ name: "notes.json", text: "no capacity" }, 1, types);
    expect(read).toThrow("notes.json is not JSON: ");
  });
});

test("a trace of two types is refused where one of one type is asked for", () => {
  expect(() => marketFromTrace(fileOf(twoTypes), 1)).toThrow(
    "format: expected 'spot-trace/1', a trace of one machine type, got \"spot-trace/2\"",
  );
});

test("a folder's traces are read in the order of their names; a folder without any is told", () => {
  const folder = mkdtempSync(join(tmpdir(), "traces-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  expect(() => tracesIn(folder)).toThrow("has no trace: no file there ends in .json");
  for (const name of ["b.json", "a.json", "README.md"]) writeFileSync(join(folder, name), "{}");
  expect(tracesIn(folder).map(({ name }) => name)).toEqual(["a.json", "b.json"]);
  expect(() => tracesIn(join(folder, "nowhere"))).toThrow("nowhere is no folder");
  expect(() => traceFile(join(folder, "nowhere.json"))).toThrow("nowhere.json cannot be read: ");
});
