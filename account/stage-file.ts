/** A stage's configuration, and the AWS account in its region. */
import { existsSync, readFileSync } from "node:fs";
import { nameFaults } from "../serverless/names.ts";
import { ConfigError, parseStageConfig, type StageConfig } from "../shared/config.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import type { Account } from "./doctor/account.ts";
import { awsAccount } from "./doctor/aws/aws-account.ts";

/** @throws ConfigError, or the file's own error */
export function parseStageFile(path: string): { readonly account: Account; readonly config: StageConfig } {
  const config = parseStageConfig(readFileSync(path, "utf8"), path);
  return { account: awsAccount({ region: config.region, clock: systemClock }), config };
}

/**
 * Where the configuration of a stage is, relative to the project's folder.
 * @throws ConfigError when no stage can have that name, or none has
 */
export function stagePath(stage: string): string {
  const [fault] = nameFaults(stage, { region: "", models: [] });
  if (fault !== undefined) throw new ConfigError(fault);
  const path = `config/${stage}.json`;
  if (!existsSync(path))
    throw new ConfigError(`stage ${stage} has no ${path}; npm run mgb -- init --stage ${stage} makes it`);
  return path;
}
