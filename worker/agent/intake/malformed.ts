/** Messages that do not match the schema. */
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import { batchRecordSchema, itemRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import { resultWithoutAudio, type ItemAddress } from "../../../shared/batch/progress/result-without-audio.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { batchKeys, chunkOf, itemsPerChunk } from "../../../shared/contract/records/keys.ts";
import { jobAddressSchema } from "../../../shared/contract/messages.ts";
import { cutText } from "../../../shared/contract/text.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { parseRecord, readRecord } from "../../../shared/records/records.ts";
import type { ResultPorts } from "../jobs/results.ts";

/** A schema's complaint may be as long as the message. */
const longestDetail = 500;

/**
 * @param json the message's body, parsed where it could be
 * @returns a failed result for its item; null if it names no item that exists: the dead-letter queue gets it
 */
export async function resultOfMalformed(
  ports: ResultPorts,
  instanceId: InstanceId,
  json: unknown,
  fault: string,
): Promise<ResultRecord | null> {
  const address = jobAddressSchema.safeParse(json);
  if (!address.success) return null;
  const { batch_id: batchId, index } = address.data;
  const batch = await readRecord(ports.store, batchKeys.batch(batchId), batchRecordSchema);
  if (batch === null || index >= batch.value.total) return null;
  const item: ItemAddress = { ...address.data, custom_id: await customIdOf(ports.store, address.data) };
  const error = { code: "malformed_message" as const, detail: cutText(fault, longestDetail) };
  return resultWithoutAudio(ports, item, { instanceId, outcome: "failed", error });
}

async function customIdOf(
  store: ObjectStore,
  { batch_id: batchId, index }: Pick<ItemAddress, "batch_id" | "index">,
): Promise<string | null> {
  const key = batchKeys.items(batchId, chunkOf(index));
  const line = (await store.get(key))?.body.split("\n")[index % itemsPerChunk];
  return line === undefined || line === "" ? null : parseRecord(itemRecordSchema, line, key).custom_id;
}
