/** What was sent to a webhook endpoint, and how it went. */
import { useState } from "preact/hooks";
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { useResource } from "../../data/use-resource.ts";
import { Problem } from "../../parts/problem.tsx";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { useSession } from "../../session/session.ts";

type Delivery = Schemas["Delivery"];

export function Deliveries({ id }: { readonly id: string }) {
  const { may } = useSession();
  const action = useAction();
  const [sent, setSent] = useState<string | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const { data, problem, refresh } = useResource(
    `deliveries ${id} ${cursor ?? ""}`,
    (api, signal) => {
      const params = { path: { id }, query: { ...(cursor !== null && { cursor }) } };
      return dataOf(api.GET("/v1/webhooks/{id}/deliveries", { params, signal }));
    },
    15_000,
  );
  const send = async (delivery_id: string): Promise<void> => {
    const params = { path: { id } };
    const isDone = await action.run((api) =>
      dataOf(api.POST("/v1/webhooks/{id}/redeliver", { params, body: { delivery_id } })),
    );
    if (!isDone) return;
    setSent(delivery_id);
    refresh();
  };
  if (data === null)
    return problem === null ? (
      <p class="faint">Asking for the deliveries …</p>
    ) : (
      <Problem problem={problem} />
    );
  if (data.data.length === 0 && cursor === null)
    return <p class="faint">Nothing was sent to it in the last 30 days.</p>;
  return (
    <>
      {action.problem !== null && <Problem problem={action.problem} />}
      <p class="faint" role="status">
        {sent !== null && "It is sent again; what comes of it is listed here."}
      </p>
      <Table
        caption="Deliveries"
        columns={may("submit") ? [...columns, again((delivery) => void send(delivery.id))] : columns}
        rows={data.data}
        keyOf={(delivery) => delivery.id}
      />
      <div class="row">
        {cursor !== null && (
          <button
            type="button"
            onClick={() => {
              setCursor(null);
            }}
          >
            The newest
          </button>
        )}
        {data.next_cursor !== null && (
          <button
            type="button"
            onClick={() => {
              setCursor(data.next_cursor);
            }}
          >
            Older
          </button>
        )}
      </div>
    </>
  );
}

const columns: readonly Column<Delivery>[] = [
  { title: "At", cell: ({ at }) => <Time at={at} /> },
  { title: "Event", cell: ({ event_type }) => event_type },
  { title: "Attempt", isNumber: true, cell: ({ attempt }) => attempt },
  {
    title: "Outcome",
    cell: ({ outcome, detail, next_attempt_at }) => (
      <span class="text">
        {outcome}: {detail}
        {next_attempt_at !== null && (
          <>
            {"; again "}
            <Time at={next_attempt_at} as="ago" />
          </>
        )}
      </span>
    ),
  },
];

const again = (send: (delivery: Delivery) => void): Column<Delivery> => ({
  title: "Again",
  head: <span class="unseen">Send again</span>,
  cell: (delivery) => (
    <button
      type="button"
      class="quiet"
      aria-label={`Send ${delivery.id} again`}
      onClick={() => {
        send(delivery);
      }}
    >
      Send again
    </button>
  ),
});
