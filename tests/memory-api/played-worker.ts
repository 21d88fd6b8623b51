/** A worker without a machine: every item of a batch (of up to 1,000) gets a clip at once. */
import { createHash } from "node:crypto";
import { foldEvents } from "../../shared/batch/progress/fold.ts";
import { readItems } from "../../shared/batch/progress/batch-files.ts";
import { itemIdOf, type BatchId } from "../../shared/contract/ids.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import { finished, of, result } from "../unit/batch/events.ts";
import type { World } from "../unit/fleet/world.ts";

export const clipOf = (index: number): string => `the clip of item ${index}`;

export async function makeClips(world: World, id: BatchId): Promise<void> {
  const { store } = world;
  for (const [index, { custom_id }] of (await readItems(store, id, 0)).entries()) {
    const key = `batches/${id}/audio/${index}-1.wav`;
    const clip = clipOf(index);
    await store.put(key, clip);
    const made = result(index);
    if (made.audio === null) throw new Error("expected a clip");
    const sha256 = createHash("sha256").update(clip).digest("hex");
    const record = {
      ...made,
      batch_id: id,
      item_id: itemIdOf(id, index),
      custom_id,
      audio: { ...made.audio, key, bytes: clip.length, sha256 },
    };
    await store.create(batchKeys.result(id, index), JSON.stringify({ ...record, codes: "Y29kZXM=" }));
    await foldEvents([of(id, finished(index, 30, record))], world.ports);
  }
}
