/** A deployed stage, reached with the user's own AWS credentials: its configuration, and AWS. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { OperatorAws } from "../../shared/aws/operator.ts";
import { ConfigError, parseStageConfig, type StageConfig } from "../../shared/config.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Surroundings } from "../surroundings.ts";
import { embeddedStage } from "./embedded-aws.ts";
import { cloudFileAbove } from "./find-api.ts";

/** @throws CommandError when the clone has no such stage */
export async function openStage(
  { folder, openAws }: Pick<Surroundings, "folder" | "openAws">,
  stage: string,
): Promise<{ readonly config: StageConfig; readonly aws: OperatorAws }> {
  const config = stageConfig(folder, stage);
  const cloud = stage === embeddedStage ? cloudFileAbove(folder) : null;
  return { config, aws: await openAws(cloud?.endpoints ?? null) };
}

/** `config/<stage>.json` of the clone in which the user stands. */
function stageConfig(folder: string, stage: string): StageConfig {
  if (!/^[a-z][a-z0-9-]*$/.test(stage))
    throw new CommandError(
      `'${stage}' is not the name of a stage; an example: --stage prod`,
      exitCodes.usage,
    );
  const name = `config/${stage}.json`;
  try {
    return parseStageConfig(readUpwards(folder, name), name);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandError(error.message, exitCodes.access, { cause: error });
    throw error;
  }
}

function readUpwards(folder: string, name: string): string {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return readFileSync(join(at, name), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (dirname(at) === at)
      throw new CommandError(
        `there is no ${name} here; run it in the clone that was deployed`,
        exitCodes.access,
      );
  }
}
