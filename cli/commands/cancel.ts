import { type Command, Option } from "commander";
import { type ItemId, itemIdSchema } from "../../shared/contract/ids.ts";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { CommandError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { countsText } from "../output/words.ts";

interface Options extends CommonOptions {
  /** Absent: `drain` for a batch. An item has no mode. */
  readonly mode?: "drain" | "abort";
}

export function addCancel(program: Command, cli: Cli): void {
  cli
    .command(program, "cancel <id>", "cancel the unfinished items of a batch, or one item")
    .addOption(
      new Option(
        "--mode <mode>",
        "for a batch: drain (running clips are finished; the default) or abort (they end at their next step)",
      ).choices(["drain", "abort"]),
    )
    .action(
      cli.runs(async (id: string, options: Options) => {
        const itemId = itemIdSchema.safeParse(id);
        if (itemId.success && options.mode !== undefined)
          throw new CommandError(
            "--mode is for a batch; a running item ends at its next step",
            exitCodes.usage,
          );
        if (itemId.success) return cancelItem(cli, itemId.data, options);
        const batch = await cli
          .client(options)
          .cancel(batchIdIn(id), options.mode ?? "drain", cli.around.signal);
        cli.print(options, batch, () => [`${batch.id} is ${batch.status}: ${countsText(batch.counts)}`]);
        return exitCodes.ok;
      }),
    );
}

async function cancelItem(cli: Cli, id: ItemId, options: Options): Promise<ExitCode> {
  const item = await cli.client(options).cancelItem(id, cli.around.signal);
  cli.print(options, item, () => [
    item.status === "canceled" ? `${id} is canceled.` : `${id} ends at its next step.`,
  ]);
  return exitCodes.ok;
}
