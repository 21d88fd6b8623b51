/** What runs now, why, and what it costs; and the switch that ends it all. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Loading } from "../../parts/loading.tsx";
import { Meter } from "../../parts/meter.tsx";
import { Money } from "../../parts/money.tsx";
import { countText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";
import { linkTo } from "../../router.ts";
import { useSession } from "../../session/session.ts";
import { Machines } from "./machines.tsx";
import { Queues } from "./queues.tsx";
import { Receipt, StopAndStart } from "./stop.tsx";
import { liveMachines, usdPerHour, waitingFor } from "./waiting.ts";

export function Now() {
  const { may } = useSession();
  const capacity = useResource(
    "capacity",
    (api, signal) => dataOf(api.GET("/v1/capacity", { signal })),
    3000,
  );
  const stop = useResource(
    may("operate") && capacity.data !== null ? `stop ${capacity.data.closed}` : null,
    (api, signal) => dataOf(api.GET("/v1/stop", { signal })),
    capacity.data?.closed === true ? 1500 : 30_000,
  );
  const refresh = (): void => {
    capacity.refresh();
    stop.refresh();
  };
  const { data, problem } = capacity;
  return (
    <div class="page">
      <header>
        <h1>Now</h1>
        {may("operate") && data !== null && <StopAndStart isStopped={data.closed} onDone={refresh} />}
      </header>
      {problem !== null && <Problem problem={problem} />}
      {data === null ? (
        <Loading what="Asking what runs" />
      ) : (
        <>
          <Waiting capacity={data} />
          {stop.data !== null && stop.data.state !== "open" && <Receipt stop={stop.data} />}
          <Figures capacity={data} />
          <div class="two">
            <Machines capacity={data} />
            <Queues capacity={data} />
          </div>
        </>
      )}
    </div>
  );
}

interface CapacityProps {
  readonly capacity: Schemas["Capacity"];
}

function Waiting({ capacity }: CapacityProps) {
  const { sentence, isHeld, until } = waitingFor(capacity);
  return (
    <p class={isHeld ? "waiting held text" : "waiting text"}>
      {sentence}
      {until !== null && (
        <>
          {" "}
          Until <Time at={until} />.
        </>
      )}
    </p>
  );
}

function Figures({ capacity }: CapacityProps) {
  const { budgets } = useSession().stage;
  const { data } = useResource(
    "last decision",
    (api, signal) => dataOf(api.GET("/v1/decisions", { params: { query: { limit: 1 } }, signal })),
    15_000,
  );
  const spent = data?.data[0]?.spent_usd;
  const live = liveMachines(capacity);
  return (
    <div class="cards">
      <section class="card" aria-label="An hour now costs">
        <span class="label">An hour now costs</span>
        <span class="figure">
          <Money usd={usdPerHour(capacity)} />
        </span>
        <span class="faint">
          {countText(live)} {live === 1 ? "machine" : "machines"}, at today's spot prices
        </span>
      </section>
      <Spent title="Spent today (UTC)" usd={spent?.day ?? null} budget={budgets.day_usd} />
      <Spent title="Spent this month" usd={spent?.month ?? null} budget={budgets.month_usd} />
      <section class="card" aria-label="The launcher">
        <span class="label">The launcher looked</span>
        <span class="figure">
          <Time at={capacity.at} as="ago" />
        </span>
        <a href={linkTo("fleet")}>What it decided, and why</a>
      </section>
    </div>
  );
}

interface SpentProps {
  readonly title: string;
  readonly usd: number | null;
  readonly budget: string;
}

function Spent({ title, usd, budget }: SpentProps) {
  return (
    <section class="card" aria-label={title}>
      <span class="label">{title}</span>
      <span class="figure">
        <Money usd={usd} />
      </span>
      <Meter label={`${title}, of the budget`} share={(usd ?? 0) / Number(budget)} />
      <span class="faint">
        of <Money usd={budget} />
      </span>
    </section>
  );
}
