import { type Command, Option } from "commander";
import { batchIdIn, type Cli, type CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";

interface Options extends CommonOptions {
  readonly csv?: boolean;
}

export function addResults(program: Command, cli: Cli): void {
  cli
    .command(program, "results <batch>", "write the results of all items that have ended, as JSON lines")
    .addOption(new Option("--csv", "as one CSV table").conflicts("json"))
    .action(
      cli.runs(async (id: string, options: Options) => {
        const form = options.csv === true ? "csv" : "jsonl";
        const pages = cli.client(options).resultPages(batchIdIn(id), form, cli.around.signal);
        // Page by page: all results may be more than memory holds.
        for await (const page of pages) cli.around.out.write(page);
        return exitCodes.ok;
      }),
    );
}
