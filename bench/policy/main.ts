/** `npm run bench:policy`: ours, five others, one that knows the future, and the bound, on the same days. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Command } from "commander";
import type { Market } from "../../simulation/market.ts";
import { calmMarkets, hardMarkets, measuredMarkets } from "./markets.ts";
import type { Cell, Row } from "./play.ts";
import { summaryOf } from "./summary.ts";
import { tableOf } from "./table.ts";
import { workloads } from "./workloads.ts";

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly traces?: string;
  readonly seed: string;
}

const options = new Command("bench:policy")
  .description("Compares launch policies on generated and measured markets.")
  .option("--traces <folder>", "measured markets too, in the format spot-trace/1")
  .option("--seed <n>", "of arrivals, boots, prices and generated markets", "1")
  .option("--quick", "one market of each group, and the three shortest workloads", false)
  .option("--json", "one JSON object instead of tables", false)
  .parse()
  .opts<Options>();
const seed = Number(options.seed);
const quickWorkloads: readonly string[] = ["batch_150_large", "tiny_batches", "night_singles"];

function cellsOf(group: string, markets: readonly Market[]): readonly Cell[] {
  return (options.quick ? markets.slice(0, 1) : markets).flatMap((market, number) =>
    workloads(seed * 10 + number)
      .filter(({ name }) => !options.quick || quickWorkloads.includes(name))
      .map((workload) => ({ group, market, workload, seed: seed * 1000 + number })),
  );
}

/** On every processor; the rows come in the order of the cells. */
async function playAll(cells: readonly Cell[]): Promise<readonly Row[]> {
  const rows: (readonly Row[])[] = [];
  let next = 0;
  let done = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("cell-worker.ts", import.meta.url));
      let place = -1;
      const handOut = (): void => {
        place = next;
        next += 1;
        if (place < cells.length) worker.postMessage(cells[place]);
        else
          void worker.terminate().then(() => {
            resolve();
          }, reject);
      };
      worker.on("error", reject);
      worker.on("message", (played: readonly Row[]) => {
        rows[place] = played;
        done += 1;
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${cells.length} days `);
        handOut();
      });
      handOut();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), cells.length) }, work));
  if (process.stderr.isTTY) process.stderr.write("\n");
  return rows.flat();
}

const rows = await playAll([
  ...cellsOf("calm", calmMarkets(seed)),
  ...cellsOf("hard", hardMarkets(seed)),
  ...(options.traces === undefined ? [] : cellsOf("traces", measuredMarkets(options.traces, seed))),
]);
const summary = summaryOf(rows);
if (options.json) console.log(JSON.stringify({ seed, rows, summary }));
else for (const line of tableOf(rows, summary)) console.log(line);
