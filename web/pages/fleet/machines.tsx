/** The machines that tell of themselves now, and all of the last day over time. */
import type { Schemas } from "../../../client/client.ts";
import { useBatchNames } from "../../data/batch-names.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { Gantt } from "./gantt.tsx";

export function Workers({
  capacity: { workers, other_workers },
}: {
  readonly capacity: Schemas["Capacity"];
}) {
  if (workers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="workers">
      <h2 id="workers">Machines that tell of themselves</h2>
      <Table caption="Heartbeats" columns={columns} rows={workers} keyOf={(worker) => worker.instance_id} />
      {other_workers > 0 && <p class="faint">And {other_workers} more, heard of before these.</p>}
    </section>
  );
}

const columns: readonly Column<Schemas["Capacity"]["workers"][number]>[] = [
  { title: "Machine", cell: ({ instance_id }) => <span class="mono id">{instance_id}</span> },
  { title: "State", cell: ({ state, reason }) => (reason === null ? state : `${state}: ${reason}`) },
  { title: "Slots", isNumber: true, cell: ({ items_running, slots }) => `${items_running} / ${slots}` },
  { title: "Zone", cell: ({ zone }) => zone },
  { title: "Model", cell: ({ model }) => model },
  { title: "Told", cell: ({ heartbeat_at }) => <Time at={heartbeat_at} as="ago" /> },
];

export function MachinesOverTime({ usage }: { readonly usage: Schemas["Usage"] | null }) {
  const batchNames = useBatchNames();
  return (
    <section class="card" aria-labelledby="gantt">
      <h2 id="gantt">Machines of the last 24 hours</h2>
      {usage?.instances === null && (
        <p class="faint">Only a key with the scope “operate” sees the machines one by one.</p>
      )}
      {usage?.instances != null && <Gantt machines={usage.instances} batchNames={batchNames} />}
    </section>
  );
}
