/** moto's server: an emulator of EC2 that nobody here wrote. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../local/cloud/free-port.ts";
import { systemClock } from "../../shared/system/system-clock.ts";

export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");
const startDeadlineMs = 100_000;

/** @param more of its environment */
export async function startMoto(more: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    join(root, ".venv", "bin", "python"),
    [join(root, "tests", "contract", "run_moto.py"), String(port)],
    {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, ...more, PYTHONPATH: join(root, "local", "cloud", "emulator") },
    },
  );
  const gone = once(child, "exit");
  const stop = async (): Promise<void> => {
    // Closing its stdin ends it.
    child.stdin.end();
    await gone;
  };
  const untilMs = systemClock.nowMs() + startDeadlineMs;
  while (systemClock.nowMs() < untilMs && child.exitCode === null) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => null);
    if (answer?.ok === true) return { url, stop };
    await systemClock.sleep(100);
  }
  await stop();
  throw new Error("moto did not answer");
}
