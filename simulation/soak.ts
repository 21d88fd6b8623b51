/** `npm run sim:soak`: seed after seed, until one breaks an invariant or all are through. */
import { Command } from "commander";
import { shrink } from "./shrink.ts";
import type { Omissions } from "./trouble.ts";
import { trouble } from "./trouble.ts";
import { play } from "./world.ts";

interface Options {
  readonly seeds: string;
  readonly from: string;
  readonly json: boolean;
  readonly without: string;
  readonly timeline: boolean;
  readonly shrink: boolean;
}

const {
  seeds,
  from,
  json,
  without,
  timeline,
  shrink: mayShrink,
} = new Command("sim:soak")
  .description("Plays scenarios full of faults and checks the invariants.")
  .option("--seeds <n>", "how many", "300")
  .option("--from <seed>", "the first", "1")
  .option("--without <json>", "what to leave out, as a failing run tells it", "{}")
  .option("--timeline", "print what happened", false)
  .option("--no-shrink", "do not look for the least that fails")
  .option("--json", "no progress, only the closing line", false)
  .parse()
  .opts<Options>();

const first = Number(from);
const count = Number(seeds);
const omissions = JSON.parse(without) as Omissions;
const began = performance.now();
const broken: { seed: number; violations: readonly string[]; replay: string }[] = [];
let faults = 0;
let items = 0;
let interruptions = 0;

for (let seed = first; seed < first + count; seed += 1) {
  const run = await play(trouble(seed, omissions), timeline);
  if (timeline) console.log(run.timeline.join("\n"));
  faults += run.report.faults;
  items += run.report.items;
  interruptions += run.report.interruptions;
  if (run.violations.length > 0) {
    const least = mayShrink ? await shrink(seed) : omissions;
    const replay = `npm run --silent sim:soak -- --from ${seed} --seeds 1 --timeline --no-shrink --without '${JSON.stringify(least)}'`;
    broken.push({ seed, violations: run.violations, replay });
    if (!json) console.log(`\nseed ${seed} fails:\n  ${run.violations.join("\n  ")}\n  ${replay}`);
  }
  if (!json && process.stderr.isTTY)
    process.stderr.write(`\r${seed - first + 1} of ${count} seeds, ${broken.length} failed `);
}
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  JSON.stringify({
    from: first,
    seeds: count,
    failed: broken.length,
    items,
    faults,
    interruptions,
    seconds,
    broken,
  }),
);
process.exit(broken.length === 0 ? 0 : 1);
