/** What was spent: by day, model, batch and machine; what of it was waste, and what a minute of audio cost. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useBatchNames } from "../../data/batch-names.ts";
import { useResource } from "../../data/use-resource.ts";
import { dayOf } from "../../parts/day.ts";
import { Empty } from "../../parts/empty.tsx";
import { Choice } from "../../parts/field.tsx";
import { Loading } from "../../parts/loading.tsx";
import { Meter } from "../../parts/meter.tsx";
import { Money } from "../../parts/money.tsx";
import { countText, durationText, percentText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { Table, type Column } from "../../parts/table.tsx";
import { useSession } from "../../session/session.ts";
import { SpentBar } from "./spent-bar.tsx";
import { csvOf, shareOf, spentOn, tablesOf, type WorthRow, type WorthTable } from "./worth.ts";

type Usage = Schemas["Usage"];
const spans = [
  ["1", "today"],
  ["7", "7 days"],
  ["31", "31 days"],
] as const;
const dayMs = 86_400_000;

export function Cost() {
  const [days, setDays] = useState("7");
  const to = dayOf(Date.now());
  const from = dayOf(Date.now() - (Number(days) - 1) * dayMs);
  const { data, problem } = useResource(
    `usage ${from} ${to}`,
    (api, signal) => dataOf(api.GET("/v1/usage", { params: { query: { from, to } }, signal })),
    60_000,
  );
  return (
    <div class="page">
      <header>
        <h1>Cost</h1>
        <div class="actions">
          <Choice title="Of (UTC)" value={days} options={spans} onValue={setDays} />
        </div>
      </header>
      {problem !== null && <Problem problem={problem} />}
      {data === null ? problem === null && <Loading what="Adding up" /> : <Spent usage={data} />}
    </div>
  );
}

function Spent({ usage }: { readonly usage: Usage }) {
  const batchNames = useBatchNames();
  const tables = tablesOf(usage, batchNames);
  if (tables.length === 0)
    return (
      <Empty title="Nothing was spent in these days">
        Machines cost from their launch on. Choose more days, or submit a batch.
      </Empty>
    );
  return (
    <>
      <Figures usage={usage} />
      <p class="legend">
        {spentOn.map(([line]) => (
          <span key={line} class={`badge of-phase-${line}`}>
            {line}
          </span>
        ))}
      </p>
      {tables.map((table) => (
        <WorthSection key={table.title} table={table} />
      ))}
    </>
  );
}

function Figures({ usage }: { readonly usage: Usage }) {
  const { may } = useSession();
  const { usd, waste_usd, saved_usd, on_demand_usd, unassigned_usd, audio_seconds } = usage;
  const [waste, saved] = [shareOf(waste_usd, usd), shareOf(saved_usd, on_demand_usd)];
  return (
    <div class="cards">
      <Figure title={may("operate") ? "Spent" : "Spent on your batches"} value={<Money usd={usd} />}>
        for machines, with volumes and addresses
      </Figure>
      <Figure title="A minute of audio cost" value={<Money usd={usage.usd_per_audio_minute} />}>
        {audio_seconds === null
          ? "not known: a machine does not say what it made"
          : `${durationText(audio_seconds)} of audio made`}
      </Figure>
      <Figure
        title="Waste: boot, load, idle, interrupted"
        value={waste === null ? "–" : percentText(waste)}
        meter={<Meter label="Share that was waste" share={waste ?? 0} />}
      >
        <Money usd={waste_usd} />
        {unassigned_usd !== null && Number(unassigned_usd) > 0 && (
          <>
            ; <Money usd={unassigned_usd} /> for machines that served no batch
          </>
        )}
      </Figure>
      <Figure title="Spot saved" value={saved === null ? "–" : percentText(saved)}>
        <Money usd={saved_usd} /> of <Money usd={on_demand_usd} /> on demand
      </Figure>
    </div>
  );
}

interface FigureProps {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly meter?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Figure({ title, value, meter, children }: FigureProps) {
  return (
    <section class="card" aria-label={title}>
      <span class="label">{title}</span>
      <span class="figure">{value}</span>
      {meter}
      <span class="faint small">{children}</span>
    </section>
  );
}

/** More rows say little; the CSV has all. */
const mostRows = 50;

function WorthSection({ table }: { readonly table: WorthTable }) {
  const { title, rows, rest } = table;
  return (
    <section class="card" aria-label={title}>
      <div class="row">
        <h2>{title}</h2>
        <button
          type="button"
          class="quiet actions"
          aria-label={`${title}, as CSV`}
          onClick={() => {
            save(table);
          }}
        >
          CSV
        </button>
      </div>
      <Table
        caption={title}
        columns={columnsOf(table)}
        rows={rows.slice(0, mostRows)}
        keyOf={({ name }) => name}
      />
      {rows.length > mostRows && (
        <p class="faint">And {countText(rows.length - mostRows)} that cost less; the CSV has them.</p>
      )}
      {rest.map(({ name, usd }) => (
        <p key={name} class="faint">
          And <Money usd={usd} /> {name === "for no batch" ? name : `for ${name}`}.
        </p>
      ))}
    </section>
  );
}

const columnsOf = ({ thing, rows }: WorthTable): readonly Column<WorthRow>[] => {
  const mostUsd = Math.max(...rows.map(({ usd }) => Number(usd)), Number.MIN_VALUE);
  return [
    {
      title: thing,
      cell: ({ name, shown = name, link }) =>
        link === undefined ? (
          <span class="id">{name}</span>
        ) : (
          <a class="text" href={link}>
            {shown}
          </a>
        ),
    },
    { title: "Spent", isNumber: true, cell: ({ usd }) => <Money usd={usd} /> },
    {
      title: "On what",
      cell: (row) => <SpentBar name={row.shown ?? row.name} worth={row} mostUsd={mostUsd} />,
    },
    { title: "Waste", isNumber: true, cell: ({ waste_usd, usd }) => shareText(waste_usd, usd) },
    {
      title: "A minute of audio",
      isNumber: true,
      cell: ({ usd_per_audio_minute: usd }) => <Money usd={usd} />,
    },
    {
      title: "Spot saved",
      isNumber: true,
      cell: ({ saved_usd, on_demand_usd }) => shareText(saved_usd, on_demand_usd),
    },
  ];
};

function shareText(part: string, whole: string): string {
  const share = shareOf(part, whole);
  return share === null ? "–" : percentText(share);
}

function save(table: WorthTable): void {
  const url = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${table.title.toLowerCase().replace(" ", "-")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
