/**
 * A retry: a new batch of the items that did not succeed in another, with the same prompts, seeds and parameters. It may
 * cost what the other may, unless the request says otherwise.
 */
import type { StageConfig } from "../../config.ts";
import type { RetryRequest } from "../../contract/api/queries.ts";
import type { BatchRecord, ItemRecord } from "../../contract/records/batch-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { byChunk, readControl, readItems, readProgress } from "../progress/batch-files.ts";
import { maxCostOf } from "../orders/max-cost.ts";
import { IndexSet } from "../progress/index-set.ts";
import type { Clip } from "./clips.ts";
import type { DraftOr } from "./take-batch.ts";

/** As many clips as a request with variations may have. */
const mostRetried = 8_000;

export interface NoRetry {
  readonly kind: "no_retry";
  readonly detail: string;
}

/** @param parent the batch whose items are made again */
export async function draftOfRetry(
  parent: BatchRecord,
  request: RetryRequest,
  store: ObjectStore,
  settings: StageConfig,
): Promise<DraftOr<NoRetry>> {
  const progress = await readProgress(store, parent);
  if (progress.ended_at === null)
    return refused("the batch has not ended; cancel it, or wait until nothing of it is open");
  const succeeded = IndexSet.decode(progress.succeeded);
  const left = Array.from({ length: parent.total }, (_, index) => index).filter(
    (index) => !succeeded.has(index),
  );
  if (parent.total === 0) return refused("nothing of the batch was queued; submit its items again");
  if (left.length === 0) return refused("every item of the batch succeeded; there is nothing to retry");
  if (left.length > mostRetried)
    return refused(`${left.length} items did not succeed; at most ${mostRetried} can be retried at once`);
  const model = settings.models.find(({ id }) => id === parent.model);
  if (model === undefined) return refused(`the model '${parent.model}' is not served here any more`);
  const items = await itemsAt(store, parent, left);
  const longest = Math.max(...items.map(({ parameters }) => parameters.duration_seconds));
  if (longest > model.max_duration_seconds)
    return refused(`the model '${model.id}' makes clips of ${model.max_duration_seconds} s at most now`);
  const clips = items.map(clipOf);
  const control = await readControl(store, parent.id);
  return {
    draft: {
      request: {
        ...request,
        priority: request.priority ?? parent.priority,
        name: request.name ?? parent.name ?? undefined,
        metadata: parent.metadata,
        retain_days: parent.retain_days ?? undefined,
        max_cost_usd: request.max_cost_usd ?? maxCostOf(parent, control) ?? undefined,
      },
      owner: parent.owner,
      retryOf: parent.id,
      model,
      speed: request.speed ?? parent.speed,
      contents: {
        kind: "listed",
        clips,
        audioSeconds: clips.reduce((sum, { parameters }) => sum + parameters.duration_seconds, 0),
      },
    },
  };
}

const refused = (detail: string): DraftOr<NoRetry> => ({ refusal: { kind: "no_retry", detail } });

async function itemsAt(
  store: ObjectStore,
  parent: BatchRecord,
  indices: readonly number[],
): Promise<readonly ItemRecord[]> {
  const wanted = new Set(indices);
  const chunks = await Promise.all(
    [...byChunk(indices).keys()].map((chunk) => readItems(store, parent.id, chunk)),
  );
  return chunks.flat().filter(({ index }) => wanted.has(index));
}

const clipOf = ({ custom_id, prompt, seed, parameters, reuse }: ItemRecord, requestIndex: number): Clip => ({
  requestIndex,
  customId: custom_id,
  prompt,
  seed,
  parameters,
  reuse,
});
