/** Writes CSV (RFC 4180) in which no spreadsheet finds a formula. */

/** A text is always quoted, a number never; null is an empty cell. */
export type CsvCell = string | number | null;

export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cellText).join(",")}\r\n`;

const cellText = (cell: CsvCell): string =>
  typeof cell === "string" ? `"${inert(cell).replaceAll('"', '""')}"` : (cell?.toString() ?? "");

/**
 * The places where a spreadsheet may find a formula: before `=`, `+`, `-` or `@`, also in full width, at the beginning
 * of a cell or after its leading blanks. Programs that separate columns by semicolons or tabs, as Excel does in much of
 * Europe, may start a cell in the middle of our text.
 */
const formula = /(?<=^|[;\t\r\n])(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** Puts an apostrophe before everything that could start a formula, so that the cell is text. */
const inert = (text: string): string => text.replaceAll(formula, "'");
