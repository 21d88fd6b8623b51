/** A table whose numbers stand under one another. It scrolls by itself where the screen is narrow. */
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly title: string;
  /** Aligned at its right. */
  readonly isNumber?: boolean;
  /** In place of a title that only a screen reader needs. */
  readonly head?: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
}
interface TableProps<Row> {
  /** What it lists, for a screen reader. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, place: number) => string | number;
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  const numeric = (isNumber: boolean | undefined): string | undefined =>
    isNumber === true ? "number" : undefined;
  return (
    <div class="table" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber, head }) => (
              <th key={title} scope="col" class={numeric(isNumber)}>
                {head ?? title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={keyOf(row, place)}>
              {columns.map(({ title, isNumber, cell }) => (
                <td key={title} class={numeric(isNumber)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
