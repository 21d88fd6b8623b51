/** Cancels or retries the batches that are chosen, once it is said how many items that touches. */
import { useState } from "preact/hooks";
import { dataOf, type MusicgenBatch } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { countText } from "../../parts/numbers.ts";
import { cancelable, retryable, type BatchView, type Chosen } from "./selection.ts";

interface OrdersProps {
  readonly selected: readonly BatchView[];
  readonly onDone: () => void;
}
type Order = "cancel" | "retry";

export function Orders({ selected, onDone }: OrdersProps) {
  const [order, setOrder] = useState<Order | null>(null);
  const action = useAction();
  const touched: Readonly<Record<Order, Chosen>> = {
    cancel: cancelable(selected),
    retry: retryable(selected),
  };
  const close = (): void => {
    setOrder(null);
    action.clear();
  };
  const confirm = async (asked: Order): Promise<void> => {
    const done = await action.run(async (api) => {
      // One after another: the API takes only so many at once.
      for (const { id } of touched[asked].batches) await send[asked](api, id);
    });
    if (done) close();
    onDone();
  };
  return (
    <div class="actions">
      {(["cancel", "retry"] as const).map((own) => (
        <button
          key={own}
          type="button"
          disabled={touched[own].items === 0}
          onClick={() => {
            setOrder(own);
          }}
        >
          {verbs[own]}
          {touched[own].items > 0 && ` ${itemsText(touched[own].items)}`}
        </button>
      ))}
      {order !== null && (
        <Dialog
          title={`${verbs[order]} ${itemsText(touched[order].items)} of ${batchesText(touched[order].batches.length)}`}
          verb={action.isRunning ? "Sending …" : `${verbs[order]} ${itemsText(touched[order].items)}`}
          action={action}
          onConfirm={() => void confirm(order)}
          onClose={close}
        >
          <p>{consequences[order]}</p>
          <ul class="chosen">
            {touched[order].batches.map(({ id, name }) => (
              <li key={id} class="text">
                {name ?? id}
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </div>
  );
}

const verbs: Readonly<Record<Order, string>> = { cancel: "Cancel", retry: "Retry" };
const consequences: Readonly<Record<Order, string>> = {
  cancel: "Items that run end at their next step. Clips that are made stay.",
  retry: "A new batch of what did not succeed is made for each: the same prompts, seeds and parameters.",
};
const send: Readonly<Record<Order, (api: MusicgenBatch, id: string) => Promise<unknown>>> = {
  cancel: (api, id) =>
    dataOf(api.POST("/v1/batches/{id}/cancel", { params: { path: { id } }, body: { mode: "abort" } })),
  retry: (api, id) => dataOf(api.POST("/v1/batches/{id}/retry", { params: { path: { id } } })),
};

const itemsText = (count: number): string => `${countText(count)} ${count === 1 ? "item" : "items"}`;
const batchesText = (count: number): string => `${countText(count)} ${count === 1 ? "batch" : "batches"}`;
