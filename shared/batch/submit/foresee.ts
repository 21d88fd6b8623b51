/** Estimates a batch before it is submitted. */
import type { StageConfig } from "../../config.ts";
import type { BatchRequest } from "../../contract/api/batch-request.ts";
import type { Estimate } from "../../contract/records/receipt.ts";
import { estimateOf, readFacts, type Asked } from "../../billing/estimate.ts";
import type { ObjectStore } from "../../ports.ts";
import type { CheckedRequest, CheckedTerms } from "./check-request.ts";

/** What a batch amounts to, for an estimate. */
export type Totals = Pick<Asked, "clips" | "audioSeconds" | "longestClipSeconds">;

export const totalsOf = ({
  clips,
  audioSeconds,
}: Pick<CheckedRequest, "clips" | "audioSeconds">): Totals => ({
  clips: clips.length,
  audioSeconds,
  longestClipSeconds: Math.max(...clips.map(({ parameters }) => parameters.duration_seconds)),
});

/** What a batch will cost and how long it will take, as the fleet's measures suggest. */
export async function foresee(
  {
    model,
    speed,
    request,
  }: Pick<CheckedTerms, "model" | "speed"> & { readonly request: Pick<BatchRequest, "priority"> },
  totals: Totals,
  store: ObjectStore,
  settings: StageConfig,
): Promise<Estimate> {
  const priority = request.priority ?? "normal";
  return estimateOf({ model, speed, priority, ...totals }, await readFacts(store, model.id), settings);
}
