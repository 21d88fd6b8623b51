/** The batches, the newest first. */
import { useState } from "preact/hooks";
import { dataOf } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Empty } from "../../parts/empty.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { Loading } from "../../parts/loading.tsx";
import { Money } from "../../parts/money.tsx";
import { countText, percentText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { BatchState, Progress } from "../../parts/progress.tsx";
import { Table, type Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { linkTo } from "../../router.ts";
import { useSession } from "../../session/session.ts";
import { Orders } from "./orders.tsx";
import { filters, shownBatches, type BatchView, type Filter } from "./selection.ts";

const aPage = 50;

export function Batches() {
  const { may } = useSession();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const cursor = cursors.at(-1);
  const { data, problem, refresh } = useResource(
    `batches ${cursor ?? ""}`,
    (api, signal) => {
      const query = { limit: aPage, ...(cursor !== undefined && { cursor }) };
      return dataOf(api.GET("/v1/batches", { params: { query }, signal }));
    },
    cursor === undefined ? 5000 : 30_000,
  );
  const shown = shownBatches(data?.data ?? [], filter, search);
  const toggle = (id: string): void => {
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  };
  const done = (): void => {
    setSelected(new Set());
    refresh();
  };
  return (
    <div class="page">
      <header>
        <h1>Batches</h1>
        {may("submit") && <Orders selected={shown.filter(({ id }) => selected.has(id))} onDone={done} />}
      </header>
      {problem !== null && <Problem problem={problem} />}
      {data === null && problem === null && <Loading what="Asking for the batches" />}
      {data?.data.length === 0 && (
        <Empty title="There is no batch yet">
          {may("submit") ? (
            <>
              <a href={linkTo("new")}>Make one</a> of a list of prompts.
            </>
          ) : (
            "Whoever has a key with the scope “submit” can make one."
          )}
        </Empty>
      )}
      {data !== null && data.data.length > 0 && (
        <>
          <div class="fields">
            <Field
              title="Search"
              value={search}
              hint="name, id, model"
              inputMode="search"
              onValue={setSearch}
            />
            <Choice
              title="Show"
              value={filter}
              options={filters.map((own) => [own, own])}
              onValue={(value) => {
                setFilter(value as Filter);
              }}
            />
          </div>
          {shown.length === 0 ? (
            <p class="faint">None of these {countText(data.data.length)} batches is like that.</p>
          ) : (
            <Table
              caption="Batches"
              columns={may("submit") ? [choosing(selected, toggle), ...columns] : columns}
              rows={shown}
              keyOf={({ id }) => id}
            />
          )}
          <div class="row">
            {cursors.length > 0 && (
              <button
                type="button"
                onClick={() => {
                  setCursors(cursors.slice(0, -1));
                }}
              >
                Newer
              </button>
            )}
            {data.next_cursor !== null && (
              <button
                type="button"
                onClick={() => {
                  setCursors([...cursors, data.next_cursor ?? ""]);
                }}
              >
                Older
              </button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

const choosing = (selected: ReadonlySet<string>, toggle: (id: string) => void): Column<BatchView> => ({
  title: "Choose",
  head: <span class="unseen">Choose</span>,
  cell: ({ id, name }) => (
    <input
      type="checkbox"
      aria-label={`Choose ${name ?? id}`}
      checked={selected.has(id)}
      onChange={() => {
        toggle(id);
      }}
    />
  ),
});

const columns: readonly Column<BatchView>[] = [
  {
    title: "Batch",
    cell: ({ id, name, model }) => (
      <>
        <a class="text clamp" href={linkTo("batch", id)}>
          {name ?? id}
        </a>
        <span class="faint small text">{name === null ? model : `${id} · ${model}`}</span>
      </>
    ),
  },
  { title: "State", cell: (batch) => <BatchState batch={batch} /> },
  {
    title: "Progress",
    cell: ({ counts, progress }) => (
      <div class="progress-cell">
        <Progress counts={counts} />
        <span class="faint small">
          {countText(counts.succeeded)} of {countText(counts.total)} · {percentText(progress)}
        </span>
      </div>
    ),
  },
  {
    title: "Cost",
    isNumber: true,
    cell: ({ cost }) => (
      <>
        <Money usd={cost.accrued_usd} />
        {cost.max_usd !== null && (
          <span class="faint small">
            of <Money usd={cost.max_usd} />
          </span>
        )}
      </>
    ),
  },
  { title: "Submitted", cell: ({ submitted_at }) => <Time at={submitted_at} as="ago" /> },
  {
    title: "Due or ended",
    cell: ({ ended_at, deadline_at }) =>
      ended_at === null ? (
        <>
          due <Time at={deadline_at} as="ago" />
        </>
      ) : (
        <>
          ended <Time at={ended_at} as="ago" />
        </>
      ),
  },
];
