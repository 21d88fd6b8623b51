/** Estimates a batch before it is submitted. */
import type { StageConfig } from "../../config.ts";
import type { Estimate } from "../../contract/records/receipt.ts";
import { estimateOf, readFacts } from "../../billing/estimate.ts";
import type { ObjectStore } from "../../ports.ts";
import type { CheckedRequest } from "./check-request.ts";

/** What a batch will cost and how long it will take, as the fleet's measures suggest. */
export async function foresee(
  { model, speed, clips, audioSeconds }: CheckedRequest,
  store: ObjectStore,
  settings: StageConfig,
): Promise<Estimate> {
  const longestClipSeconds = Math.max(...clips.map(({ parameters }) => parameters.duration_seconds));
  const asked = { model, speed, clips: clips.length, audioSeconds, longestClipSeconds };
  return estimateOf(asked, await readFacts(store, model.id), settings);
}
