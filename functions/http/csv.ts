/** CSV (RFC 4180) that a spreadsheet shows and never runs. */

/** A text is quoted always, a number never; null is an empty cell. */
export type CsvCell = string | number | null;

export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cellText).join(",")}\r\n`;

const cellText = (cell: CsvCell): string =>
  typeof cell === "string" ? `"${inert(cell).replaceAll('"', '""')}"` : (cell?.toString() ?? "");

/**
 * What a spreadsheet takes for a formula: at the beginning of a cell `=`, `+`, `-` or `@`, also in full width, after
 * blanks too. A program that separates columns by semicolons or tabs, as Excel does in half of Europe, begins a cell
 * in the middle of our text.
 */
const formula = /(?<=^|[;\t\r\n])(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** With an apostrophe before whatever would begin a formula: the cell is text then. */
const inert = (text: string): string => text.replaceAll(formula, "'");
