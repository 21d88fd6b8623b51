/**
 * A policy that knows every arrival, boot and drought to come. Feasible, not optimal: it launches as late as the
 * target allows, and keeps an idle machine when the next job comes soon enough. How soon, and how long before a
 * deadline its plan ends, is chosen in hindsight.
 */
import { rateWith } from "../../../simulation/played/simulated-engine.ts";
import type { FleetModel, Job, Policy } from "../fleet-model.ts";

const most = 8;
/** What waits is looked at again after so long. */
const stepS = 5;
/** Work that is late already is still done soon. */
const lateS = 60;
/** Clips that arrive so soon after a boot run beside the ones that waited for it. */
const besideS = 30;

export interface Hindsight {
  /** An idle machine waits for a job that comes within so long. */
  readonly keepS: number;
  /** Work is planned to end so long before its deadline: sums of seconds know nothing of the last clips' length. */
  readonly tailS: number;
}
/** What is tried. */
export const hindsights: readonly Hindsight[] = [0, 15, 45, 90].flatMap((tailS) =>
  [0, 60].map((keepS) => ({ keepS, tailS })),
);

export class Clairvoyant implements Policy {
  readonly name = "clairvoyant";
  readonly resumes = true;
  readonly twoQueues = true;
  readonly idleExitS = Infinity;
  readonly #hindsight: Hindsight;
  #seen = "";
  #lookS = 0;

  constructor(hindsight: Hindsight) {
    this.#hindsight = hindsight;
  }

  act(fleet: FleetModel): number {
    if (fleet.waiting.length === 0) this.#endIdle(fleet);
    if (fleet.openCount === 0 || fleet.alive.length >= most) return Infinity;
    // The end of a clip changes nothing of what is planned.
    const seen = `${fleet.arrived} ${fleet.serving.length}`;
    if (seen === this.#seen && fleet.nowS < this.#lookS) return this.#lookS;
    this.#lookS = this.#plan(fleet);
    this.#seen = `${fleet.arrived} ${fleet.serving.length}`;
    return this.#lookS;
  }

  /** @returns when to look again */
  #plan(fleet: FleetModel): number {
    const open = fleet.open.toSorted(byDeadline);
    const wanted =
      this.#missing(open, fleet, fleet.nowS) ?? this.#missing(open, fleet, fleet.nowS, lateS) ?? 0;
    if (wanted === 0) return Infinity;
    const laterS = fleet.market.nextCapacityS(fleet.nowS + stepS);
    const later = this.#missing(open, fleet, laterS);
    if (later === null || later > wanted) fleet.launch(Math.min(wanted, most - fleet.alive.length));
    return laterS;
  }

  #endIdle(fleet: FleetModel): void {
    const gapS = (fleet.jobs[fleet.arrived]?.atS ?? Infinity) - fleet.nowS;
    if (gapS <= this.#hindsight.keepS) return;
    for (const machine of fleet.serving) if (machine.idleSinceS !== null) fleet.end(machine);
  }

  /**
   * Machines to launch then, so that all that is here by then ends in time.
   * @param open what is here now, the earliest deadline first
   * @param graceS given: what is late may end so long after the boot.
   * @returns null when a job would be late whatever is launched.
   */
  #missing(open: readonly Job[], fleet: FleetModel, launchS: number, graceS?: number): number | null {
    const { engine, nowS } = fleet;
    const readyS = fleet.serving.map((machine) => Math.max(nowS, machine.readyS));
    const firstReadyS = launchS + fleet.bootS(fleet.machines.length);
    const next = arriving(fleet, launchS);
    const due = next.length === 0 ? open : [...open, ...next].sort(byDeadline);
    const beside = due.length + arriving(fleet, firstReadyS + besideS).length;
    const clips = Math.min(engine.slots, Math.max(1, beside));
    const rate = rateWith(clips, engine);
    const clipS = (job: Job): number => (job.leftSeconds * clips) / rate;
    let machines = 0;
    let workS = 0;
    for (const job of due) {
      workS += job.leftSeconds / engine.fullRate;
      const latestS = job.deadlineS - this.#hindsight.tailS;
      const byS = graceS === undefined ? latestS : Math.max(latestS, firstReadyS + graceS + clipS(job));
      const supplyS = readyS.reduce((sum, oneS) => sum + Math.max(0, byS - oneS), 0);
      if (workS <= supplyS) continue;
      if (firstReadyS + clipS(job) > byS) return null;
      const more = machinesFor(workS - supplyS, byS, launchS, fleet);
      if (more === null && graceS === undefined) return null;
      machines = Math.max(machines, more ?? most);
      // No more may be launched, and with a grace nothing is refused.
      if (machines === most && graceS !== undefined) break;
    }
    return due.length > 0 && readyS.length === 0 ? Math.max(1, machines) : machines;
  }
}

const byDeadline = (a: Job, b: Job): number => a.deadlineS - b.deadlineS;

/** So many new ones make so many seconds by then; null when as many as there may be do not. */
function machinesFor(seconds: number, byS: number, launchS: number, fleet: FleetModel): number | null {
  let left = seconds;
  for (let machines = 0; machines <= most; machines += 1) {
    if (left <= 0) return machines;
    left -= Math.max(0, byS - launchS - fleet.bootS(fleet.machines.length + machines));
  }
  return null;
}

/** Jobs that are not here yet, and will be by then. */
function arriving(fleet: FleetModel, atS: number): readonly Job[] {
  let end = fleet.arrived;
  for (let job = fleet.jobs[end]; job !== undefined && job.atS <= atS; job = fleet.jobs[end]) end += 1;
  return fleet.jobs.slice(fleet.arrived, end);
}
