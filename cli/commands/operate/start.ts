import type { Command } from "commander";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";

export function addStart(program: Command, cli: Cli): void {
  cli.command(program, "start", "start the service again after a stop").action(
    cli.runs(async (options: CommonOptions) => {
      const view = await cli.client(options).start(cli.around.signal);
      cli.print(options, view, () => ["The service is running again; queued items continue."]);
      return exitCodes.ok;
    }),
  );
}
