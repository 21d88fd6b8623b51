/** Many batches, in a store that takes its time. */
import { emptyProgress } from "../../../shared/batch/progress/progress.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import { batchIdOf } from "../../../shared/contract/ids.ts";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { noonMs, submitted, world, type World } from "./world.ts";

const batches = 1000;

/** A world whose store is at first at once, and then slow. */
export class Slow implements Faults {
  requestMs = 0;
  at: World | null = null;

  async before(operation: string): Promise<void> {
    if (this.requestMs === 0 || operation === "send" || operation === "depth") return;
    await this.at?.clock.sleep(this.requestMs);
  }
}

export function slowWorld(): { readonly at: World; readonly slow: Slow } {
  const slow = new Slow();
  const at = world(slow);
  slow.at = at;
  return { at, slow };
}

/** So many batches of two items as they are after their submit; made from one, for a submit takes its time. */
export async function manyBatches(
  at: World,
  change: Partial<BatchRecord> = {},
): Promise<readonly BatchRecord[]> {
  const first = await submitted(at, { items: [{ prompt: "a" }, { prompt: "b" }] });
  const items = (await at.store.get(`batches/${first.id}/items/0.jsonl`))?.body ?? "";
  const all = Array.from({ length: batches }, () => ({
    ...first,
    ...change,
    id: batchIdOf(at.random.ulid(noonMs)),
  }));
  await at.store.delete(`active/${first.id}`);
  for (const batch of all) {
    await at.store.put(`batches/${batch.id}/batch.json`, JSON.stringify(batch));
    await at.store.put(`batches/${batch.id}/items/0.jsonl`, items);
    await at.store.put(`batches/${batch.id}/progress.json`, JSON.stringify(emptyProgress(batch.id, 2)));
    await at.store.put(`active/${batch.id}`, "{}");
  }
  return all;
}
