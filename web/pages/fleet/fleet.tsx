/** The machines over time, the prices, and what the launcher decided and why. */
import { dataOf } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { dayOf } from "../../parts/day.ts";
import { Loading } from "../../parts/loading.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Decisions } from "./decisions.tsx";
import { Holds } from "./holds.tsx";
import { MachinesOverTime, Workers } from "./machines.tsx";
import { Prices } from "./prices.tsx";

const dayMs = 86_400_000;

export function Fleet() {
  const capacity = useResource(
    "capacity",
    (api, signal) => dataOf(api.GET("/v1/capacity", { signal })),
    5000,
  );
  // Machines are told of by the days on which they ran: the last 24 hours are in two of them.
  const from = dayOf(Date.now() - dayMs);
  const usage = useResource(
    `usage since ${from}`,
    (api, signal) => dataOf(api.GET("/v1/usage", { params: { query: { from } }, signal })),
    30_000,
  );
  return (
    <div class="page">
      <header>
        <h1>Fleet</h1>
      </header>
      {[capacity, usage].map(({ problem }, place) =>
        problem === null ? null : <Problem key={place} problem={problem} />,
      )}
      {capacity.data === null ? (
        capacity.problem === null && <Loading what="Asking for the machines" />
      ) : (
        <>
          <Holds capacity={capacity.data} />
          <Workers capacity={capacity.data} />
        </>
      )}
      <MachinesOverTime usage={usage.data} />
      <Prices usage={usage.data} />
      <Decisions />
    </div>
  );
}
