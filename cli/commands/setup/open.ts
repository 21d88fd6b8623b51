import type { Command } from "commander";
import type { Cli, CommonOptions } from "../../cli.ts";
import { findApi } from "../../connection/find-api.ts";
import { exitCodes } from "../../exit-codes.ts";

export function addOpen(program: Command, cli: Cli): void {
  const command = cli.command(program, "open", "open the dashboard in the browser");
  command.option("--docs", "open the API's reference page instead").action(
    cli.runs(async (options: CommonOptions & { readonly docs?: true }) => {
      const { openPage, signal } = cli.around;
      const { apiUrl, dashboardUrl } = findApi(options.profile, cli.around);
      const url = options.docs === true ? `${apiUrl}/docs` : dashboardUrl;
      // The address is the answer: a machine without a browser gets it too.
      cli.print(options, { url }, () => [url]);
      if (!cli.wantsJson(options) && !(await openPage(url, signal)))
        cli.say("No browser took it; open the address yourself.");
      return exitCodes.ok;
    }),
  );
}
