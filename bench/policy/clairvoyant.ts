/**
 * A policy that knows every arrival, boot and drought to come. Feasible, not optimal: it launches as late as the
 * target allows, and keeps an idle machine when the next job comes soon enough. How soon is chosen in hindsight:
 * the cheapest of a few gaps is what the table shows.
 */
import { rateWith } from "../../simulation/simulated-engine.ts";
import type { FleetModel, Job, Policy } from "./fleet-model.ts";
import { stepS } from "./fleet-model.ts";

const most = 8;
/** A drought is seen so far ahead. */
const horizonS = 1800;
/** What is tried for how long an idle machine waits. */
export const gapsS = [0, 30, 90, 215] as const;
/** Work that is late already is still done soon. */
const lateS = 60;

export class Clairvoyant implements Policy {
  readonly name = "clairvoyant";
  readonly resumes = true;
  readonly twoQueues = true;
  readonly #keepS: number;

  /** @param keepS an idle machine waits for a job that comes within so long. */
  constructor(keepS: number) {
    this.#keepS = keepS;
  }

  step(fleet: FleetModel): void {
    if (fleet.waiting.length === 0) this.#endIdle(fleet);
    const now = missing(fleet, fleet.nowS);
    const wanted = Number.isFinite(now) ? now : missing(fleet, fleet.nowS, lateS);
    if (wanted === 0) return;
    const laterS = nextChance(fleet);
    if (laterS !== null && missing(fleet, laterS) <= wanted) return;
    fleet.launch(Math.min(wanted, most - fleet.alive.length));
  }

  #endIdle(fleet: FleetModel): void {
    const gapS = (fleet.coming[0]?.atS ?? Infinity) - fleet.nowS;
    if (gapS <= this.#keepS) return;
    for (const machine of fleet.serving) if (machine.idleSinceS !== null) fleet.end(machine);
  }
}

/** The next moment at which EC2 has a machine. */
function nextChance(fleet: FleetModel): number | null {
  for (let atS = fleet.nowS + stepS; atS <= fleet.nowS + horizonS; atS += stepS)
    if (fleet.zones.some(({ zone }) => fleet.stepAt(zone, atS).capacity > 0)) return atS;
  return null;
}

/**
 * Machines to launch then, so that all that is here by then ends in time.
 * @param graceS given: what is late may end so long after the boot.
 * @returns Infinity when a job would be late whatever is launched.
 */
function missing(fleet: FleetModel, launchS: number, graceS?: number): number {
  const { serving, engine, nowS } = fleet;
  const readyS = launchS + fleet.bootS(fleet.machines.length);
  const due = [...fleet.open, ...arrivedBy(fleet, launchS)].sort((a, b) => a.deadlineS - b.deadlineS);
  const clips = Math.min(engine.slots, due.length);
  const clipS = (job: Job): number => (job.leftSeconds * clips) / rateWith(Math.max(1, clips), engine);
  let machines = 0;
  let workS = 0;
  for (const job of due) {
    workS += job.leftSeconds / engine.fullRate;
    const latestS = job.deadlineS;
    const byS = graceS === undefined ? latestS : Math.max(latestS, readyS + graceS + clipS(job));
    const supplyS = serving.reduce((sum, one) => sum + Math.max(0, byS - Math.max(nowS, one.readyS)), 0);
    if (workS <= supplyS) continue;
    if (readyS + clipS(job) > byS) return Infinity;
    machines = Math.max(machines, Math.ceil((workS - supplyS) / (byS - readyS)));
  }
  return due.length > 0 && serving.length === 0 ? Math.max(1, machines) : machines;
}

function arrivedBy({ coming }: FleetModel, atS: number): readonly Job[] {
  const end = coming.findIndex((job) => job.atS > atS);
  return end < 0 ? coming : coming.slice(0, end);
}
