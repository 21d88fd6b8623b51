/** A question to the person at the terminal. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Surroundings } from "../surroundings.ts";

/** Yes or no. `nobody`: there is no terminal to ask on. */
export async function agreed(around: Surroundings, question: string): Promise<"yes" | "no" | "nobody"> {
  const answer = await typed(around, question);
  if (answer === null) return "nobody";
  return /^y(es)?$/i.test(answer) ? "yes" : "no";
}

/**
 * @param hidden what is typed is not shown
 * @returns null when nobody sits there
 */
export async function typed(
  { input, err, signal }: Surroundings,
  question: string,
  { hidden }: { readonly hidden?: boolean } = {},
): Promise<string | null> {
  if (input.isTTY !== true) return null;
  let isQuiet = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isQuiet) err.write(chunk.toString());
      done();
    },
  });
  const reader = createInterface({ input, output, terminal: true });
  try {
    const answer = reader.question(question, { signal });
    isQuiet = hidden === true;
    return (await answer).trim();
  } finally {
    reader.close();
    if (hidden === true) err.write("\n");
  }
}
