/** Which clip is the same as another, and where it is found (docs/decisions/0047). */
import { createHash } from "node:crypto";
import type { ItemRecord, ResultRecord } from "../../contract/records/batch-records.ts";
import { sourceOf } from "../../contract/api/continuation.ts";
import { reuseKeys } from "../../contract/records/keys.ts";
import {
  makerRecordSchema,
  type MakerRecord,
  reuseRecordSchema,
  type ReuseRecord,
} from "../../contract/records/reuse-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { readIfReadable } from "../../records/records.ts";

/** Everything that decides a clip, bit by bit, and whose it is: nobody gets a clip of another owner. */
export interface ClipKind {
  readonly owner: string;
  readonly model: string;
  readonly maker: MakerRecord;
  readonly item: Pick<ItemRecord, "prompt" | "seed" | "parameters" | "continue_from">;
}

export function reuseKeyOf({ owner, model, maker, item }: ClipKind): string {
  const { output, ...sampling } = item.parameters;
  const parameters = Object.entries({ ...sampling, ...output }).sort(([a], [b]) => (a < b ? -1 : 1));
  const { revision, engine_version, dtype, device } = maker;
  const kind = [owner, model, revision, engine_version, dtype, device, item.prompt, item.seed, parameters];
  if (item.continue_from !== undefined) kind.push(JSON.stringify(sourceOf(item.continue_from)));
  return reuseKeys.clip(createHash("sha256").update(JSON.stringify(kind)).digest("hex"));
}

/** @returns null while it is not known what a machine of the model would make */
export async function readMaker(
  store: ObjectStore,
  { id, source }: { readonly id: string; readonly source: string },
): Promise<MakerRecord | null> {
  const maker = (await readIfReadable(store, reuseKeys.maker(id), makerRecordSchema))?.value ?? null;
  return maker?.source === source ? maker : null;
}

export const writeMaker = (store: ObjectStore, model: string, maker: MakerRecord): Promise<void> =>
  store.put(reuseKeys.maker(model), JSON.stringify(maker));

/** @returns null when there is none; its audio may be gone all the same */
export const readReusable = async (store: ObjectStore, key: string): Promise<ReuseRecord | null> =>
  (await readIfReadable(store, key, reuseRecordSchema))?.value ?? null;

/** The latest clip of a kind replaces earlier ones: it is the one that stays longest. */
export async function keepForReuse(
  store: ObjectStore,
  key: string,
  { item_id, audio, provenance }: ResultRecord,
  codes: string | undefined,
): Promise<void> {
  if (audio === null || provenance === null) return;
  const record: ReuseRecord = { v: 1, item_id, audio, provenance, ...(codes !== undefined && { codes }) };
  await store.put(key, JSON.stringify(record));
}
