import { expect, test } from "vitest";
import { faultKinds } from "../../simulation/faults/hazards.ts";
import { Toll } from "../../simulation/soak/soak.ts";
import { operations, trouble } from "../../simulation/soak/trouble.ts";
import { failuresOf, verdictOf } from "./seeds.ts";

test.each([
  [1, 50],
  [51, 100],
  [101, 150],
])(
  "whatever goes wrong with seeds %i to %i, no invariant breaks",
  { timeout: 900_000 },
  async (first, last) => {
    expect(await failuresOf(first, last)).toEqual([]);
  },
);

test(
  "the seeds from 1 to 150 have every kind of fault, on every operation, and every kind of event",
  { timeout: 900_000 },
  async () => {
    const seeds = Array.from({ length: 150 }, (_, index) => index + 1);
    const scenarios = seeds.map((seed) => trouble(seed));
    const kinds = new Set(scenarios.flatMap(({ happenings }) => happenings.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(["advise", "interrupt", "kill", "reclaim", "refuse", "stop"]);
    expect(scenarios.some(({ orders }) => orders.some(({ cancel }) => cancel !== undefined))).toBe(true);
    expect(scenarios.some(({ orders }) => orders.some(({ budget }) => budget !== undefined))).toBe(true);
    expect(scenarios.some(({ settings }) => settings.rescue !== undefined)).toBe(true);
    expect(scenarios.some(({ settings }) => settings.budgets.day_usd < 0.1)).toBe(true);
    const toll = new Toll();
    // And one in which a machine is looked up that no ledger has: that is rare.
    for (const seed of [...seeds, 374]) toll.add((await verdictOf(seed)).report);
    expect(Object.keys(toll.faultsByKind).sort()).toEqual([...faultKinds].sort());
    expect(Object.keys(toll.faultsByOperation)).toEqual(expect.arrayContaining([...operations]));
    expect(toll.lostRaces).toBeGreaterThan(0);
    expect(toll.interruptions).toBeGreaterThan(0);
  },
);
