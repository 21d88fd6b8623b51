import type { Command } from "commander";
import type { Cli, CommonOptions } from "../../cli.ts";
import { findApi } from "../../connection/find-api.ts";
import { exitCodes } from "../../exit-codes.ts";

export function addOpen(program: Command, cli: Cli): void {
  cli.command(program, "open", "open the API's reference page in the browser").action(
    cli.runs(async (options: CommonOptions) => {
      const { openPage, signal } = cli.around;
      const url = `${findApi(options.profile, cli.around).apiUrl}/docs`;
      // The address is the answer: a machine without a browser gets it too.
      cli.print(options, { url }, () => [url]);
      if (!cli.wantsJson(options) && !(await openPage(url, signal)))
        cli.say("No browser took it; open the address yourself.");
      return exitCodes.ok;
    }),
  );
}
