import { type Command, Option } from "commander";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { countsText } from "../output/words.ts";

interface Options extends CommonOptions {
  readonly mode: "drain" | "abort";
}

export function addCancel(program: Command, cli: Cli): void {
  cli
    .command(program, "cancel <batch>", "cancel the unfinished items of a batch")
    .addOption(
      new Option("--mode <mode>", "drain: clips at work are finished; abort: they end at their next step")
        .choices(["drain", "abort"])
        .default("drain"),
    )
    .action(
      cli.runs(async (id: string, options: Options) => {
        const batch = await cli.client(options).cancel(batchIdIn(id), options.mode, cli.around.signal);
        cli.print(options, batch, () => [`${batch.id} is ${batch.status}: ${countsText(batch.counts)}`]);
        return exitCodes.ok;
      }),
    );
}
