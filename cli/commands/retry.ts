import { type Command, Option } from "commander";
import { priorities, type Priority, type Speed, speeds } from "../../shared/contract/api/parameters.ts";
import { batchIdIn, type Cli } from "../cli.ts";
import { findApi } from "../connection/find-api.ts";
import { exitCodes } from "../exit-codes.ts";
import { usd, wholeNumber } from "../input/option-values.ts";
import { submitOnce } from "../submit-once.ts";
import { watchBatch, type WatchOptions } from "../watch.ts";
import { counted } from "../../shared/contract/sentences.ts";

interface Options extends WatchOptions {
  readonly speed?: Speed;
  readonly priority?: Priority;
  readonly maxCost?: string;
  readonly wait?: boolean;
}

export function addRetry(program: Command, cli: Cli): void {
  cli
    .command(program, "retry <batch>", "submit again the items of an ended batch that did not succeed")
    .addOption(new Option("--speed <speed>", "how soon you want it; default: as the batch").choices(speeds))
    .addOption(
      new Option("--priority <priority>", "what comes first; default: as the batch").choices(priorities),
    )
    .option("--max-cost <usd>", "the most it may cost, in USD; after that, its items stay queued", usd)
    .option("--wait", "watch it until it ends")
    .option("--timeout <seconds>", "with --wait: how long at most", wholeNumber(1, 1_000_000))
    .action(
      cli.runs(async (id: string, options: Options) => {
        const batchId = batchIdIn(id);
        const client = cli.client(options);
        const request = {
          ...(options.speed !== undefined && { speed: options.speed }),
          ...(options.priority !== undefined && { priority: options.priority }),
          ...(options.maxCost !== undefined && { max_cost_usd: options.maxCost }),
        };
        const { apiUrl } = findApi(options.profile, cli.around);
        const child = await submitOnce(cli.around, [apiUrl, "retry", batchId, request], {
          prepare: () => Promise.resolve(request),
          send: (asked, key) => client.retry(batchId, asked, key, cli.around.signal),
          say: (line) => {
            cli.say(line);
          },
        });
        if (options.wait === true) return watchBatch(cli, client, child.id, options);
        cli.print(options, child, () => [child.id]);
        if (!cli.wantsJson(options))
          cli.say(
            `${counted(child.counts.total, "item")} of ${batchId} submitted again. Watch it: mgb watch ${child.id}`,
          );
        return exitCodes.ok;
      }),
    );
}
