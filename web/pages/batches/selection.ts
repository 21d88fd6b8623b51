/** Which batches are shown, and what can be done with those that are chosen. */
import type { Schemas } from "../../../client/client.ts";

export type BatchView = Schemas["Batch"];
export const filters = ["all", "open", "ended", "with failures"] as const;
export type Filter = (typeof filters)[number];

export function shownBatches(
  batches: readonly BatchView[],
  filter: Filter,
  search: string,
): readonly BatchView[] {
  const wanted = search.trim().toLowerCase();
  return batches.filter(
    (batch) =>
      isOf(batch, filter) &&
      [batch.id, batch.name ?? "", batch.model, ...Object.values(batch.metadata)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
  );
}

function isOf({ ended_at, counts }: BatchView, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "open":
      return ended_at === null;
    case "ended":
      return ended_at !== null;
    case "with failures":
      return counts.failed > 0;
  }
}

export interface Chosen {
  readonly batches: readonly BatchView[];
  /** How many items an order touches. */
  readonly items: number;
}

/** Those with items that are not done. */
export const cancelable = (batches: readonly BatchView[]): Chosen =>
  chosen(batches, ({ ended_at, counts }) => (ended_at === null ? counts.queued + counts.running : 0));

/** Those that have ended with items that did not succeed. */
export const retryable = (batches: readonly BatchView[]): Chosen =>
  chosen(batches, ({ ended_at, counts }) =>
    ended_at === null ? 0 : counts.failed + counts.expired + counts.canceled,
  );

function chosen(batches: readonly BatchView[], itemsOf: (batch: BatchView) => number): Chosen {
  const touched = batches.filter((batch) => itemsOf(batch) > 0);
  return { batches: touched, items: touched.reduce((sum, batch) => sum + itemsOf(batch), 0) };
}
