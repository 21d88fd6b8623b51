/** Your webhook endpoints. */
import { dataOf } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Problem } from "../../parts/problem.tsx";
import { useSession } from "../../session/session.ts";
import { Endpoint } from "./endpoint.tsx";
import { NewWebhook } from "./new-webhook.tsx";

export function Webhooks() {
  const { may } = useSession();
  const { data, problem, refresh } = useResource(
    "webhooks",
    (api, signal) => dataOf(api.GET("/v1/webhooks", { signal })),
    30_000,
  );
  return (
    <section class="card" aria-labelledby="webhooks">
      <h2 id="webhooks">Webhooks</h2>
      {problem !== null && <Problem problem={problem} />}
      {may("submit") && <NewWebhook onDone={refresh} />}
      {data?.data.length === 0 && (
        <p class="faint">
          {may("submit")
            ? "There is none yet. Your backend is told of what happens at the address that you add."
            : "There is none. Whoever has a key with the scope “submit” can add one."}
        </p>
      )}
      {data?.data.map((webhook) => (
        <Endpoint key={webhook.id} webhook={webhook} onChange={refresh} />
      ))}
    </section>
  );
}
