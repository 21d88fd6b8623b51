import type { Command } from "commander";
import type { DeletedBatchView } from "../../shared/contract/api/api.ts";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { typed } from "../input/ask.ts";

interface Options extends CommonOptions {
  readonly yes?: boolean;
}

export function addRm(program: Command, cli: Cli): void {
  cli
    .command(program, "rm <batch...>", "delete batches that have ended, with their clips")
    .option("--yes", "do not ask")
    .action(
      cli.runs(async (ids: readonly string[], options: Options) => {
        const batches = ids.map(batchIdIn);
        if (options.yes !== true) await confirm(cli, batches.length);
        const client = cli.client(options);
        const deleted: DeletedBatchView[] = [];
        for (const id of batches) deleted.push(await client.deleteBatch(id, cli.around.signal));
        cli.print(options, { data: deleted }, () => deleted.map(({ id }) => `${id} is deleted.`));
        return exitCodes.ok;
      }),
    );
}

async function confirm(cli: Cli, count: number): Promise<void> {
  const what = count === 1 ? "1 batch" : `${count} batches`;
  const answer = await typed(cli.around, `Delete ${what} with all clips? Nothing brings them back. [y/N] `);
  if (answer === null) throw new CommandError("nobody is there to ask: add --yes to delete", exitCodes.usage);
  if (!/^y(es)?$/i.test(answer)) throw new CommandError("Nothing was deleted.", exitCodes.usage);
}
