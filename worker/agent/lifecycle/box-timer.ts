/**
 * The last guard of a machine's lifetime on the machine itself. A thread of its own, for an agent that hangs in a
 * loop runs no timers any more; when the process is gone its service powers the machine off.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** End this process in so long, by force. It keeps no process alive that is done before. Resolves once it is set. */
export async function startBoxTimer(ms: number): Promise<void> {
  const script = new URL("box-timer-thread.ts", import.meta.url);
  const thread = new Worker(script, { workerData: Math.max(0, ms) });
  await once(thread, "message");
  thread.unref();
}
