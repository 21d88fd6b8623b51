/**
 * Spreadsheets take what begins with `=`, `+`, `-` or `@`, also in full width, for a formula: at the beginning of a cell
 * or after its leading blanks. Programs that separate columns by semicolons or tabs, as Excel does in much of Europe, may
 * start a cell in the middle of our text.
 */
const formula = /(?<=^|[;\t\r\n])(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const inertFormula = /(?<=^|[;\t\r\n])'(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** Puts an apostrophe before everything that could start a formula, so that the cell is text. */
export const inert = (text: string): string => text.replaceAll(formula, "'");

/** Takes those apostrophes away again. */
export const withoutInert = (text: string): string => text.replaceAll(inertFormula, "");
