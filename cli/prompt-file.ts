/** Prompts files, read whole and checked whole before anything is sent: .txt, .jsonl and .csv. */
import { extname } from "node:path";
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { type ItemRequest, itemRequestSchema } from "../shared/contract/batch-request.ts";
import { limits } from "../shared/contract/parameters.ts";
import { faultsOf } from "../shared/contract/problem.ts";

export type PromptFile =
  | { readonly kind: "items"; readonly items: readonly ItemRequest[] }
  /** Every mistake, each as `file:line: what is wrong there`. */
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };

interface Line {
  readonly number: number;
  readonly value: unknown;
}
interface Mistake {
  readonly line: number;
  readonly text: string;
}
type Lines =
  | { readonly kind: "lines"; readonly lines: readonly Line[] }
  | { readonly kind: "mistake"; readonly mistake: Mistake };

/** @param name the file's name: its ending says the format, and mistakes begin with it. */
export function parsePromptFile(name: string, bytes: Uint8Array): PromptFile {
  const decoded = decodeUtf8(bytes);
  if (decoded.kind === "mistake") return mistakesIn(name, [decoded.mistake]);
  const read = readLines(name, decoded.text);
  if (read.kind === "mistake") return mistakesIn(name, [read.mistake]);
  if (read.lines.length === 0) return mistakesIn(name, [{ line: 1, text: "holds no prompt" }]);
  if (read.lines.length > limits.inlineItems) {
    const line = read.lines[limits.inlineItems]?.number ?? 1;
    const text = `one batch takes at most ${limits.inlineItems} prompts, and this file has ${read.lines.length}; split it`;
    return mistakesIn(name, [{ line, text }]);
  }
  return checkLines(name, read.lines);
}

function checkLines(name: string, lines: readonly Line[]): PromptFile {
  const items: ItemRequest[] = [];
  const mistakes: Mistake[] = [];
  const firstUse = new Map<string, number>();
  for (const { number, value } of lines) {
    const parsed = itemRequestSchema.safeParse(value);
    if (!parsed.success) {
      for (const { pointer, detail } of faultsOf(parsed.error, itemRequestSchema))
        mistakes.push({ line: number, text: `${pointer.slice(1) || "the line"} ${detail}` });
      continue;
    }
    items.push(parsed.data);
    const id = parsed.data.custom_id;
    if (id === undefined) continue;
    const earlier = firstUse.get(id);
    if (earlier === undefined) firstUse.set(id, number);
    else mistakes.push({ line: number, text: `custom_id '${id}' stands in line ${earlier} already` });
  }
  return mistakes.length > 0 ? mistakesIn(name, mistakes) : { kind: "items", items };
}

const mistakesIn = (name: string, mistakes: readonly Mistake[]): PromptFile => ({
  kind: "mistakes",
  mistakes: mistakes.map(({ line, text }) => `${name}:${line}: ${text}`),
});

function decodeUtf8(
  bytes: Uint8Array,
):
  { readonly kind: "text"; readonly text: string } | { readonly kind: "mistake"; readonly mistake: Mistake } {
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    // Only for the message: decode loosely, and the first replacement character tells the line.
    const loose = new TextDecoder("utf-8").decode(bytes);
    const line = loose.slice(0, loose.indexOf("\uFFFD")).split("\n").length;
    return { kind: "mistake", mistake: { line, text: "is not UTF-8; save the file with that encoding" } };
  }
}

function readLines(name: string, text: string): Lines {
  switch (extname(name).toLowerCase()) {
    case ".txt":
      return {
        kind: "lines",
        lines: textLines(text).map(({ number, value }) => ({ number, value: { prompt: value } })),
      };
    case ".jsonl":
    case ".ndjson":
      return readJsonLines(text);
    case ".csv":
      return readCsv(text);
    default:
      return {
        kind: "mistake",
        mistake: { line: 1, text: "the name must end in .txt (a prompt a line), .jsonl or .csv" },
      };
  }
}

/** Lines that hold something, trimmed, numbered from 1. */
const textLines = (text: string): { number: number; value: string }[] =>
  text
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, value: line.trim() }))
    .filter(({ value }) => value !== "");

function readJsonLines(text: string): Lines {
  const lines: Line[] = [];
  for (const { number, value } of textLines(text)) {
    try {
      lines.push({ number, value: JSON.parse(value) as unknown });
    } catch (error) {
      return { kind: "mistake", mistake: { line: number, text: `is not JSON: ${(error as Error).message}` } };
    }
  }
  return { kind: "lines", lines };
}

interface CsvRow {
  readonly info: { readonly lines: number };
  readonly record: Record<string, string>;
}

const textColumns = new Set(["prompt", "custom_id"]);

/** The first line names the columns; an empty cell is a value not given. */
function readCsv(text: string): Lines {
  try {
    // The library's types do not say that `info` changes the shape of a row.
    const rows: unknown = parseCsv(text, { columns: true, info: true, bom: true, skip_empty_lines: true });
    return {
      kind: "lines",
      lines: (rows as CsvRow[]).map(({ info, record }) => ({ number: info.lines, value: valuesOf(record) })),
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as CsvError & { lines?: number }).lines ?? 1;
    return { kind: "mistake", mistake: { line, text: `is not CSV: ${error.message}` } };
  }
}

function valuesOf(record: Record<string, string>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, cell]) => cell !== "");
  return Object.fromEntries(
    given.map(([column, cell]) => [
      column,
      textColumns.has(column) || Number.isNaN(Number(cell)) ? cell : Number(cell),
    ]),
  );
}
