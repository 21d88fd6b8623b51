/** An engine of which nothing is measured yet, and first guesses that are far off: its deadlines are kept all the same. */
import { describe, expect, test } from "vitest";
import { calmMarket } from "../../simulation/played/market.ts";
import type { EngineSpeed } from "../../simulation/played/simulated-engine.ts";
import { models, stageSettings, t4 } from "../../simulation/scenario.ts";
import { trouble } from "../../simulation/soak/trouble.ts";
import type { Order } from "../../simulation/played/workload.ts";
import { play } from "../../simulation/world.ts";
import { untroubled } from "./untroubled.ts";

const minuteMs = 60_000;

interface Guesses {
  /** The configuration's first guess, as a share of what the engine does. */
  readonly configured: number;
  /** The engine's own, by its trial at the start. */
  readonly atStart: number;
}

/** @returns by how many seconds the last clip came before (or, negative, after) its deadline */
async function sparedSeconds(order: Order, { configured, atStart }: Guesses): Promise<number> {
  const engine = t4[order.model];
  const settings = stageSettings();
  const model = settings.models.find(({ id }) => id === order.model);
  if (engine === undefined || model === undefined) throw new Error(`expected a T4 to run ${order.model}`);
  const told: NonNullable<EngineSpeed["told"]> = { atStart, measured: 1, afterClips: 8 };
  const { report, violations } = await play(
    {
      ...untroubled(trouble(2)),
      settings: {
        ...settings,
        models: [{ ...model, audio_seconds_per_gpu_second: engine.fullRate * configured }],
      },
      engines: { [order.model]: { ...engine, told } },
      orders: [order],
      bootMs: [130_000, 220_000],
      market: calmMarket(1, 24 * 60 * minuteMs),
      timeToEndMs: 10 * 60 * minuteMs,
    },
    false,
  );
  expect(violations).toEqual([]);
  expect(report.items_succeeded).toBe(order.clips.length);
  return settings.speeds[order.speed].target_seconds - (report.turnaround_max_s ?? Infinity);
}

const order = (model: string, speed: Order["speed"], count: number, seconds: number): Order => ({
  atMs: 0,
  model,
  speed,
  clips: Array.from({ length: count }, () => seconds),
});
const right: Guesses = { configured: 1, atStart: 1 };

describe.each<[name: string, order: Order]>([
  ["a fast batch for several machines", order(models.medium, "fast", 90, 10)],
  ["a standard batch for several machines", order(models.medium, "standard", 250, 30)],
  ["an economy batch", order(models.medium, "economy", 250, 30)],
])("%s", (_name, batch) => {
  test("is in time when both guesses are right", async () => {
    expect(await sparedSeconds(batch, right)).toBeGreaterThan(0);
  });

  test.each<[name: string, guesses: Guesses]>([
    ["the engine's trial says five times too much", { ...right, atStart: 5 }],
    ["the engine's trial says a fifth", { ...right, atStart: 0.2 }],
    ["the configuration says five times too much", { ...right, configured: 5 }],
    ["the configuration says a fifth", { ...right, configured: 0.2 }],
    ["both say five times too much", { configured: 5, atStart: 5 }],
    ["both say a fifth", { configured: 0.2, atStart: 0.2 }],
  ])("is in time when %s", async (_guess, guesses) => {
    expect(await sparedSeconds(batch, guesses)).toBeGreaterThan(0);
  });
});
