/** `npm run sim`: a day of the real fleet in seconds. */
import { Command } from "commander";
import { around, calmMarket, hardMarket, upTo } from "./played/market.ts";
import type { Market } from "./played/market.ts";
import { marketFromTrace, traceFile } from "./played/traces.ts";
import { numberFrom } from "./numbers.ts";
import { orSayWhy } from "./or-say-why.ts";
import type { Scenario } from "./scenario.ts";
import { models, plainDay } from "./scenario.ts";
import { play } from "./world.ts";
import { ordersOfADay } from "./played/workload.ts";

interface Options {
  readonly seed: number;
  readonly hours: number;
  readonly json: boolean;
  readonly trace?: string;
  readonly market: "calm" | "hard";
}

const hourMs = 3_600_000;

const command = new Command("sim")
  .description("Plays the launcher, the reaper, the functions and the workers on a virtual clock.")
  .option("--seed <n>", "what the workload, the market and the boots are drawn from", numberFrom(0), 1)
  .option("--hours <h>", "for how long batches come", numberFrom(0.1), 24)
  .option("--market <kind>", "a generated market: calm or hard", "calm")
  .option("--trace <file>", "a measured market instead, in the format spot-trace/1")
  .option("--json", "one JSON object instead of the timeline", false)
  .parse();

const options = command.opts<Options>();

function marketOf({ trace, market, seed, hours }: Options): Market {
  if (trace !== undefined) return marketFromTrace(traceFile(trace), seed);
  const lengthMs = hours * hourMs;
  return market === "calm"
    ? calmMarket(seed, lengthMs)
    : hardMarket(`hard-${seed}`, seed, lengthMs, {
        zones: 3,
        upMs: around(hourMs),
        downMs: around(hourMs / 2),
        machines: upTo(3),
      });
}

const scenario: Scenario = {
  ...plainDay(options.seed),
  market: orSayWhy(() => marketOf(options)),
  orders: ordersOfADay(options.seed, options.hours, models.small, "mixed"),
  lengthMs: options.hours * hourMs,
};

const { report, timeline, violations } = await play(scenario, !options.json);
if (options.json) {
  console.log(JSON.stringify({ seed: options.seed, market: scenario.market.name, ...report, violations }));
} else {
  for (const line of timeline) console.log(line);
  console.table(report);
  console.log(violations.length === 0 ? "every invariant held" : violations.join("\n"));
}
process.exit(violations.length === 0 ? 0 : 1);
