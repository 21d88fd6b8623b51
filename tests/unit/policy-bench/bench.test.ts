/** The bench itself: the machines that it counts with, the shape that it answers in, and that it is the same twice. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { calmMarket } from "../../../simulation/played/market.ts";
import type { Job, Policy } from "../../../bench/policy/fleet-model.ts";
import { FleetModel } from "../../../bench/policy/fleet-model.ts";
import { policyNames } from "../../../bench/policy/policies/policies.ts";
import { mean, median } from "../../../bench/policy/averages.ts";

const dayMs = 86_400_000;
const engine = { model: "small", slots: 2, fullRate: 10, latencyClips: 0, loadMs: 0 };
const job = (change: Partial<Job> = {}): Job => ({
  batch: 0,
  atS: 0,
  seconds: 100,
  isFast: false,
  deadlineS: 900,
  leftSeconds: 100,
  doneS: null,
  receives: 0,
  ...change,
});
/** One machine as soon as something waits. */
const eager = (change: Partial<Policy> = {}): Policy => ({
  name: "eager",
  resumes: true,
  twoQueues: true,
  idleExitS: 60,
  act: (fleet) => {
    if (fleet.alive.length === 0 && fleet.openCount > 0) fleet.launch(1);
    return Infinity;
  },
  ...change,
});
const always = calmMarket(1, dayMs);
/** One zone that loses its machines after so long, for ten minutes. */
const dryAfter = (seconds: number) => ({
  name: "dry",
  zones: [
    {
      zone: "zone-a",
      steps: [
        { fromMs: 0, capacity: 4, priceUsdPerHour: 0.36 },
        { fromMs: seconds * 1000, capacity: 0, priceUsdPerHour: 0.36 },
        { fromMs: (seconds + 600) * 1000, capacity: 4, priceUsdPerHour: 0.36 },
      ],
    },
  ],
});

test("a machine boots, makes its clips at the engine's rate, waits out its idle time, and is billed for all of it", () => {
  const fleet = new FleetModel(always, [job(), job(), job()], engine, eager(), 1);
  fleet.run(dayMs);
  const [machine] = fleet.machines;
  const bootS = machine?.readyS ?? NaN;
  // Two of 100 s side by side at 10 s a second, then the third.
  expect(fleet.jobs.map(({ doneS }) => Math.round((doneS ?? NaN) - bootS))).toEqual([20, 20, 30]);
  expect(machine?.idleS).toBeCloseTo(60);
  expect(machine?.endedS).toBeCloseTo(bootS + 90);
  expect(bootS).toBeGreaterThan(170);
  expect(bootS).toBeLessThan(260);
});

test("people's clips go before the rest where a policy has two queues", () => {
  const jobs = () => [job(), job(), job(), job({ isFast: true })];
  const done = (policy: Policy): number => {
    const fleet = new FleetModel(always, jobs(), { ...engine, slots: 1 }, policy, 1);
    fleet.run(dayMs);
    return (fleet.jobs.find(({ isFast }) => isFast)?.doneS ?? NaN) - (fleet.machines[0]?.readyS ?? NaN);
  };
  expect(done(eager())).toBeCloseTo(10);
  expect(done(eager({ twoQueues: false }))).toBeCloseTo(40);
});

test.each<[name: string, change: Partial<Policy>, lostS: number]>([
  ["is kept by a policy that resumes", {}, 0],
  ["is lost by one that does not", { resumes: false }, 1800],
])(
  "what an interrupted clip has made %s, and what EC2 takes in the first hour is free",
  (_name, change, lostS) => {
    // Announced a minute after the boot, and taken two minutes later: 180 s at 10 audio seconds a second.
    const bootS = new FleetModel(always, [], engine, eager(), 1).bootS(0);
    const jobs = [job({ seconds: 12_000, leftSeconds: 12_000 })];
    const policy = eager({
      ...change,
      act: (fleet) => {
        if (fleet.serving.length === 0 && fleet.openCount > 0) fleet.launch(1);
        return fleet.nowS + 60;
      },
    });
    const fleet = new FleetModel(dryAfter(bootS + 60), jobs, engine, policy, 1);
    fleet.run(dayMs);
    expect(fleet.interruptions).toBe(1);
    expect(Math.round(fleet.lostS)).toBe(lostS);
    const [taken, other] = fleet.machines;
    expect(taken === undefined ? NaN : fleet.costOf(taken)).toBe(0);
    expect(other === undefined ? 0 : fleet.costOf(other)).toBeGreaterThan(0.1);
    expect(fleet.jobs[0]?.doneS).not.toBeNull();
  },
);

test("a median of two is their mean, and there is none of none", () => {
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
  expect([median([]), mean([])]).toEqual([null, null]);
});

test("the bench answers in the shape that its documentation tells, and the same for the same seed", async () => {
  const run = async (): Promise<string> => {
    const options = ["bench/policy/main.ts", "--quick", "--json", "--seed", "3"];
    const { stdout } = await promisify(execFile)(process.execPath, options, { maxBuffer: 2 ** 26 });
    return stdout;
  };
  const text = await run();
  const { rows } = JSON.parse(text) as { rows: Record<string, unknown>[] };
  expect(new Set(rows.map(({ policy }) => policy))).toEqual(new Set([...policyNames, "bound"]));
  const fields =
    "scenario policy cost_usd cost_over_bound p50_s p95_s boots idle_s interruptions lost_s jobs_lost";
  for (const row of rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(fields.split(" ")));
  expect(rows.filter(({ jobs_lost: lost }) => lost !== 0)).toEqual([]);
  const scenarios = new Set(rows.map(({ scenario }) => scenario));
  // Three workloads on a calm market, a hard one, and one of two machine types.
  expect(scenarios.size).toBe(9);
  expect(await run()).toBe(text);
});
