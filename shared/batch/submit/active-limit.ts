import type { StageConfig } from "../../config.ts";
import type { ObjectStore } from "../../ports.ts";
import { readOpenMarks } from "../progress/marks.ts";
import { ownedBy } from "../progress/owned-by.ts";

/** Too many batches have open items already: those of all owners together, or those of this one. */
export interface TooManyActive {
  readonly kind: "too_many_active";
  readonly whose: "stage" | "owner";
  readonly limit: number;
}

/**
 * Whoever looks after the batches looks at each of them every minute: there is a limit to how many that may be.
 * Submits at the same moment do not see each other, so it may be passed by a few.
 * @returns null when there is room for one more.
 */
export async function checkActive(
  store: ObjectStore,
  owner: string,
  { active_batches: ofStage, active_batches_per_owner: ofOwner }: StageConfig["limits"],
): Promise<TooManyActive | null> {
  const open = await readOpenMarks(store);
  if (open.length >= ofStage) return { kind: "too_many_active", whose: "stage", limit: ofStage };
  if (open.length < ofOwner) return null;
  const ids = open.map(({ batchId }) => batchId);
  const own = await ownedBy(owner, ids, store);
  return own.size < ofOwner ? null : { kind: "too_many_active", whose: "owner", limit: ofOwner };
}
