/** Batches of SQS entries: at most ten entries and 1 MiB in a request. SQS answers each entry separately. */
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { backOff } from "../../flow/back-off.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { Clock, Random } from "../../ports.ts";
import { QueueError } from "../../ports.ts";
import { isPassing } from "./refusals.ts";

/** @see SQS API reference, SendMessageBatch */
const maxEntries = 10;
const maxBytes = 1024 * 1024;
const requestsAtOnce = 8;
const entryTries = 5;
const firstWaitMs = 100;

export type FailedEntries = readonly BatchResultErrorEntry[];

/** @param bytesOf how many bytes an entry counts towards the limit of a request */
export function inBatches<T>(entries: readonly T[], bytesOf: (entry: T) => number): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    const last = batches.at(-1);
    if (last === undefined || last.length === maxEntries || bytes + size > maxBytes) {
      batches.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return batches;
}

/**
 * Sends every batch through `request`, a few at a time, and repeats the entries that SQS could not take.
 * @param request answers with the failed entries; their `Id` is the entry's place in the given batch
 * @throws QueueError when SQS refuses an entry, or fails it five times; thrown after all other batches are done
 */
export async function sendBatches<T>(
  ports: { readonly clock: Clock; readonly random: Random },
  batches: readonly (readonly T[])[],
  request: (batch: readonly T[]) => Promise<FailedEntries>,
): Promise<void> {
  const failures: unknown[] = [];
  await inParallel(batches, requestsAtOnce, async (batch) => {
    try {
      await untilTaken(ports, batch, request);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

async function untilTaken<T>(
  ports: { readonly clock: Clock; readonly random: Random },
  batch: readonly T[],
  request: (batch: readonly T[]) => Promise<FailedEntries>,
): Promise<void> {
  let left = batch;
  for (let attempt = 1; ; attempt += 1) {
    const failures = await request(left);
    if (failures.length === 0) return;
    const final = failures.find((failure) => !isPassing(failure) || attempt === entryTries);
    if (final !== undefined)
      throw new QueueError(
        `SQS did not take ${failures.length} of ${left.length} entries: ${final.Code ?? "no code"}: ${final.Message ?? ""}`,
      );
    const failed = new Set(failures.map((failure) => Number(failure.Id)));
    left = left.filter((_entry, place) => failed.has(place));
    await backOff(ports, attempt, firstWaitMs);
  }
}
