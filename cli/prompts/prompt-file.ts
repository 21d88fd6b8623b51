/** Prompts files, read whole and checked whole before anything is sent: .txt, .jsonl and .csv. */
import { type ItemRequest, itemRequestSchema } from "../../shared/contract/api/batch-request.ts";
import { limits } from "../../shared/contract/api/parameters.ts";
import { type Fault, faultsOf } from "../../shared/contract/api/problem.ts";
import { decodeText, lineBreak } from "./decode.mjs";
import { readJson } from "./json.ts";
import { type Line, type Lines, type Mistake, mistakeAt, type ReadOptions } from "./line.ts";
import { mistakeLines } from "./mistakes.ts";
import type { Places } from "./places.ts";
import { formatOf } from "./format.mjs";
import { readTable } from "./table.ts";
import { readText } from "./text.ts";

export type PromptFile =
  | { readonly kind: "items"; readonly items: readonly ItemRequest[] }
  /** Every mistake, each as `file:line: what is wrong there`. */
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };
export type CheckedPrompts =
  | { readonly kind: "items"; readonly items: readonly ItemRequest[] }
  | { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** @param name the file's name: its ending says the format. */
export function checkPromptFile(name: string, bytes: Uint8Array, options: ReadOptions = {}): CheckedPrompts {
  const read = readLines(name, bytes, options);
  return read.kind === "lines" ? checkLines(read.lines) : read;
}

/** As {@link checkPromptFile}; mistakes begin with the file's name. */
export function parsePromptFile(name: string, bytes: Uint8Array, options: ReadOptions = {}): PromptFile {
  const placed = placedPrompts(name, bytes, options);
  return placed.kind === "items" ? { kind: "items", items: placed.items } : placed;
}

/** The items with the line of each, so that what the API says of one is told by its line. */
export type PlacedPrompts =
  | { readonly kind: "items"; readonly items: readonly ItemRequest[]; readonly places: Places }
  | Extract<PromptFile, { readonly kind: "mistakes" }>;

/** As {@link parsePromptFile}. */
export function placedPrompts(name: string, bytes: Uint8Array, options: ReadOptions = {}): PlacedPrompts {
  const read = readLines(name, bytes, options);
  const checked = read.kind === "lines" ? checkLines(read.lines) : read;
  if (checked.kind === "mistakes")
    return { kind: "mistakes", mistakes: mistakeLines(name, checked.mistakes) };
  const lines = read.kind === "lines" ? read.lines.map(({ number }) => number) : [];
  return { kind: "items", items: checked.items, places: { name, lines } };
}

function readLines(name: string, bytes: Uint8Array, options: ReadOptions): Lines {
  const decoded = decodeText(bytes);
  if (decoded.kind === "mistake") return mistakeAt(decoded.line, decoded.text);
  const text = decoded.text.split(lineBreak).join("\n");
  switch (formatOf(name)) {
    case "text":
      return readText(text, options);
    case "json":
      return readJson(text, options);
    case "table":
      return readTable(text, options);
    case null:
      return mistakeAt(1, "the name must end in .txt (one prompt per line), .jsonl or .csv");
  }
}

function checkLines(lines: readonly Line[]): CheckedPrompts {
  if (lines.length === 0) return { kind: "mistakes", mistakes: [{ line: 1, text: "holds no prompt" }] };
  const beyond = lines[limits.uploadItems];
  if (beyond !== undefined) {
    const text = `one batch takes at most ${limits.uploadItems} prompts, and this file has ${lines.length}; split it`;
    return { kind: "mistakes", mistakes: [{ line: beyond.number, text }] };
  }
  const items: ItemRequest[] = [];
  const mistakes: Mistake[] = [];
  const firstUse = new Map<string, number>();
  for (const { number, value } of lines) {
    const parsed = itemRequestSchema.safeParse(value);
    if (!parsed.success) {
      mistakes.push(
        ...faultsOf(parsed.error, itemRequestSchema).map((fault) => ({
          line: number,
          text: textOf(fault, value),
        })),
      );
      continue;
    }
    items.push(parsed.data);
    const id = parsed.data.custom_id;
    if (id === undefined) continue;
    const earlier = firstUse.get(id);
    if (earlier === undefined) firstUse.set(id, number);
    else mistakes.push({ line: number, text: `custom_id '${id}' is already in line ${earlier}` });
  }
  return mistakes.length > 0 ? { kind: "mistakes", mistakes } : { kind: "items", items };
}

function textOf({ pointer, detail }: Fault, value: Line["value"]): string {
  const field = pointer.slice(1);
  return field === "prompt" && value["prompt"] === undefined ? "prompt is missing" : `${field} ${detail}`;
}
