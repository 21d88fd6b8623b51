/** What was spent on one thing: the rows of the tables, and of their CSV. */
import { inert } from "../../../shared/contract/api/formulas.ts";
import type { Schemas } from "../../../client/client.ts";
import { linkTo } from "../../router.ts";

type Usage = Schemas["Usage"];
export type Worth = Omit<Usage["by_day"][number], "day">;

export interface WorthRow extends Worth {
  readonly name: string;
  /** In the table; the CSV has the name. */
  readonly shown?: string | undefined;
  readonly link?: string;
}
/** What is told of the rest together. */
export interface Rest {
  readonly name: string;
  readonly usd: string;
}
export interface WorthTable {
  readonly title: string;
  /** What a row is, as the first column says. */
  readonly thing: string;
  readonly rows: readonly WorthRow[];
  readonly rest: readonly Rest[];
}

/** Days by time, all else by cost; the latest and the dearest first. */
export function tablesOf(usage: Usage, batchNames: ReadonlyMap<string, string>): readonly WorthTable[] {
  const { by_day, by_model, by_batch, instances } = usage;
  const tables: readonly WorthTable[] = [
    {
      ...{ title: "By day", thing: "Day (UTC)", rest: [] },
      rows: by_day.map(({ day, ...worth }) => ({ name: day, ...worth })).toReversed(),
    },
    {
      ...{ title: "By model", thing: "Model", rest: [] },
      rows: dearestFirst(by_model.map(({ model, ...worth }) => ({ name: model ?? "unknown", ...worth }))),
    },
    {
      ...{ title: "By batch", thing: "Batch" },
      rows: dearestFirst(
        by_batch.map(({ batch_id: name, ...worth }) => ({
          ...{ name, shown: batchNames.get(name), link: linkTo("batch", name) },
          ...worth,
        })),
      ),
      rest: [
        ...restOf("other batches", usage.other_batches),
        ...(usage.unassigned_usd === null || Number(usage.unassigned_usd) === 0
          ? []
          : [{ name: "for no batch", usd: usage.unassigned_usd }]),
      ],
    },
    {
      ...{ title: "By machine", thing: "Machine" },
      rows: dearestFirst((instances ?? []).map(({ instance_id: name, ...worth }) => ({ name, ...worth }))),
      rest: restOf("other machines", usage.other_instances),
    },
  ];
  return tables.filter(({ rows, rest }) => rows.length + rest.length > 0);
}

const dearestFirst = (rows: readonly WorthRow[]): readonly WorthRow[] =>
  rows.toSorted((a, b) => Number(b.usd) - Number(a.usd));

const restOf = (name: string, others: Usage["other_batches"]): readonly Rest[] =>
  others === null ? [] : [{ name: `${others.count} ${name}`, usd: others.usd }];

/** What the money went to, in the order of a machine's life. */
export const spentOn = [
  ["work", "work_usd"],
  ["boot", "boot_usd"],
  ["load", "load_usd"],
  ["idle", "idle_usd"],
  ["interrupted", "interrupted_usd"],
  ["volume", "volume_usd"],
  ["address", "address_usd"],
] as const satisfies readonly (readonly [string, keyof Worth])[];

/** 0 to 1, for people; null: of nothing. The amounts themselves are the API's. */
export const shareOf = (part: string, whole: string): number | null =>
  Number(whole) === 0 ? null : Number(part) / Number(whole);

const csvFields = [
  "usd",
  ...spentOn.map(([, field]) => field),
  "waste_usd",
  "on_demand_usd",
  "saved_usd",
  "audio_seconds",
  "usd_per_audio_minute",
] as const;

/** Amounts as the API tells them. What a spreadsheet would run gets an apostrophe; what is not known is empty. */
export function csvOf({ thing, rows, rest }: WorthTable): string {
  const lines = [
    [thing.toLowerCase().replace(/\W.*/, ""), ...csvFields],
    ...rows.map((row) => [quoted(row.name), ...csvFields.map((field) => row[field] ?? "")]),
    ...rest.map(({ name, usd }) => [quoted(name), ...csvFields.map((field) => (field === "usd" ? usd : ""))]),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

const quoted = (text: string): string => `"${inert(text).replaceAll('"', '""')}"`;
