/** The names that a prompts file may use, as the API's own schemas have them. */
import * as z from "zod";
import { itemRequestSchema } from "../../shared/contract/api/batch-request.ts";
import { knownNames, nearestName } from "../../shared/contract/api/nearest-name.ts";
import { outputSchema } from "../../shared/contract/api/parameters.ts";
import type { ReadOptions } from "./line.ts";

/** A choice is one word of several; a flag is true or false. */
export type FieldKind = "text" | "integer" | "number" | "choice" | "flag";

const { output: _output, ...ownFields } = itemRequestSchema.shape;
/** Beside `continue_from`, which is an id in a table: the part of an upload. */
const partFields = { continue_start: z.number(), continue_end: z.number() };

/** What a line of JSON may set. */
export const jsonFields: readonly string[] = Object.keys(itemRequestSchema.shape);
/** A table is flat: those of `output` are columns beside the others. */
export const outputFields: readonly string[] = Object.keys(outputSchema.shape);
export const columnFields: readonly string[] = [
  ...Object.keys(ownFields),
  ...Object.keys(partFields),
  ...outputFields,
];

const kinds = new Map(
  Object.entries({ ...ownFields, ...partFields, ...outputSchema.shape }).map(([name, schema]) => [
    name,
    kindOf(schema),
  ]),
);

export const fieldKind = (field: string): FieldKind => kinds.get(field) ?? "text";

function kindOf(schema: z.core.$ZodType): FieldKind {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodBoolean) return "flag";
  if (inner instanceof z.ZodNumber) return inner.format === "safeint" ? "integer" : "number";
  return inner instanceof z.ZodEnum ? "choice" : "text";
}

/** `Prompt`, ` PROMPT ` and `Top-K` are `prompt` and `top_k`. A byte order mark is blank, too. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");

/** Which of our fields a name of the file means; null: none of them. */
export function fieldNamed(name: string, known: readonly string[], options: ReadOptions): string | null {
  const { promptColumn } = options;
  if (promptColumn !== undefined) {
    if (name === promptColumn || plain(name) === plain(promptColumn)) return "prompt";
    // Another column of that name is one of those that were not asked for.
    if (plain(name) === "prompt") return null;
  }
  return known.find((field) => field === plain(name)) ?? null;
}

/** Names that data sets give to what we call a prompt. */
const likePrompt = ["caption", "captions", "text", "description", "sentence"];

/** What to do when no name of the file is `prompt`. */
export function noPrompt(
  names: readonly string[],
  known: readonly string[],
  what: string,
  { promptColumn }: ReadOptions,
): string {
  const missing = `no ${what} is called ${promptColumn ?? "prompt"}; there is ${listed(names.map((name) => `'${name}'`))}`;
  if (promptColumn !== undefined) return missing;
  const like = promptLike(names);
  if (like === null)
    return `${missing}; known: ${known.join(", ")}; to use another ${what}, add --prompt-column NAME`;
  const isAlone = names.every((name) => fieldNamed(name, known, { promptColumn: like }) !== null);
  const options = `--prompt-column ${like}${isAlone ? "" : " --ignore-other-columns"}`;
  return `${missing}; to take the prompts from '${like}', add ${options}`;
}

/** The name that most likely holds the prompts of a file that has no `prompt`. */
const promptLike = (names: readonly string[]): string | null =>
  names.find((name) => likePrompt.includes(plain(name))) ??
  names.find((name) => nearestName(name, ["prompt"]) !== null) ??
  null;

/** What to do about names that are not known; each is said once. */
export function unknownNames(names: readonly string[], known: readonly string[], what: string): string {
  const [first = ""] = names;
  const are = names.length === 1 ? `is not a known ${what}` : `are not known ${what}s`;
  const hint =
    names.length === 1
      ? knownNames(first, known)
      : [...names.flatMap((name) => nearestHint(name, known)), `known: ${known.join(", ")}`].join("; ");
  return `${listed(names)} ${are}; ${hint}; to ignore unknown ones, add --ignore-other-columns`;
}

const nearestHint = (name: string, known: readonly string[]): string[] => {
  const nearest = nearestName(name, known);
  return nearest === null ? [] : [`did you mean '${nearest}' by '${name}'?`];
};

const mostNamesListed = 12;

export const listed = (names: readonly string[]): string =>
  names.length <= mostNamesListed
    ? names.join(", ")
    : `${names.slice(0, mostNamesListed).join(", ")} and ${names.length - mostNamesListed} more`;
