/** The prompts of `npm start`: the file that was named, or the examples. */
import { basename } from "node:path";
import type { Places as FilePlaces } from "../../cli/prompts/places.ts";
import { placedPrompts } from "../../cli/prompts/prompt-file.ts";
import { formatOf } from "../../cli/prompts/format.mjs";
import { openPromptFile } from "../../cli/prompts/open.mjs";
import type { BatchRequest } from "../../shared/contract/api/batch-request.ts";
import type { StartOptions } from "./arguments.mjs";
import { UserError } from "./errors.ts";
import { type Places, promptsPath } from "./input.mjs";

/** What is submitted, apart from a name of its own. */
export type PromptsRequest = Pick<BatchRequest, "items" | "defaults">;
export interface PromptsInput {
  readonly request: PromptsRequest;
  readonly places: FilePlaces;
}

/** A line of text says nothing of its clip's end, and a cut in the middle of a note is heard. */
const fadeOfTextSeconds = 0.5;

/**
 * @param say is told what was left out of the file
 * @throws UserError with every mistake
 */
export const readPrompts = (...asked: Parameters<typeof readPlacedPrompts>): PromptsRequest =>
  readPlacedPrompts(...asked).request;

/** As {@link readPrompts}, with the lines where the prompts stand. */
export function readPlacedPrompts(
  options: StartOptions,
  places: Places,
  say: (text: string) => void,
): PromptsInput {
  const path = promptsPath(places, options.file);
  const opened = openPromptFile(path);
  if (opened.kind === "mistake") throw new UserError(opened.text);
  const name = basename(path);
  const parsed = placedPrompts(name, opened.bytes, {
    ...(options.promptColumn !== null && { promptColumn: options.promptColumn }),
    ignoreOtherColumns: options.ignoreOtherColumns,
    onNote: (note) => {
      say(`${name}: ${note}`);
    },
  });
  if (parsed.kind === "mistakes") throw new UserError(parsed.mistakes.join("\n"));
  const items = [...parsed.items];
  const { places: lines } = parsed;
  if (formatOf(name) !== "text") return { request: { items }, places: lines };
  const defaults = { output: { fade_out_seconds: fadeOfTextSeconds } };
  return { request: { items, defaults }, places: lines };
}
