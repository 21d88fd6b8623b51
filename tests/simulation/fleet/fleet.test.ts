import { expect, test } from "vitest";
import { readLedger } from "../../../shared/billing/ledger/ledger.ts";
import { FleetSimulation } from "./fleet-simulation.ts";

/** MGB_SEEDS=from-to plays others, such as the one that a failure names. */
const [from = 1, to = 20] = (process.env["MGB_SEEDS"] ?? "")
  .split("-")
  .flatMap((text) => (text === "" ? [] : [Number(text)]));
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);

test.each(seeds)(
  "seed %d: an hour of faults breaks no rule of the fleet, and the calm after it puts all right",
  async (seed) => {
    const simulation = new FleetSimulation(seed);
    await simulation.runRough(60);
    await simulation.runCalm(1);
    simulation.open();
    // The longest wait is a breaker's half hour, the longest work an economy batch's hour.
    await simulation.runCalm(200);
    expect.soft(simulation.violations).toEqual([]);
    expect.soft(simulation.openAudioSeconds, "work that nobody did").toBe(0);
    expect.soft(simulation.alive(), "machines that nobody ended").toEqual([]);
    const ledger = await readLedger(simulation.store, "2026-01-01");
    expect.soft(Object.values(ledger.instances).filter(({ ended_at }) => ended_at === null)).toEqual([]);
  },
);

test.each(seeds)(
  "seed %d: a stop at any moment of a launch is never proven too early, and in the end is",
  async (seed) => {
    for (let history = 0; history < 8; history += 1) {
      const simulation = new FleetSimulation(seed * 100 + history + 500_000);
      await simulation.runStopInLaunch();
      await simulation.runCalm(10);
      const where = `history ${history}`;
      expect.soft(simulation.violations, where).toEqual([]);
      expect.soft(simulation.alive(), where).toEqual([]);
      expect.soft((await simulation.stopView()).state, where).toBe("stopped");
    }
  },
);
