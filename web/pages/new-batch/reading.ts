/** Prompts as the command line reads them, in the browser. */
import { config } from "zod";
import { checkPromptFile } from "../../../cli/prompts/prompt-file.ts";
import type { ItemRequest } from "../../../shared/contract/api/batch-request.ts";

// The policy of the page allows no code that is made of text.
config({ jitless: true });

export interface Source {
  /** Its ending says the format. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface LineMistake {
  readonly line: number;
  /** The beginning of that line, as it stands there. */
  readonly found: string;
  readonly text: string;
}
export type Reading =
  | { readonly kind: "nothing" }
  | { readonly kind: "items"; readonly items: readonly ItemRequest[]; readonly notes: readonly string[] }
  | { readonly kind: "mistakes"; readonly mistakes: readonly LineMistake[]; readonly more: number };

const mostShown = 100;
const longestShown = 160;

export function readSource({ name, bytes }: Source): Reading {
  if (bytes.length === 0) return { kind: "nothing" };
  const notes: string[] = [];
  const checked = checkPromptFile(name, bytes, { onNote: (note) => notes.push(note) });
  if (checked.kind === "items") return { kind: "items", items: checked.items, notes };
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const shown = checked.mistakes.slice(0, mostShown);
  return {
    kind: "mistakes",
    mistakes: shown.map(({ line, text }) => ({
      line,
      found: (lines[line - 1] ?? "").slice(0, longestShown),
      text,
    })),
    more: checked.mistakes.length - shown.length,
  };
}

/** It has no name that says its format: JSON begins with a bracket, a table has a header, all else is a prompt a line. */
export function pasted(text: string): Source {
  const name = /^\s*[[{]/.test(text) ? "pasted.jsonl" : "pasted.txt";
  return { name, bytes: new TextEncoder().encode(text.trim() === "" ? "" : text) };
}
