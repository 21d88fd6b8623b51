/** `npm run bench:policy`: ours, five others, one that knows the future, and the bound, on the same days. */
import { Command } from "commander";
import type { Market } from "../../simulation/played/market.ts";
import { numberFrom } from "../../simulation/numbers.ts";
import { orSayWhy } from "../../simulation/or-say-why.ts";
import { ProgressBar } from "../../simulation/progress-bar.ts";
import { onThreads } from "../../simulation/soak/threads.ts";
import { calmMarkets, hardMarkets, measuredMarkets } from "./markets.ts";
import type { Cell, Row } from "./play.ts";
import { summaryOf } from "./summary.ts";
import { tableOf } from "./table.ts";
import { firstType, secondType } from "./types.ts";
import { measuredTypesMarkets, ofFirstType, typesMarkets } from "./types-markets.ts";
import { workloads } from "./workloads.ts";

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly traces?: string;
  readonly typesTraces?: string;
  readonly seed: number;
}

const options = new Command("bench:policy")
  .description("Compares launch policies on generated and measured markets.")
  .option("--traces <folder>", "measured markets too, in the format spot-trace/1")
  .option("--types-traces <folder>", "measured markets of two machine types, in the format spot-trace/2")
  .option("--seed <n>", "of arrivals, boots, prices and generated markets", numberFrom(0), 1)
  .option("--quick", "one market of each group, and the three shortest workloads", false)
  .option("--json", "one JSON object instead of tables", false)
  .parse()
  .opts<Options>();
const { seed } = options;
const quickWorkloads: readonly string[] = ["batch_150_large", "tiny_batches", "night_singles"];

function cellsOf(group: string, markets: readonly Market[], types = [firstType]): readonly Cell[] {
  return (options.quick ? markets.slice(0, 1) : markets).flatMap((market, number) =>
    workloads(seed * 10 + number)
      .filter(({ name }) => !options.quick || quickWorkloads.includes(name))
      .map((workload) => ({ group, market, types, workload, seed: seed * 1000 + number })),
  );
}

/** The same days for a stage with one machine type, and with two. */
const oneAndTwo = (group: string, markets: readonly Market[]): readonly Cell[] => [
  ...cellsOf(`${group}_one`, markets.map(ofFirstType)),
  ...cellsOf(`${group}_two`, markets, [firstType, secondType]),
];

/** The rows come in the order of the cells. */
async function playAll(cells: readonly Cell[]): Promise<readonly Row[]> {
  const rows: (readonly Row[])[] = [];
  const bar = new ProgressBar(cells.length);
  await onThreads(new URL("cell-thread.ts", import.meta.url), cells, (played, place) => {
    rows[place] = played as readonly Row[];
    bar.advance("");
    return "go on";
  });
  bar.end();
  return rows.flat();
}

const cells = orSayWhy(() => [
  ...cellsOf("calm", calmMarkets(seed)),
  ...cellsOf("hard", hardMarkets(seed)),
  ...(options.traces === undefined ? [] : cellsOf("traces", measuredMarkets(options.traces, seed))),
  ...oneAndTwo("types", typesMarkets(seed)),
  ...(options.typesTraces === undefined
    ? []
    : oneAndTwo("types_traces", measuredTypesMarkets(options.typesTraces, seed))),
]);
const rows = await playAll(cells);
const summary = summaryOf(rows);
if (options.json) console.log(JSON.stringify({ seed, rows, summary }));
else for (const line of tableOf(rows, summary)) console.log(line);
