/** What the header of a table says: which column is which field. */
import { columnFields, fieldNamed, listed, noPrompt, unknownNames } from "./fields.ts";
import type { ReadOptions } from "./line.ts";

export interface Column {
  /** From 0. */
  readonly at: number;
  readonly field: string;
}

export type Columns =
  | { readonly kind: "columns"; readonly columns: readonly Column[] }
  /** About the header's line. */
  | { readonly kind: "mistake"; readonly text: string };

/** @param rows cells below the header */
export function columnsOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: ReadOptions,
): Columns {
  const named = header.flatMap((name, at) => (isNameless(name) ? [] : [{ name: name.trim(), at }]));
  const columns = named.flatMap(({ name, at }) => {
    const field = fieldNamed(name, columnFields, options);
    return field === null ? [] : [{ at, field }];
  });
  const others = named.filter(({ at }) => !columns.some((column) => column.at === at));
  const nameless = header.flatMap((name, at) => (isNameless(name) && hasContent(rows, at) ? [at] : []));
  const counters = nameless.filter((at) => isCounter(header, rows, at));
  const text =
    twiceIn(columns, header) ??
    aboutNames(
      named.map(({ name }) => name),
      others.map(({ name }) => name),
      columns,
      options,
    ) ??
    aboutNameless(
      nameless.filter((at) => !counters.includes(at)),
      options,
    );
  if (text !== null) return { kind: "mistake", text };
  const leftOut = [
    ...counters.map((at) => `column ${at + 1} (numbers the rows)`),
    ...others.map(({ name }) => name),
  ];
  if (leftOut.length > 0) options.onNote?.(`left out: ${listed(leftOut)}`);
  return { kind: "columns", columns };
}

/** As pandas calls a column without a name when it reads one, and writes it back. */
const isNameless = (name: string): boolean => /^(?:Unnamed: \d+(?:[._]\w+)*)?$/.test(name.trim());

const hasContent = (rows: readonly (readonly string[])[], at: number): boolean =>
  rows.some((row) => (row[at] ?? "").trim() !== "");

/** The index of a data frame: nameless, before all named columns, whole numbers that never repeat. */
function isCounter(header: readonly string[], rows: readonly (readonly string[])[], at: number): boolean {
  if (!header.slice(0, at).every(isNameless)) return false;
  const cells = rows.map((row) => (row[at] ?? "").trim()).filter((cell) => cell !== "");
  return cells.every((cell) => /^\d+$/.test(cell)) && new Set(cells).size === cells.length;
}

function twiceIn(columns: readonly Column[], header: readonly string[]): string | null {
  for (const { at, field } of columns) {
    const earlier = columns.find((column) => column.field === field && column.at < at);
    if (earlier === undefined) continue;
    const names = [earlier.at, at].map((place) => `${place + 1} ('${header[place]?.trim() ?? ""}')`);
    return `two columns are ${field}: ${names.join(" and ")}; remove one`;
  }
  return null;
}

function aboutNames(
  names: readonly string[],
  others: readonly string[],
  columns: readonly Column[],
  options: ReadOptions,
): string | null {
  if (!columns.some(({ field }) => field === "prompt"))
    return noPrompt(names, columnFields, "column", options);
  if (others.length === 0 || options.ignoreOtherColumns === true) return null;
  return unknownNames(others, columnFields, "column");
}

function aboutNameless(places: readonly number[], { ignoreOtherColumns }: ReadOptions): string | null {
  if (places.length === 0 || ignoreOtherColumns === true) return null;
  const numbers = listed(places.map((at) => String(at + 1)));
  return `column ${numbers} has values but no name; name it in the first line, or add --ignore-other-columns`;
}
