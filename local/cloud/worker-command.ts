/** How a local machine runs the worker. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { WorkerCommand } from "../ec2/options.ts";
import { compileCache, nodeFolderOf, pathWithNode } from "./node-of.ts";

/**
 * What a local machine runs instead of its image: the agent and the engine of this checkout. Everything else it finds
 * as on EC2, its credentials included.
 * @param engine what Python runs as the engine
 */
export function workerCommand(
  root: string,
  awsUrl: string,
  engine: readonly string[] = ["-m", "mgb_engine"],
): WorkerCommand {
  const venv = join(root, ".venv", "bin");
  return {
    command: join(nodeFolderOf(root), "node"),
    args: [join(root, "worker", "agent", "main.ts")],
    cwd: root,
    env: {
      PATH: `${venv}:${pathWithNode(root)}`,
      ...compileCache(),
      // Models from the hub are cached there, once for all machines.
      HOME: homedir(),
      LANG: "C.UTF-8",
      AWS_ENDPOINT_URL: awsUrl,
      PYTHONPATH: join(root, "worker", "engine"),
      MGB_ENGINE_COMMAND: JSON.stringify([join(venv, "python"), ...engine, "serve"]),
    },
  };
}
