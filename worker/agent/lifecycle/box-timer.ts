/**
 * The machine's own last guard of its lifetime: it kills the process, and the service manager then powers the machine
 * off. It runs in a thread, because the timers of an agent that hangs in a loop never fire.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Kill this process in `ms`. The timer does not keep a process that is done alive. Resolves once it is set. */
export async function startBoxTimer(ms: number): Promise<void> {
  const script = new URL("box-timer-thread.ts", import.meta.url);
  const thread = new Worker(script, { workerData: Math.max(0, ms) });
  await once(thread, "message");
  thread.unref();
}
