/** The spot prices of every machine type of the stage: now, and over the last day. */
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useResource } from "../../data/use-resource.ts";
import { Money } from "../../parts/money.tsx";
import { Problem } from "../../parts/problem.tsx";
import { countText } from "../../parts/numbers.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { colourOf, PriceChart } from "./price-chart.tsx";
import { launchesOn, typesOf, windowOf, type TypePrices } from "./price-steps.ts";

export function Prices({ usage }: { readonly usage: Schemas["Usage"] | null }) {
  const { data, problem } = useResource(
    "prices",
    (api, signal) => dataOf(api.GET("/v1/prices", { signal })),
    300_000,
  );
  if (problem !== null) return <Problem problem={problem} />;
  if (data === null) return null;
  const window = windowOf(data);
  const machines = usage?.instances ?? [];
  return (
    <>
      {typesOf(data).map((type) => (
        <PricesOfType
          key={type.instance_type}
          type={type}
          window={window}
          launches={type.zones.map((zone) => launchesOn(machines, type, zone, window, data.instance_type))}
        />
      ))}
    </>
  );
}

interface ZoneRow {
  readonly zone: string;
  readonly place: number;
  readonly usd: string | null;
  readonly launches: number;
}

function PricesOfType({ type, window, launches }: Parameters<typeof PriceChart>[0]) {
  const id = `prices-${type.instance_type}`;
  const rows = type.zones.map(({ zone, usd_per_hour: usd }, place): ZoneRow => ({
    ...{ zone, place, usd },
    launches: launches[place]?.length ?? 0,
  }));
  return (
    <section class="card" aria-labelledby={id}>
      <div class="row">
        <h2 id={id}>Spot price of {type.instance_type}</h2>
        <p class="at-right faint">
          USD an hour: cap <Money usd={type.max_usd_per_hour} />, on demand{" "}
          <Money usd={type.on_demand_usd_per_hour} />
        </p>
      </div>
      <PriceChart {...{ type, window, launches }} />
      <Table
        caption={`Spot prices of ${type.instance_type} by zone`}
        columns={columnsOf(type)}
        rows={rows}
        keyOf={({ zone }) => zone}
      />
    </section>
  );
}

const columnsOf = ({ max_usd_per_hour: cap }: TypePrices): readonly Column<ZoneRow>[] => [
  { title: "Zone", cell: ({ zone, place }) => <span class={`badge ${colourOf(place)}`}>{zone}</span> },
  { title: "Now", isNumber: true, cell: ({ usd }) => <Money usd={usd} /> },
  {
    title: "Against the cap",
    cell: ({ usd }) => (usd === null ? "no price" : Number(usd) > Number(cap) ? "over it: not used" : "ok"),
  },
  { title: "Launches, 24 h", isNumber: true, cell: (row) => countText(row.launches) },
];
