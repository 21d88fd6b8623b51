/** Where the items of a request stand in the user's file. The API knows an item by its place in the request. */
import { limits } from "../../shared/contract/api/parameters.ts";
import { ApiProblem } from "../connection/api-client.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Mistake } from "./line.ts";
import { mistakeLines } from "./mistakes.ts";

export interface Places {
  /** The file's. */
  readonly name: string;
  /** Of each item, from 1. */
  readonly lines: readonly number[];
}

/** What the API says of items is told as the file's other mistakes are. @param places null: there is no file */
export async function toldByLine<T>(places: Places | null, asked: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    throw (places === null ? null : byLine(error, places)) ?? error;
  }
}

/** @returns null when it is not about items of the file */
function byLine(error: unknown, { name, lines }: Places): CommandError | null {
  if (!(error instanceof ApiProblem)) return null;
  const mistakes: Mistake[] = [];
  const others: string[] = [];
  for (const { pointer, detail } of error.problem.errors ?? []) {
    const [, index = "", path = ""] = /^\/items\/(\d+)(?:\/(.*))?$/s.exec(pointer) ?? [];
    const line = index === "" ? undefined : lines[Number(index)];
    if (line === undefined) others.push(`${pointer || "(body)"}: ${detail}`);
    else
      mistakes.push({
        line,
        text: [path.replaceAll("/", "."), detail].filter((part) => part !== "").join(" "),
      });
  }
  if (mistakes.length === 0) return null;
  const text = [...mistakeLines(name, mistakes), ...others, "Nothing was sent."].join("\n");
  return new CommandError(text, exitCodes.usage, { cause: error });
}

/**
 * Lines of an upload: each item in the line that it has in the user's file, with blank lines between, so that what is
 * found out later about a line is true of both.
 * @param places null: there is no file
 */
export function linesAt(items: readonly unknown[], places: Places | null): string {
  const lines = (places?.lines.at(-1) ?? 0) > limits.uploadLines ? [] : (places?.lines ?? []);
  let line = 0;
  return items
    .map((item, index) => {
      // Several items of one line of JSON go on below it.
      const blank = Math.max(0, (lines[index] ?? 0) - line - 1);
      line += blank + 1;
      return `${"\n".repeat(blank)}${JSON.stringify(item)}\n`;
    })
    .join("");
}
