/** A thread of the soak: it receives seeds and answers with their outcomes, until it is ended. */
import { parentPort } from "node:worker_threads";
import { playSeed } from "./soak.ts";
import type { SeedTask } from "./soak.ts";

parentPort?.on("message", (task: SeedTask) => {
  void playSeed(task).then((verdict) => parentPort?.postMessage(verdict));
});
