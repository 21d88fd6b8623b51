/** The prompts of `npm start`: the file that was named, or the examples. */
import { basename } from "node:path";
import { parsePromptFile } from "../../cli/input/prompt-file.ts";
import { formatOf, openPromptFile } from "../../cli/prompts/open.mjs";
import type { BatchRequest } from "../../shared/contract/api/batch-request.ts";
import type { StartOptions } from "./arguments.mjs";
import { UserError } from "./errors.ts";
import { type Places, promptsPath } from "./input.mjs";

/** What is submitted, apart from a name of its own. */
export type PromptsRequest = Pick<BatchRequest, "items" | "defaults">;

/** A line of text says nothing of its clip's end, and a cut in the middle of a note is heard. */
const fadeOfTextSeconds = 0.5;

/**
 * @param say is told what was left out of the file
 * @throws UserError with every mistake
 */
export function readPrompts(
  options: StartOptions,
  places: Places,
  say: (text: string) => void,
): PromptsRequest {
  const path = promptsPath(places, options.file);
  const opened = openPromptFile(path);
  if (opened.kind === "mistake") throw new UserError(opened.text);
  const name = basename(path);
  const parsed = parsePromptFile(name, opened.bytes, {
    ...(options.promptColumn !== null && { promptColumn: options.promptColumn }),
    ignoreOtherColumns: options.ignoreOtherColumns,
    onNote: (note) => {
      say(`${name}: ${note}`);
    },
  });
  if (parsed.kind === "mistakes") throw new UserError(parsed.mistakes.join("\n"));
  const items = [...parsed.items];
  if (formatOf(name) !== "text") return { items };
  return { items, defaults: { output: { fade_out_seconds: fadeOfTextSeconds } } };
}
