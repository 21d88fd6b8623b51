/**
 * The bench's quick model of a fleet beside the real launcher and agent: the same day must make the same clips at about
 * the same cost. Why only about: docs/policy.md, "How it was compared".
 */
import { expect, test } from "vitest";
import { playRow } from "../../bench/policy/play.ts";
import type { Request, Workload } from "../../bench/policy/workloads.ts";
import { around, calmMarket, hardMarket, upTo, type Market } from "../../simulation/played/market.ts";
import { models, plainDay, stageSettings, t4, type Scenario } from "../../simulation/scenario.ts";
import { play } from "../../simulation/world.ts";

const minuteMs = 60_000;
const lengthMs = 24 * 60 * minuteMs;
const hourS = 3600;
/** The bench takes a model's pace to be known: this batch teaches it to the simulated fleet, an hour before the rest. */
const lesson: Request = { atS: 0, count: 10, seconds: 10 };
/** The bench's boots: the launch to the agent, and the model's load of 20 s. */
const bootMs: Scenario["bootMs"] = [150_000, 240_000];

interface Day {
  readonly market: Market;
  readonly model: "small" | "medium";
  readonly requests: readonly Request[];
}

function onTheBench({ market, model, requests }: Day) {
  const workload: Workload = { name: "a day", model, isBigBatch: false, requests };
  const row = playRow("ours_standard", { types: ["g4dn.xlarge"], group: "any", market, workload, seed: 1 });
  return {
    machines: row.boots,
    clips: row.jobs - row.jobs_lost,
    usd: row.cost_usd,
    interruptions: row.interruptions,
  };
}

async function simulated({ market, model, requests }: Day) {
  const id = models[model];
  const engine = t4[id];
  const settings = stageSettings();
  const served = settings.models.filter((one) => one.id === id);
  if (engine === undefined) throw new Error(`expected a T4 to run ${id}`);
  const { report, violations } = await play(
    {
      ...plainDay(1),
      // The bench's prices are those of the machine alone.
      settings: {
        ...settings,
        models: served,
        volume: { ...settings.volume, usd_per_gb_month: 0 },
        public_ipv4_usd_per_hour: 0,
      },
      market,
      engines: { [id]: engine },
      bootMs,
      orders: requests.map(({ atS, count, seconds }) => ({
        atMs: atS * 1000,
        model: id,
        speed: "standard",
        clips: Array.from({ length: count }, () => seconds),
      })),
    },
    false,
  );
  expect(violations).toEqual([]);
  return {
    machines: report.machines,
    clips: report.items_succeeded,
    usd: report.cost_usd,
    interruptions: report.interruptions,
  };
}

const flapping = hardMarket("flapping", 9, lengthMs, {
  zones: 3,
  upMs: around(12 * minuteMs),
  downMs: around(12 * minuteMs),
  machines: upTo(4),
});
const batch = (hour: number, count: number): Request => ({ atS: hour * hourS, count, seconds: 30 });
const everyTenMinutes = Array.from({ length: 18 }, (_, place): Request => batch(1 + place / 6, 1));

test.each<{ name: string; day: Day; clips: number; interruptions: number }>([
  {
    name: "a large batch",
    day: { market: calmMarket(4, lengthMs), model: "medium", requests: [lesson, batch(1, 200)] },
    clips: 210,
    interruptions: 0,
  },
  {
    name: "single clips every ten minutes",
    day: { market: calmMarket(5, lengthMs), model: "small", requests: [lesson, ...everyTenMinutes] },
    clips: 28,
    interruptions: 0,
  },
  {
    name: "batches on machines that EC2 takes back",
    day: {
      market: flapping,
      model: "medium",
      requests: [lesson, ...[1, 2, 3].map((hour) => batch(hour, 150))],
    },
    clips: 460,
    interruptions: 3,
  },
])(
  "$name: the bench and the simulation make the same clips, with as many machines within a quarter, for the same USD within 15 %",
  async ({ day, clips, interruptions }) => {
    const [bench, simulation] = [onTheBench(day), await simulated(day)];
    expect([bench.clips, simulation.clips]).toEqual([clips, clips]);
    for (const one of [bench, simulation]) expect(one.interruptions).toBeGreaterThanOrEqual(interruptions);
    expect(simulation.machines / bench.machines).toBeGreaterThanOrEqual(0.75);
    expect(simulation.machines / bench.machines).toBeLessThanOrEqual(1.25);
    expect(simulation.usd / bench.usd).toBeGreaterThan(0.85);
    expect(simulation.usd / bench.usd).toBeLessThan(1.15);
  },
);
