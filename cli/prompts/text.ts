/** A prompt a line. */
import { type Lines, mistakeAt, type ReadOptions } from "./line.ts";
import { isHeader, readTable } from "./table.ts";

/** @param text with `\n` as its only line end */
export function readText(text: string, options: ReadOptions): Lines {
  const lines = text
    .split("\n")
    .map((line, index) => ({ number: index + 1, prompt: line.trim() }))
    .filter(({ prompt }) => prompt !== "");
  const first = lines[0];
  if (first !== undefined) {
    // Excel's "Unicode text" is a table whose name ends so.
    if (options.promptColumn !== undefined || isHeader(first.prompt, options))
      return readTable(text, options);
    const other = otherFormat(first.prompt, lines.length);
    if (other !== null) return mistakeAt(first.number, other);
  }
  return { kind: "lines", lines: lines.map(({ number, prompt }) => ({ number, value: { prompt } })) };
}

/** Every line would become a prompt, also those that are none. */
function otherFormat(first: string, lines: number): string | null {
  if (/^\{\s*"\w+"\s*:/.test(first)) return "holds JSON; name the file .jsonl";
  if (/^prompts?$/i.test(first) && lines > 1)
    return "is the name of a column; remove the line, or name the file .csv";
  return null;
}
