/** Runs work on all processors. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/**
 * Gives things to threads, one at a time to each, on every processor.
 * @param program answers each message that it gets with one message, see {@link answering}
 * @param answered is called for each answer, in the order in which they come; if it says `enough`, no more is handed
 *   out
 * @throws what a thread throws
 */
export async function onThreads(
  program: URL,
  tasks: readonly unknown[],
  answered: (answer: unknown, place: number) => "go on" | "enough",
): Promise<void> {
  let next = 0;
  let isEnough = false;
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(program);
      let place = 0;
      const handOut = (): void => {
        place = next;
        next += 1;
        if (place < tasks.length && !isEnough) worker.postMessage(tasks[place]);
        else
          void worker.terminate().then(() => {
            resolve();
          }, reject);
      };
      worker.on("error", reject);
      worker.on("message", (answer: unknown) => {
        if (answered(answer, place) === "enough") isEnough = true;
        handOut();
      });
      handOut();
    });
  const threads = Math.min(availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: threads }, thread));
}
