import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRunning } from "./running-process.ts";
import { eventually } from "./patience.ts";

test("a worker does not outlive its EC2, even if that was killed with SIGKILL", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orphan-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const console = join(folder, "console.log");
  const module = join(import.meta.dirname, "../../../local/ec2/machines/worker-process.ts");
  const worker = `trap "" TERM HUP; sleep 300 & echo "pids $$ $!."; sleep 300`;
  const host = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { WorkerProcess } from ${JSON.stringify(module)};
     const env = { PATH: process.env.PATH };
     new WorkerProcess({ command: "/bin/sh", args: ["-c", ${JSON.stringify(worker)}], env, cwd: "/" }, ${JSON.stringify(console)});
     setTimeout(() => {});`,
  ]);
  await eventually(() => readFile(console, "utf8").catch(() => "")).toContain(".");
  const pids = (/pids (\d+) (\d+)/.exec(await readFile(console, "utf8")) ?? []).slice(1).map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  host.kill("SIGKILL");
  await once(host, "exit");
  await eventually(() => pids.filter(isRunning)).toEqual([]);
});
