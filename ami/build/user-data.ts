import { readFileSync } from "node:fs";
import { join } from "node:path";
import { machineSeconds } from "./next-step.ts";

export interface MachineTask {
  readonly packageUrl: string;
  readonly packageSha256: string;
  readonly reportUrl: string;
  readonly logUrl: string;
  readonly models: readonly string[];
}

/** EC2 takes 16 KB. The URLs are signed for these objects alone, and for as long as the machine may live. */
export function userDataOf(task: MachineTask): string {
  const variables = {
    minutes: String(machineSeconds / 60),
    package_url: task.packageUrl,
    package_sha256: task.packageSha256,
    report_url: task.reportUrl,
    log_url: task.logUrl,
    models: task.models.join(" "),
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  const script = readFileSync(join(import.meta.dirname, "user-data.sh"), "utf8");
  return `#!/usr/bin/env bash\n${lines.join("\n")}\n${script}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
