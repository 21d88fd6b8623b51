/** What waits in the queues, and since when. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { countText } from "../../parts/numbers.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { linkTo } from "../../router.ts";

interface Lane {
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
}

const columns: readonly Column<Lane>[] = [
  { title: "Queue", cell: ({ name }) => name },
  { title: "Waiting", isNumber: true, cell: ({ waiting }) => countText(waiting) },
  { title: "At a machine", isNumber: true, cell: ({ inFlight }) => countText(inFlight) },
];

export function Queues({ capacity }: { readonly capacity: Schemas["Capacity"] }) {
  const lanes = capacity.queues.flatMap(({ model, ...own }) =>
    (["fast", "standard", "bulk"] as const).map((lane) => ({
      name: `${model} ${lane}`,
      waiting: own[lane].waiting,
      inFlight: own[lane].in_flight,
    })),
  );
  return (
    <section class="card" aria-labelledby="queues">
      <div class="row">
        <h2 id="queues">Queues</h2>
        <a class="actions" href={linkTo("batches")}>
          Batches
        </a>
      </div>
      <Table caption="Queues" columns={columns} rows={lanes} keyOf={({ name }) => name} />
      <Oldest />
    </section>
  );
}

/** Of the newest batches: a page of them is what a glance may cost. */
function Oldest() {
  const { data } = useResource(
    "oldest open batch",
    (api, signal) => dataOf(api.GET("/v1/batches", { params: { query: { limit: 20 } }, signal })),
    15_000,
  );
  const oldest = data?.data.findLast(({ ended_at, counts }) => ended_at === null && counts.queued > 0);
  if (data === null) return null;
  if (oldest === undefined) return <p class="faint">None of your newest batches waits.</p>;
  return (
    <p>
      The oldest item that waits came <Time at={oldest.submitted_at} as="ago" />, in{" "}
      <a class="text" href={linkTo("batch", oldest.id)}>
        {oldest.name ?? oldest.id}
      </a>
      .
    </p>
  );
}
