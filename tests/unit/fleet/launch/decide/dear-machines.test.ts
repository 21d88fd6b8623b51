import { expect, test } from "vitest";
import { instanceIdSchema } from "../../../../../shared/contract/ids.ts";
import { dearMachines } from "../../../../../shared/fleet/launch/decide/dear-machines.ts";
import type { Pool } from "../../../../../shared/ports.ts";
import { aMachine } from "../../observation.ts";
import { testSettings } from "../../settings.ts";
import type { Machine } from "../../../../../shared/fleet/machines/phase.ts";
import { priceCap } from "../../../../../shared/billing/prices.ts";

const id = instanceIdSchema.parse("i-0123456789abcdef0");
const machine: Machine = {
  ...aMachine,
  instanceId: id,
  launchedMs: 0,
};
/** Over the cap of 0.40 for all of the time that is looked back on. */
const dear: Pool = {
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  subnetId: "subnet-a",
  priceUsdPerHour: 0.45,
  priceSinceMs: 0,
  lowestUsdPerHour: 0.41,
};

test.each<[name: string, change: { machine?: Partial<Machine>; pool?: Partial<Pool> }, drained: boolean]>([
  ["a machine whose zone has been over the cap for all of the time", {}, true],
  ["a machine that still boots there", { machine: { phase: "booting" } }, true],
  ["a price that was at the cap a moment ago", { pool: { lowestUsdPerHour: 0.4 } }, false],
  ["a price that has just risen", { pool: { lowestUsdPerHour: 0.2 } }, false],
  ["a zone whose price nobody knows", { pool: { priceUsdPerHour: null, lowestUsdPerHour: null } }, false],
  ["a machine of another zone", { machine: { zone: "zone-b" } }, false],
  ["a machine on demand, whose price stays as it is", { machine: { market: "on_demand" } }, false],
  ["a machine that leaves already", { machine: { phase: "leaving" } }, false],
  ["a machine that does not answer", { machine: { phase: "silent" } }, false],
  ["a machine that has ended", { machine: { phase: "ended" } }, false],
])("%s is drained: %o %s", (_name, change, drained) => {
  const seen = { machines: [{ ...machine, ...change.machine }], pools: [{ ...dear, ...change.pool }] };
  expect(dearMachines(seen, testSettings).map(({ instanceId }) => instanceId)).toEqual(drained ? [id] : []);
});

test("the reason names the zone, its price and the cap", () => {
  expect(dearMachines({ machines: [machine], pools: [dear] }, testSettings)).toEqual([
    {
      instanceId: id,
      reason: "price",
      zone: "zone-a",
      detail: "the spot price of zone-a is 0.45, over 0.4 USD an hour for 10 minutes",
    },
  ]);
});

test("the cap is the price on demand where that is lower", () => {
  expect(
    priceCap({ ...testSettings.instance_types[0], max_spot_price_usd: 0.9, on_demand_price_usd: 0.5 }),
  ).toBe(0.5);
});
