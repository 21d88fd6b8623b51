/** CSV and its relatives: separated by commas, semicolons, tabs or bars; the first line names the columns. */
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { readCell } from "./cell.ts";
import { type Column, columnsOf } from "./columns.ts";
import { columnFields, fieldNamed, outputFields } from "./fields.ts";
import { isTooMany, type Line, type Lines, type Mistake, mistakeAt, type ReadOptions } from "./line.ts";
import { counted } from "../../shared/contract/sentences.ts";

interface Row {
  /** The line where it begins, from 1. */
  readonly number: number;
  /** How many rows stand before it, blank ones too. */
  readonly at: number;
  readonly cells: readonly string[];
}

/** @param text with `\n` as its only line end */
export function readTable(text: string, options: ReadOptions): Lines {
  const named = /^"?sep=(.)"?[,;\t]*(?:\n|$)/i.exec(text);
  // The line stays, empty, so that those below keep their numbers.
  const body = named === null ? text : `\n${text.slice(named[0].length)}`;
  const separator = named?.[1] ?? separatorOf(body, options);
  const parsed = parseRows(body, separator);
  if ("text" in parsed) return mistakeAt(parsed.line, parsed.text);
  const [header, ...rows] = parsed.filter(({ cells }) => !isBlank(cells));
  if (header === undefined) return { kind: "lines", lines: [] };
  const columns = columnsOf(
    header.cells,
    rows.map(({ cells }) => cells),
    options,
  );
  if (columns.kind === "mistake") return mistakeAt(header.number, columns.text);
  return readRows({ all: parsed, header, rows, columns: columns.columns, decimalComma: separator !== "," });
}

/** Whether a line is the header of a table, and no prompt: it names `prompt` and another column. */
export function isHeader(line: string, options: ReadOptions): boolean {
  const names = headerCells(line, separatorOf(line, options)).map((name) =>
    fieldNamed(name, columnFields, options),
  );
  return names.length > 1 && names.includes("prompt");
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

/** The one that makes the most names of ours of the first line, or else the most names. */
function separatorOf(text: string, options: ReadOptions): string {
  const body = text.replace(/^(?:[ \t;,|]*\n)+/, "");
  const [best = ","] = [",", ";", "\t", "|"]
    .map((separator) => {
      const names = headerCells(body, separator);
      const known = names.filter((name) => fieldNamed(name, columnFields, options) !== null).length;
      return { separator, known, all: names.length };
    })
    .sort((a, b) => b.known - a.known || b.all - a.all)
    .map(({ separator }) => separator);
  return best;
}

/** @param text begins with it */
function headerCells(text: string, separator: string): readonly string[] {
  const rows = parseRows(text, separator, 1);
  return "text" in rows ? [] : (rows[0]?.cells ?? []);
}

/** Many times what a batch takes: a file of more is another one, and is not read to its end. */
const mostRows = 100_000;

/** @param most how many rows are read */
function parseRows(text: string, separator: string, most = mostRows + 1): readonly Row[] | Mistake {
  const rows: Row[] = [];
  let linesRead = 0;
  try {
    parseCsv(text, {
      delimiter: separator,
      record_delimiter: "\n",
      relax_column_count: true,
      to: most,
      on_record: (cells: string[], { lines }) => {
        rows.push({ number: linesRead + 1, at: rows.length, cells });
        linesRead = lines;
        return null;
      },
    });
    const beyond = rows[mostRows];
    return beyond === undefined
      ? rows
      : { line: beyond.number, text: `has more than ${mostRows} rows; split it` };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { line: linesRead + 1, text: quoteFaults[error.code] ?? `is not CSV: ${error.message}` };
  }
}

const quoteFaults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: `a cell that begins here opens with a quote (") and has no closing one`,
  INVALID_OPENING_QUOTE: `a quote (") stands in a cell that is not quoted; quote the cell and double the quotes in it: "5"" vinyl"`,
  CSV_INVALID_CLOSING_QUOTE: `text follows the closing quote (") of a cell; double the quotes that belong to the text: "say ""hi"""`,
};

interface Table {
  /** Every row, blank ones too. */
  readonly all: readonly Row[];
  readonly header: Row;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly decimalComma: boolean;
}

function readRows({ all, header, rows, columns, decimalComma }: Table): Lines {
  const width = 1 + header.cells.findLastIndex((name) => name.trim() !== "");
  const lines: Line[] = [];
  const mistakes: Mistake[] = [];
  for (const row of rows) {
    if (isTooMany(mistakes, row.number)) break;
    const wrongWidth = aboutWidth(row, width, all);
    if (wrongWidth !== null) {
      mistakes.push({ line: row.number, text: wrongWidth });
      continue;
    }
    const { value, faults } = itemOf(row.cells, columns, decimalComma);
    if (faults.length === 0) lines.push({ number: row.number, value });
    else mistakes.push(...faults.map((text) => ({ line: row.number, text })));
  }
  return mistakes.length > 0 ? { kind: "mistakes", mistakes } : { kind: "lines", lines };
}

function aboutWidth(row: Row, width: number, all: readonly Row[]): string | null {
  const used = 1 + row.cells.findLastIndex((cell) => cell.trim() !== "");
  const wants = `the first line names ${counted(width, "column")}`;
  if (used > width)
    return `has ${counted(used, "cell")}, but ${wants}; put a text that holds the separator in quotes (or write one prompt per line into a .txt file)`;
  if (row.cells.length >= width || isCutByExcel(row, all)) return null;
  return `has ${counted(row.cells.length, "cell")}, but ${wants}; put a text with a line break in quotes`;
}

const excelBlockRows = 16;

/**
 * Excel leaves the last separators out where 16 rows one after another, counted from the first, have nothing there.
 * A row that is short among longer ones is a broken one.
 */
function isCutByExcel(row: Row, all: readonly Row[]): boolean {
  const first = row.at - (row.at % excelBlockRows);
  const block = all.slice(first, first + excelBlockRows);
  return block.length > 1 && block.every(({ cells }) => cells.length === row.cells.length);
}

function itemOf(
  cells: readonly string[],
  columns: readonly Column[],
  decimalComma: boolean,
): { readonly value: Record<string, unknown>; readonly faults: readonly string[] } {
  const value: Record<string, unknown> = {};
  const output: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const { at, field } of columns) {
    const cell = readCell(field, cells[at] ?? "", decimalComma);
    if (cell.kind === "mistake") faults.push(cell.text);
    if (cell.kind !== "value") continue;
    (outputFields.includes(field) ? output : value)[field] = cell.value;
  }
  const item = withContinuation(value);
  return { value: Object.keys(output).length > 0 ? { ...item, output } : item, faults };
}

/** The columns of what a clip continues, as the object that they are in JSON. */
function withContinuation({
  continue_from: id,
  continue_start: start,
  continue_end: end,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  if (id === undefined && start === undefined && end === undefined) return rest;
  const source = typeof id !== "string" ? {} : { [id.startsWith("item_") ? "item_id" : "upload_id"]: id };
  return {
    ...rest,
    continue_from: { ...source, ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
  };
}
