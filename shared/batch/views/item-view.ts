/** Items and results as the API shows them. */
import type { StageConfig } from "../../config.ts";
import type { ItemSummary, ItemView, ResultView } from "../../contract/api/api.ts";
import type {
  AttemptsRecord,
  BatchRecord,
  ItemRecord,
  ProgressRecord,
  ResultRecord,
} from "../../contract/records/batch-records.ts";
import type { AmountsView, ItemReceipt } from "../../contract/records/receipt.ts";
import { itemIdOf, locateItem } from "../../contract/ids.ts";
import { outcomeOf, outcomeSets } from "../progress/progress.ts";

/** @param items of one batch, in their order */
const letters = { succeeded: "s", failed: "f", canceled: "c", expired: "e" } as const;

/** A letter for each item, in their order: `q` queued, `r` running, and the first letter of how it ended. */
export function itemStates(progress: ProgressRecord): string {
  const sets = outcomeSets(progress);
  return Array.from({ length: progress.total }, (_, index) => {
    const outcome = outcomeOf(sets, index);
    if (outcome !== null) return letters[outcome];
    return progress.running[index] === undefined ? "q" : "r";
  }).join("");
}

export function itemSummaries(
  batch: BatchRecord,
  progress: ProgressRecord,
  items: readonly ItemRecord[],
): readonly ItemSummary[] {
  const sets = outcomeSets(progress);
  return items.map(({ index, custom_id }) => {
    const running = progress.running[index];
    return {
      id: itemIdOf(batch.id, index),
      index,
      custom_id,
      status: outcomeOf(sets, index) ?? (running === undefined ? "queued" : "running"),
      step: running?.step ?? null,
      steps: running?.steps ?? null,
    };
  });
}

/** What a result is shown with that its record does not hold. */
export interface ResultContext {
  /** Null before the batch's receipt is written. */
  readonly receipt: ItemReceipt | null;
  readonly licence: string | null;
}

/** @returns null when the stage no longer serves the model */
export const licenceOf = (model: string, { models }: Pick<StageConfig, "models">): string | null =>
  models.find(({ id }) => id === model)?.licence ?? null;

/** @param result may be newer than progress; it takes precedence */
export function itemView(
  summary: ItemSummary,
  item: ItemRecord,
  { failures, interruptions, interrupted_steps }: AttemptsRecord,
  result: ResultRecord | null,
  context: ResultContext,
): ItemView {
  const { prompt, seed, parameters, continue_from } = item;
  return {
    ...summary,
    ...(result === null ? {} : { status: result.outcome, step: null, steps: null }),
    batch_id: locateItem(summary.id).batchId,
    prompt,
    seed,
    parameters,
    ...(continue_from === undefined ? {} : { continue_from }),
    attempts: { failures, interruptions, interrupted_steps },
    result: result === null ? null : resultView(result, context),
  };
}

/** The audio's URL is relative to the API's own. It is permanent, and each request signs a new redirect. */
export function resultView(result: ResultRecord, { receipt, licence }: ResultContext): ResultView {
  const { item_id, index, custom_id, outcome, finished_at, error, provenance, gpu_seconds, reused_from } =
    result;
  return {
    item_id,
    index,
    custom_id,
    outcome,
    finished_at,
    audio: result.audio === null ? null : audioView(result.item_id, result.audio),
    error,
    provenance,
    reused: reused_from !== null,
    reused_from,
    licence,
    gpu_seconds,
    steps: result.steps,
    interruptions: result.interruptions,
    receipt: receipt === null ? null : amountsOf(receipt),
  };
}

function amountsOf({ index: _index, ...amounts }: ItemReceipt): AmountsView {
  return amounts;
}

function audioView(itemId: string, audio: NonNullable<ResultRecord["audio"]>): ResultView["audio"] {
  const { key: _key, ...shown } = audio;
  return { url: `/v1/items/${itemId}/audio`, ...shown };
}
