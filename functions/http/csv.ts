/** Writes CSV (RFC 4180) in which no spreadsheet finds a formula. */
import { inert } from "../../shared/contract/api/formulas.ts";

/** A text is always quoted, a number never; null is an empty cell. */
export type CsvCell = string | number | null;

export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cellText).join(",")}\r\n`;

const cellText = (cell: CsvCell): string =>
  typeof cell === "string" ? `"${inert(cell).replaceAll('"', '""')}"` : (cell?.toString() ?? "");
