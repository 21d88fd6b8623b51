/** Gives items the clips that their owner has already, before anything is sent to a queue. */
import type { ModelConfig } from "../../config.ts";
import type { BatchRecord, ItemRecord, ResultRecord } from "../../contract/records/batch-records.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import type { MakerRecord } from "../../contract/records/reuse-records.ts";
import type { ItemEvent } from "../../contract/messages.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import { StoreError } from "../../ports.ts";
import { createRecord } from "../../records/records.ts";
import { readResult } from "../progress/batch-files.ts";
import { foldBatch, type FoldPorts } from "../progress/fold.ts";
import { resultWithoutAudio } from "../progress/result-without-audio.ts";
import { countToday, leftToday } from "./day-limits.ts";
import { keepForReuse, readMaker, readReusable, reuseKeyOf } from "../progress/reuse.ts";

const atOnce = 32;

/**
 * Costs nothing but requests: one read an item that may be reused, three writes one that is, and one to count them. An
 * item for which there is no time, whose clip cannot be had, or that is beyond the day's limit, is made as usual.
 * @param model as the stage serves it now
 * @param untilMs no item is looked up after this time
 * @returns the items that still have to be made
 */
export async function giveExisting(
  ports: FoldPorts,
  batch: BatchRecord,
  model: Pick<ModelConfig, "id" | "source"> | undefined,
  items: readonly ItemRecord[],
  untilMs: number,
): Promise<readonly ItemRecord[]> {
  const asked = items.filter(({ reuse }) => reuse);
  const maker = asked.length === 0 || model === undefined ? null : await readMaker(ports.store, model);
  if (maker === null) return items;
  const left = await leftToday(ports, "given");
  if (left < asked.length)
    ports.log.warn("the day's limit of clips that are given again is reached; the others are made", { left });
  const given = await inParallel(asked.slice(0, left), atOnce, async (item) =>
    ports.clock.nowMs() < untilMs ? orNull(ports, give(ports, batch, item, maker)) : null,
  );
  const results = given.filter((result) => result !== null);
  if (results.length === 0) return items;
  await countToday(ports, "given", results.length);
  await foldBatch(batch.id, results.map(finished), ports);
  const done = new Set(results.map(({ index }) => index));
  return items.filter(({ index }) => !done.has(index));
}

/** @returns the item's result; null when there is no clip to give */
async function give(
  ports: FoldPorts,
  batch: BatchRecord,
  item: ItemRecord,
  maker: MakerRecord,
): Promise<ResultRecord | null> {
  const { store } = ports;
  const key = reuseKeyOf({ owner: batch.owner, model: batch.model, maker, item });
  const found = await readReusable(store, key);
  if (found === null) return null;
  // A copy under its own batch: deleting the batch that made it, or its retention, does not touch this one.
  const audioKey = batchKeys.audio(batch.id, item.index, 0, found.audio.format);
  if ((await store.copy(found.audio.key, audioKey)) === "absent") return null;
  const address = { batch_id: batch.id, index: item.index, custom_id: item.custom_id };
  const result: ResultRecord = {
    ...resultWithoutAudio(ports, address, { instanceId: null, outcome: "succeeded", error: null }),
    audio: { ...found.audio, key: audioKey },
    provenance: found.provenance,
    reused_from: found.item_id,
  };
  const outcome = await createRecord(store, batchKeys.result(batch.id, item.index), {
    ...result,
    ...(found.codes !== undefined && { codes: found.codes }),
  });
  // A submit that is continued finds what it has given before.
  if (outcome.kind === "exists") return readResult(store, batch.id, item.index);
  await keepForReuse(store, key, result, found.codes);
  return result;
}

/** If the store fails, the item is made: its result, if it was written, is found then. */
async function orNull(
  { log }: FoldPorts,
  giving: Promise<ResultRecord | null>,
): Promise<ResultRecord | null> {
  try {
    return await giving;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log.warn("could not look for a clip that exists; the item is made", { error });
    return null;
  }
}

const finished = (result: ResultRecord): ItemEvent => ({
  type: "finished",
  batch_id: result.batch_id,
  index: result.index,
  at: result.finished_at,
  result,
});
