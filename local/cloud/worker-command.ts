import { join, dirname } from "node:path";
import type { WorkerCommand } from "../ec2/options.ts";

/** What a local machine runs in place of its image: the agent, which finds everything else as it does on EC2. */
export function workerCommand(root: string, awsUrl: string): WorkerCommand {
  return {
    command: process.execPath,
    args: [join(root, "worker", "agent", "main.ts")],
    cwd: root,
    env: {
      PATH: [dirname(process.execPath), join(root, ".venv", "bin"), process.env["PATH"] ?? ""].join(":"),
      LANG: "C.UTF-8",
      AWS_ENDPOINT_URL: awsUrl,
    },
  };
}
