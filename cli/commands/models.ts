import type { Command } from "commander";
import type { ModelView } from "../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { tableLines } from "../output/table.ts";

export function addModels(program: Command, cli: Cli): void {
  cli.command(program, "models", "list the models, with the licence of their weights").action(
    cli.runs(async (options: CommonOptions) => {
      const models = await cli.client(options).models(cli.around.signal);
      cli.print(options, { data: models }, () => modelLines(models, cli.columns));
      return exitCodes.ok;
    }),
  );
}

const modelLines = (models: readonly ModelView[], columns: number): readonly string[] =>
  tableLines(
    ["MODEL", "LICENCE", "LONGEST", "NAME"],
    models.map((model) => [model.id, model.licence, `${model.max_duration_seconds} s`, model.display_name]),
    columns,
  );
