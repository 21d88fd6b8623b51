/** Loads a model as a machine would: what cannot be loaded is told before any machine is launched for it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { engineStartFailureSchema } from "../../shared/contract/engine-protocol.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { startFailure, type StartFailure } from "../../shared/contract/start-failure.ts";

/**
 * @param source a folder, or a model of the hub, which is then downloaded
 * @returns null when the engine is ready with it
 */
export async function tryModel(
  source: string,
  root: string,
  signal: AbortSignal,
): Promise<StartFailure | null> {
  const out = mkdtempSync(join(tmpdir(), "mgb-try-"));
  const engine = ["-m", "mgb_engine", "serve", "--model", source, "--out", out];
  const child = spawn(join(root, ".venv", "bin", "python"), engine, {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
    signal,
    env: { ...process.env, PYTHONPATH: join(root, "worker", "engine") },
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject).once("close", () => {
      resolve();
    });
  });
  try {
    const first = await Promise.race([firstLine(child.stdout), ended.then(() => null)]);
    const told = first === null ? null : jsonOf(first);
    const failure = engineStartFailureSchema.safeParse(told).data;
    if (failure !== undefined) return startFailure(failure.code, failure.detail);
    return told === null ? startFailure("engine_crashed", "the engine ended without a message") : null;
  } finally {
    child.kill("SIGKILL");
    await ended.catch(() => undefined);
    rmSync(out, { recursive: true, force: true });
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: stream })) return line;
  return null;
}
