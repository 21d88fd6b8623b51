/** A batch's items by state, as a bar. */
import type { Schemas } from "../../client/client.ts";
import { itemStates, type ItemState } from "./item-states.ts";
import { countText } from "./numbers.ts";

type Counts = Schemas["Batch"]["counts"];

export const countsText = (counts: Counts): string =>
  itemStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${countText(counts[state])} ${state}`)
    .join(", ") || "no items yet";

export function Progress({ counts }: { readonly counts: Counts }) {
  const text = countsText(counts);
  return (
    <div class="bar" role="img" aria-label={text} title={text}>
      {itemStates
        .filter((state) => counts[state] > 0)
        .map((state) => (
          <span
            key={state}
            class={`of-${state}`}
            style={{ width: `${(100 * counts[state]) / Math.max(1, counts.total)}%` }}
          />
        ))}
    </div>
  );
}

/** A batch's state, or how it ended. */
export function BatchState({ batch }: { readonly batch: Schemas["Batch"] }) {
  const shown = batch.outcome ?? batch.status;
  return <span class={`badge of-${colours[shown] ?? "queued"}`}>{shown}</span>;
}

const colours: Readonly<Record<string, ItemState>> = {
  running: "running",
  validating: "running",
  canceling: "canceled",
  stopped: "canceled",
  succeeded: "succeeded",
  partial: "expired",
  failed: "failed",
  invalid: "failed",
  canceled: "canceled",
  expired: "expired",
};
