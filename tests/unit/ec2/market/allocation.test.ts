import { describe, expect, test } from "vitest";
import { allocate, type OfferedPool } from "../../../../local/ec2/market/allocation.ts";

const pool = (zone: string, usdPerHour: number, change: Partial<OfferedPool> = {}): OfferedPool => ({
  zone,
  subnetId: `subnet-${zone}`,
  instanceType: "g4dn.xlarge",
  usdPerHour,
  maxUsdPerHour: null,
  free: Infinity,
  refusal: null,
  ...change,
});

const outcome = (pools: readonly OfferedPool[], count: number): unknown => {
  const { grants, errors } = allocate(pools, count);
  return {
    grants: grants.map(({ pool: { zone }, count: granted }) => [zone, granted]),
    errors: errors.map(({ pool: { zone }, code }) => [zone, code]),
  };
};

describe("a fleet takes its machines", () => {
  test.each<[string, readonly OfferedPool[], number, unknown]>([
    [
      "from the cheapest pool, and says nothing of the others",
      [pool("a", 0.3), pool("b", 0.2), pool("c", 0.25)],
      2,
      { grants: [["b", 2]], errors: [] },
    ],
    [
      "from the next pool when the cheapest is dry, and names the dry one",
      [pool("a", 0.3), pool("b", 0.2, { free: 0 })],
      1,
      { grants: [["a", 1]], errors: [["b", "InsufficientInstanceCapacity"]] },
    ],
    [
      "from two pools when the cheapest has room for some of them",
      [pool("a", 0.3), pool("b", 0.2, { free: 1 })],
      3,
      {
        grants: [
          ["b", 1],
          ["a", 2],
        ],
        errors: [["b", "InsufficientInstanceCapacity"]],
      },
    ],
    [
      "without an error when the last place was taken by the last machine",
      [pool("b", 0.2, { free: 2 })],
      2,
      { grants: [["b", 2]], errors: [] },
    ],
    [
      "not at all when every pool is dry, with one error a pool and not one a machine",
      [pool("a", 0.3, { free: 0 }), pool("b", 0.2, { free: 0 })],
      5,
      {
        grants: [],
        errors: [
          ["b", "InsufficientInstanceCapacity"],
          ["a", "InsufficientInstanceCapacity"],
        ],
      },
    ],
    [
      "not from a zone that holds more than its new capacity",
      [pool("a", 0.3, { free: -2 })],
      1,
      { grants: [], errors: [["a", "InsufficientInstanceCapacity"]] },
    ],
    [
      "not where the price is over the bid",
      [pool("a", 0.3, { maxUsdPerHour: 0.29 }), pool("b", 0.4, { maxUsdPerHour: 0.4 })],
      1,
      { grants: [["b", 1]], errors: [["a", "SpotMaxPriceTooLow"]] },
    ],
    [
      "not from a pool that the request itself spoils",
      [pool("a", 0.3, { refusal: { code: "InvalidSubnetID.NotFound", message: "no" } })],
      1,
      { grants: [], errors: [["a", "InvalidSubnetID.NotFound"]] },
    ],
  ])("%s", (_name, pools, count, expected) => {
    expect(outcome(pools, count)).toEqual(expected);
  });
});
