/** `npm run bench:policy`: ours, four others, one that knows the future, and the bound, on the same days. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Market } from "../../simulation/market.ts";
import { calmMarket, hardMarket, marketFromTrace, shifted } from "../../simulation/market.ts";
import type { Row } from "./play.ts";
import { boundRow, playRow, policyNames } from "./play.ts";
import { summaryOf, tableOf } from "./summary.ts";
import { workloads } from "./workloads.ts";

interface Options {
  readonly json: boolean;
  readonly traces?: string;
  readonly seed: string;
}
const hourMs = 3_600_000;
const lengthMs = 6 * 24 * hourMs;

const options = new Command("bench:policy")
  .description("Compares launch policies on generated and measured markets.")
  .option("--traces <folder>", "measured markets, in the format spot-trace/1")
  .option("--seed <n>", "of arrivals, boots, prices and generated markets", "1")
  .option("--json", "one JSON object instead of tables", false)
  .parse()
  .opts<Options>();
const seed = Number(options.seed);

/** Each measured market begins a day into its trace. */
function tracesIn(folder: string): readonly Market[] {
  if (!existsSync(folder)) throw new Error(`expected ${folder} to hold traces`);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => shifted(marketFromTrace(readFileSync(join(folder, name), "utf8"), seed), 24 * hourMs));
}

const hard = (part: number): Market =>
  hardMarket(seed * 10 + part, lengthMs, { upMs: 1.5 * hourMs, downMs: hourMs, most: 4 });
const groups: Readonly<Record<string, readonly Market[]>> = {
  calm: [1, 2, 3].map((part) => calmMarket(seed * 10 + part, lengthMs)),
  hard: [1, 2, 3].map(hard),
  ...(options.traces === undefined ? {} : { traces: tracesIn(options.traces) }),
};

const rows: (Row & { readonly group: string })[] = [];
for (const [group, markets] of Object.entries(groups)) {
  for (const [number, market] of markets.entries()) {
    for (const workload of workloads(seed * 10 + number)) {
      for (const name of policyNames) {
        const row = playRow(name, workload, market, seed * 1000 + number);
        rows.push({ group, ...row });
        const bound = name === "ours_standard" ? boundRow(row) : null;
        if (bound !== null) rows.push({ group, ...bound });
      }
    }
  }
}
const summary = summaryOf(rows);
if (options.json) console.log(JSON.stringify({ seed, rows, summary }));
else for (const line of tableOf(rows, summary)) console.log(line);
