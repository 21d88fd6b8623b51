import type { Command } from "commander";
import { itemIdSchema } from "../../shared/contract/ids.ts";
import { batchLines, itemLines } from "../output/batch-lines.ts";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";

export function addGet(program: Command, cli: Cli): void {
  cli.command(program, "get <id>", "show a batch, or an item and its result").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const client = cli.client(options);
      const itemId = itemIdSchema.safeParse(id);
      if (itemId.success) {
        const item = await client.item(itemId.data, cli.around.signal);
        cli.print(options, item, () => itemLines(item));
      } else {
        const batch = await client.batch(batchIdIn(id), cli.around.signal);
        cli.print(options, batch, () => batchLines(batch));
      }
      return exitCodes.ok;
    }),
  );
}
