/** The same again with another seed: a batch of one. A seed that is not given is drawn. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { Problem } from "../../parts/problem.tsx";
import { goTo } from "../../router.ts";

export function Again({ item }: { readonly item: Schemas["Item"] }) {
  const action = useAction();
  const send = (): Promise<boolean> =>
    action.run(async (api) => {
      const params = { path: { id: item.batch_id } };
      const { model } = await dataOf(api.GET("/v1/batches/{id}", { params }));
      const { prompt, parameters, continue_from } = item;
      const again = { prompt, ...parameters, ...(continue_from !== undefined && { continue_from }) };
      const batch = await dataOf(api.POST("/v1/batches", { body: { model, items: [again] } }));
      if ("id" in batch) goTo("batch", batch.id);
    });
  return (
    <div class="actions">
      <button type="button" disabled={action.isRunning} onClick={() => void send()}>
        Same again, another seed
      </button>
      {action.problem !== null && <Problem problem={action.problem} />}
    </div>
  );
}
