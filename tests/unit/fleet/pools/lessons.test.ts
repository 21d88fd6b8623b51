import { expect, test } from "vitest";
import { lessonsOf, type Lesson } from "../../../../shared/fleet/pools/lessons.ts";
import type { ErrorClass, PoolError } from "../../../../shared/ports.ts";

const pools = ["zone-a", "zone-b"].map((zone) => ({
  zone,
  subnet_id: zone,
  instance_type: null,
  bid_usd_per_hour: null,
  price_usd_per_hour: 0.2,
  price_since: null,
}));
const error = (errorClass: ErrorClass, zone: string | null = null): PoolError => ({
  code: "Code",
  message: "why",
  zone,
  instanceType: "g4dn.xlarge",
  errorClass,
});
const left = (zone: string, forMs: number, reason: "capacity" | "not_offered" | "refused"): Lesson => ({
  kind: "leave_pool",
  pool: { instanceType: "g4dn.xlarge", zone },
  forMs,
  reason,
  code: "Code",
});

test.each<[name: string, errors: readonly PoolError[], launched: number, expected: readonly Lesson[]]>([
  [
    "a dry pool is left alone for a minute",
    [error("pool_dry", "zone-a")],
    0,
    [left("zone-a", 50_000, "capacity")],
  ],
  ["no capacity for the request as a whole teaches nothing of a pool", [error("no_capacity")], 0, []],
  ["a throttle teaches nothing of a pool", [error("again")], 0, []],
  [
    "a zone that does not offer the type is left out for six hours",
    [error("not_offered", "zone-a")],
    0,
    [left("zone-a", 6 * 3_600_000, "not_offered")],
  ],
  [
    "a type that is offered nowhere, no zone being named, holds launches",
    [error("not_offered")],
    0,
    [{ kind: "hold", reason: "refused", detail: "Code: why" }],
  ],
  [
    "a limit that each pool tells of is one lesson",
    [error("market_quota", "zone-a"), error("market_quota", "zone-b")],
    0,
    [{ kind: "quota", markets: ["spot"], detail: "Code: why" }],
  ],
  [
    "what is refused in every pool holds launches, once",
    [error("refused", "zone-a"), error("refused", "zone-b")],
    0,
    [{ kind: "hold", reason: "refused", detail: "Code: why" }],
  ],
  [
    "what is refused in one pool of two leaves that pool out for half an hour",
    [error("refused", "zone-a"), error("pool_dry", "zone-b")],
    0,
    [left("zone-a", 1_800_000, "refused"), left("zone-b", 50_000, "capacity")],
  ],
  [
    "what is not there yet in one pool, when another gave a machine, leaves that pool out for a minute",
    [error("not_there_yet", "zone-a")],
    1,
    [left("zone-a", 50_000, "refused")],
  ],
])("%s", (_name, errors, launched, expected) => {
  expect(lessonsOf({ market: "spot", instance_type: "g4dn.xlarge", pools }, errors, launched)).toEqual(
    expected,
  );
});

test("on demand, pools are asked so seldom that none is remembered, but a limit is its own market's", () => {
  const errors = [error("pool_dry", "zone-a"), error("market_quota", "zone-b")];
  expect(lessonsOf({ market: "on_demand", instance_type: "g4dn.xlarge", pools }, errors, 0)).toEqual([
    { kind: "quota", markets: ["on_demand"], detail: "Code: why" },
  ]);
});

test("of several types, an error leaves out the pool that it names, or all of a zone's where it names no type", () => {
  const [a] = pools;
  if (a === undefined) throw new Error("expected a pool");
  const both = ["g4dn.xlarge", "g5.xlarge"].map((instance_type) => ({ ...a, instance_type }));
  const launch = { market: "spot", instance_type: "g4dn.xlarge", pools: both } as const;
  const ofOne = { ...error("pool_dry", "zone-a"), instanceType: "g5.xlarge" };
  const ofAny = { ...error("pool_dry", "zone-a"), instanceType: null };
  const named = (of: PoolError): string[] =>
    lessonsOf(launch, [of], 0).flatMap((lesson) =>
      lesson.kind === "leave_pool" ? [lesson.pool.instanceType] : [],
    );
  expect(named(ofOne)).toEqual(["g5.xlarge"]);
  expect(named(ofAny)).toEqual(["g4dn.xlarge", "g5.xlarge"]);
  // The other type may be launched: what is refused of one is no refusal of the launch.
  expect(lessonsOf(launch, [{ ...ofOne, errorClass: "refused" }], 0)).toMatchObject([
    { kind: "leave_pool", pool: { instanceType: "g5.xlarge" } },
  ]);
});
