/** Estimates a batch before it is submitted. */
import type { StageConfig } from "../../config.ts";
import type { BatchRequest } from "../../contract/api/batch-request.ts";
import type { Estimate } from "../../contract/records/receipt.ts";
import { estimateOf, readFacts, type Asked } from "../../billing/estimate.ts";
import type { ObjectStore } from "../../ports.ts";
import type { CheckedRequest, CheckedTerms } from "./check-request.ts";
import { givenSeconds, type Sources } from "./sources.ts";

/** What a batch amounts to, for an estimate. */
export type Totals = Pick<Asked, "clips" | "audioSeconds" | "longestClipSeconds">;

/** Of clips that continue something, what is given does not have to be made. */
export function totalsOf({ clips }: Pick<CheckedRequest, "clips">, sources: Sources): Totals {
  const seconds = clips.map(
    ({ parameters, continueFrom }) => parameters.duration_seconds - givenSeconds(continueFrom, sources),
  );
  return {
    clips: clips.length,
    audioSeconds: seconds.reduce((sum, one) => sum + one, 0),
    longestClipSeconds: Math.max(...seconds),
  };
}

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
