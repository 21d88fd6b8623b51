/** What happened to the batch. It is asked for when it is opened: the API reads every result for it. */
import { useState } from "preact/hooks";
import { dataOf } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { countText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";

const aPage = 100;

export function Events({ batchId }: { readonly batchId: string }) {
  const [isOpen, setOpen] = useState(false);
  const [cursor, setCursor] = useState<string | null>(null);
  const { data, problem } = useResource(
    isOpen ? `events ${batchId} ${cursor ?? ""}` : null,
    (api, signal) => {
      const query = { limit: aPage, ...(cursor !== null && { cursor }) };
      return dataOf(api.GET("/v1/batches/{id}/events", { params: { path: { id: batchId }, query }, signal }));
    },
    null,
  );
  return (
    <details
      class="card"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>What happened</summary>
      {problem !== null && <Problem problem={problem} />}
      <ol class="timeline">
        {data?.data.map(({ id, type, at, index, custom_id, detail }) => (
          <li key={id}>
            <Time at={at} /> <strong>{type}</strong>{" "}
            <span class="text">
              {index !== null && `item ${countText(index)}${custom_id === null ? "" : ` (${custom_id})`} `}
              {detail}
            </span>
          </li>
        ))}
      </ol>
      <div class="row">
        {cursor !== null && (
          <button
            type="button"
            onClick={() => {
              setCursor(null);
            }}
          >
            From the beginning
          </button>
        )}
        {data?.next_cursor != null && (
          <button
            type="button"
            onClick={() => {
              setCursor(data.next_cursor);
            }}
          >
            Later events
          </button>
        )}
      </div>
    </details>
  );
}
