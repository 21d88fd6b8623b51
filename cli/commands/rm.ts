import type { Command } from "commander";
import type { DeletedBatchView } from "../../shared/contract/api/api.ts";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import { ApiProblem } from "../connection/api-client.ts";
import { CommandError } from "../errors.ts";
import { type ExitCode, exitCodeOfProblem, exitCodes } from "../exit-codes.ts";
import { agreed } from "../input/ask.ts";

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
        return removeEach(cli, batches, options);
      }),
    );
}

/**
 * One that cannot be deleted keeps no other from it, unless the next would fail as well, such as without a key. What
 * was deleted is told however this ends.
 */
async function removeEach(cli: Cli, ids: readonly BatchId[], options: Options): Promise<ExitCode> {
  const client = cli.client(options);
  const deleted: DeletedBatchView[] = [];
  const failures: ExitCode[] = [];
  try {
    for (const id of ids)
      try {
        deleted.push(await client.deleteBatch(id, cli.around.signal));
      } catch (error) {
        if (!(error instanceof ApiProblem) || exitCodeOf(error) === exitCodes.access) throw error;
        failures.push(exitCodeOf(error));
        cli.say(`${id} is not deleted: ${error.message}`);
      }
  } finally {
    if (deleted.length > 0)
      cli.print(options, { data: deleted }, () => deleted.map(({ id }) => `${id} is deleted.`));
  }
  return worstOf(failures);
}

const exitCodeOf = ({ problem }: ApiProblem): ExitCode => exitCodeOfProblem(problem.code, problem.status);

/** A batch that is not there is the mildest: nothing of it is left to delete. */
const worstOf = (failures: readonly ExitCode[]): ExitCode =>
  failures.find((code) => code !== exitCodes.notFound) ?? failures[0] ?? exitCodes.ok;

async function confirm(cli: Cli, count: number): Promise<void> {
  const what = count === 1 ? "1 batch" : `${count} batches`;
  const answer = await agreed(cli.around, `Delete ${what} with all clips? This cannot be undone. [y/N] `);
  if (answer === "nobody")
    throw new CommandError("no terminal to confirm on; add --yes to delete", exitCodes.usage);
  if (answer === "no") throw new CommandError("Nothing was deleted.", exitCodes.usage);
}
