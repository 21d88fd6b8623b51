/** What the readers of all kinds of prompts files give: fields by line, or what is wrong and where. */

export interface Line {
  /** From 1; where the row or the object begins. */
  readonly number: number;
  /** Fields of an item, not yet checked. */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Mistake {
  readonly line: number;
  readonly text: string;
}

export type Lines =
  | { readonly kind: "lines"; readonly lines: readonly Line[] }
  | { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

export const mistakeAt = (line: number, text: string): Lines => ({
  kind: "mistakes",
  mistakes: [{ line, text }],
});

/** Past so many a reader gives up: it is another kind of file, and to explain each line takes minutes. */
const mostMistakes = 1000;

/** @returns whether that was one too many; it is said in the list */
export function isTooMany(mistakes: Mistake[], line: number): boolean {
  if (mistakes.length < mostMistakes) return false;
  mistakes.push({ line, text: `is not read further, after ${mostMistakes} mistakes` });
  return true;
}

/** How the file is to be read. */
export interface ReadOptions {
  /** The column, or field, that holds the prompts; default: `prompt`. */
  readonly promptColumn?: string;
  /** Leave out columns that are not known, instead of refusing them. */
  readonly ignoreOtherColumns?: boolean;
  /** Is told of what was left out. */
  readonly onNote?: (note: string) => void;
}
