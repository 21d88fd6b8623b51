/**
 * The user data of a machine: its configuration, and what it does at its first boot. It is a script, because cloud-init
 * warns about any other form.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StageConfig } from "../../shared/config.ts";
import { userDataLine, type WorkerConfig } from "../../shared/contract/worker-config.ts";
import { sub } from "./template.ts";

/** @param told may contain references that CloudFormation fills in */
export function userDataOf(told: WorkerConfig, config: StageConfig): unknown {
  const before = `#!/usr/bin/env bash\n${userDataLine}`;
  return { "Fn::Join": ["", [before, sub(JSON.stringify(told)), `\n${scriptOf(config)}`]] };
}

function scriptOf({ bootstrap, bucket, region, worker }: StageConfig): string {
  if (bootstrap.source === "image") return "# The image starts its worker by itself.\n";
  const minutes = Math.ceil(worker.max_lifetime_seconds / 60);
  // Nothing in them has a meaning to the shell: the configuration's schema sees to it.
  const lines = Object.entries({ region, bucket, minutes, ...bootstrap }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const script = readFileSync(join(import.meta.dirname, "..", "..", "ami", "bootstrap.sh"), "utf8");
  return `${lines.join("\n")}\n${script}`;
}
