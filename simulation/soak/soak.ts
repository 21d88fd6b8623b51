/** Plays seed after seed of trouble, and reduces each failure to the smallest scenario that still fails. */
import type { Report } from "../report.ts";
import { shrink } from "./shrink.ts";
import type { Omissions } from "./trouble.ts";
import { trouble } from "./trouble.ts";
import { play } from "../world.ts";

export interface SeedTask {
  readonly seed: number;
  readonly without: Omissions;
  readonly timeline: boolean;
  readonly shrink: boolean;
}
export interface Verdict {
  readonly seed: number;
  readonly report: Report;
  readonly timeline: readonly string[];
  readonly violations: readonly string[];
  /** The command that plays it again; null when it did not fail. */
  readonly replay: string | null;
}

export async function playSeed({ seed, without, timeline, shrink: mayShrink }: SeedTask): Promise<Verdict> {
  const run = await play(trouble(seed, without), timeline);
  const { violations, report } = run;
  const isBroken = violations.length > 0;
  const least = isBroken && mayShrink ? await shrink(seed) : without;
  return {
    seed,
    report,
    violations,
    timeline: run.timeline,
    replay: isBroken ? replayOf(seed, least) : null,
  };
}

const replayOf = (seed: number, without: Omissions): string =>
  `npm run --silent sim:soak -- --from ${seed} --seeds 1 --timeline --no-shrink --without '${JSON.stringify(without)}'`;

/** The faults of many runs, added up. */
export class Toll {
  items = 0;
  machines = 0;
  interruptions = 0;
  faults = 0;
  lostRaces = 0;
  readonly faultsByKind: Record<string, number> = {};
  readonly faultsByOperation: Record<string, number> = {};

  add(report: Report): void {
    this.items += report.items;
    this.machines += report.machines;
    this.interruptions += report.interruptions;
    this.faults += report.faults;
    this.lostRaces += report.lost_races;
    addTo(this.faultsByKind, report.faults_by_kind);
    addTo(this.faultsByOperation, report.faults_by_operation);
  }
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}
