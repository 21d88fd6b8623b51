/**
 * A retry: a new batch of the items that did not succeed in another, with the same prompts, seeds and parameters. It may
 * cost what the other may, unless the request says otherwise.
 */
import type { StageConfig } from "../../config.ts";
import type { BatchTerms } from "../../contract/api/batch-request.ts";
import type { RetryRequest } from "../../contract/api/queries.ts";
import type {
  BatchRecord,
  ControlRecord,
  ItemRecord,
  ProgressRecord,
} from "../../contract/records/batch-records.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { findEndpoint } from "../../webhooks/endpoints.ts";
import { byChunk, readControl, readItems, readProgress } from "../progress/batch-files.ts";
import { maxCostOf } from "../orders/max-cost.ts";
import { IndexSet } from "../progress/index-set.ts";
import type { Clip } from "./clips.ts";
import { refusalOfToday, sourcesOfBatch } from "./sources.ts";
import type { Draft, DraftOr } from "./take-batch.ts";

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
  ports: RecordPorts,
  settings: StageConfig,
): Promise<DraftOr<NoRetry>> {
  const { store } = ports;
  const left = unsucceeded(parent, await readProgress(store, parent));
  if (typeof left === "string") return refused(left);
  const model = settings.models.find(({ id }) => id === parent.model);
  if (model === undefined) return refused(`the model '${parent.model}' is not served here any more`);
  const items = await itemsAt(store, parent, left);
  const longest = Math.max(...items.map(({ parameters }) => parameters.duration_seconds));
  if (longest > model.max_duration_seconds)
    return refused(`the model '${model.id}' makes clips of ${model.max_duration_seconds} s at most now`);
  const audioSeconds = items.reduce((sum, { parameters }) => sum + parameters.duration_seconds, 0);
  const clips = items.map(clipOf);
  const sources = sourcesOfBatch(parent.id, clips);
  const tooMany = await refusalOfToday(ports, sources.size);
  if (tooMany !== null) return refused(`what its items continue ${tooMany}`);
  return {
    draft: {
      request: {
        ...asParent(parent, await readControl(store, parent.id), request),
        webhook: await webhookOf(parent, store),
      },
      owner: parent.owner,
      retryOf: parent.id,
      model,
      speed: request.speed ?? parent.speed,
      contents: { kind: "listed", clips, audioSeconds, sources },
    },
  };
}

/** The items that did not succeed, or why they cannot be made again. */
function unsucceeded(parent: BatchRecord, progress: ProgressRecord): readonly number[] | string {
  if (progress.ended_at === null)
    return "the batch has not ended; cancel it, or wait until nothing of it is open";
  if (parent.total === 0) return "nothing of the batch was queued; submit its items again";
  const succeeded = IndexSet.decode(progress.succeeded);
  const left = Array.from({ length: parent.total }, (_, index) => index).filter(
    (index) => !succeeded.has(index),
  );
  if (left.length === 0) return "every item of the batch succeeded; there is nothing to retry";
  return left.length > mostRetried
    ? `${left.length} items did not succeed, and a retry takes ${mostRetried} at most; the results as CSV have their prompts and seeds: submit those as an upload`
    : left;
}

/** What the request leaves out is as it is for the parent now. */
const asParent = (
  parent: BatchRecord,
  control: ControlRecord | null,
  request: RetryRequest,
): Draft["request"] => ({
  ...request,
  priority: request.priority ?? parent.priority,
  name: request.name ?? parent.name ?? undefined,
  metadata: parent.metadata,
  retain_days: parent.retain_days ?? undefined,
  max_cost_usd: request.max_cost_usd ?? maxCostOf(parent, control) ?? undefined,
});

/** Its endpoint may have gone since. */
async function webhookOf(
  { owner, webhook }: BatchRecord,
  store: ObjectStore,
): Promise<BatchTerms["webhook"]> {
  if (webhook === null) return undefined;
  const endpoint = await findEndpoint(store, owner, webhook.id);
  return endpoint?.disabled === null ? { url: endpoint.url, events: webhook.events } : undefined;
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

const clipOf = (
  { custom_id, prompt, seed, parameters, reuse, continue_from }: ItemRecord,
  requestIndex: number,
): Clip => ({
  requestIndex,
  customId: custom_id,
  prompt,
  seed,
  parameters,
  reuse,
  continueFrom: continue_from,
});
