/** The limit on batches with open items. */
import type { StageConfig } from "../../config.ts";
import type { ObjectStore } from "../../ports.ts";
import { readOpenBatches } from "../progress/reminders.ts";
import { ownedBy } from "../progress/owned-by.ts";

/** Too many batches have open items: those of all owners together, or those of this owner. */
export interface TooManyActive {
  readonly kind: "too_many_active";
  readonly whose: "stage" | "owner";
  readonly limit: number;
}

/**
 * The reconciler and the launcher read every active batch each minute, so their number has a limit. Submits at the same
 * moment do not see each other, so a few may pass it.
 * @returns null when there is room for one more
 */
export async function checkActive(
  store: ObjectStore,
  owner: string,
  { active_batches: ofStage, active_batches_per_owner: ofOwner }: StageConfig["limits"],
): Promise<TooManyActive | null> {
  const open = await readOpenBatches(store);
  if (open.length >= ofStage) return { kind: "too_many_active", whose: "stage", limit: ofStage };
  if (open.length < ofOwner) return null;
  const ids = open.map(({ batchId }) => batchId);
  const own = await ownedBy(owner, ids, store);
  return own.size < ofOwner ? null : { kind: "too_many_active", whose: "owner", limit: ofOwner };
}
