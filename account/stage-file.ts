/** A stage's configuration, and the AWS account in its region. */
import { readFileSync } from "node:fs";
import { parseStageConfig, type StageConfig } from "../shared/config.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import type { Account } from "./doctor/account.ts";
import { awsAccount } from "./doctor/aws/aws-account.ts";

/** @throws ConfigError, or the file's own error */
export function parseStageFile(path: string): { readonly account: Account; readonly config: StageConfig } {
  const config = parseStageConfig(readFileSync(path, "utf8"), path);
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  const account = awsAccount({
    region: config.region,
    clock: systemClock,
    ...(endpoint !== undefined && { endpoint }),
  });
  return { account, config };
}
