/** `npm run sim:soak`: plays a number of seeds on every processor; its last line of output is JSON. */
import { Command } from "commander";
import { numberFrom } from "../numbers.ts";
import { ProgressBar } from "../progress-bar.ts";
import type { SeedTask, Verdict } from "./soak.ts";
import { Toll } from "./soak.ts";
import { onThreads } from "./threads.ts";
import type { Omissions } from "./trouble.ts";

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly json: boolean;
  readonly without: string;
  readonly timeline: boolean;
  readonly shrink: boolean;
  readonly bail: boolean;
}

const { seeds, from, json, without, timeline, shrink, bail } = new Command("sim:soak")
  .description("Plays scenarios full of faults and checks the invariants.")
  .option("--seeds <n>", "how many", numberFrom(1), 300)
  .option("--from <seed>", "the first", numberFrom(0), 1)
  .option("--without <json>", "what to leave out, as a failing run tells it", "{}")
  .option("--timeline", "print what happened", false)
  .option("--no-shrink", "do not look for the least that fails")
  .option("--bail", "stop at the first seed that fails", false)
  .option("--json", "no progress, only the closing line", false)
  .parse()
  .opts<Options>();

const omissions = JSON.parse(without) as Omissions;
const tasks = Array.from({ length: seeds }, (_, place): SeedTask => ({
  seed: from + place,
  without: omissions,
  timeline,
  shrink,
}));
const beganMs = performance.now();
const bar = new ProgressBar(seeds);
const toll = new Toll();
const broken: Pick<Verdict, "seed" | "violations" | "replay">[] = [];

await onThreads(new URL("soak-thread.ts", import.meta.url), tasks, (answer) => {
  const verdict = answer as Verdict;
  const { seed, violations, replay } = verdict;
  if (timeline) console.log(verdict.timeline.join("\n"));
  toll.add(verdict.report);
  if (replay !== null) {
    broken.push({ seed, violations, replay });
    if (!json) console.log(`\nseed ${seed} fails:\n  ${violations.join("\n  ")}\n  ${replay}`);
  }
  if (!json) bar.advance(`${broken.length} failed`);
  return bail && broken.length > 0 ? "enough" : "go on";
});
if (!json) bar.end();
console.log(
  JSON.stringify({
    from,
    seeds,
    failed: broken.length,
    items: toll.items,
    machines: toll.machines,
    interruptions: toll.interruptions,
    faults: toll.faults,
    faults_by_kind: toll.faultsByKind,
    faults_by_operation: toll.faultsByOperation,
    lost_races: toll.lostRaces,
    seconds: Math.round((performance.now() - beganMs) / 1000),
    broken: broken.sort((a, b) => a.seed - b.seed),
  }),
);
process.exit(broken.length === 0 ? 0 : 1);
