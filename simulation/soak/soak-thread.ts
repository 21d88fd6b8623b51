/** A thread of the soak: takes seeds, answers with what became of them, until it is ended. */
import { parentPort } from "node:worker_threads";
import { playSeed } from "./soak.ts";
import type { SeedTask } from "./soak.ts";

parentPort?.on("message", (task: SeedTask) => {
  void playSeed(task).then((verdict) => parentPort?.postMessage(verdict));
});
