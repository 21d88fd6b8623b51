/** JSON lines, and an array of the same objects. */
import { jsonOf } from "../../shared/contract/json.ts";
import { fieldNamed, jsonFields, listed, noPrompt, outputFields, unknownNames } from "./fields.ts";
import { isTooMany, type Line, type Lines, type Mistake, mistakeAt, type ReadOptions } from "./line.ts";
import { topLevelParts } from "./json-parts.ts";
import { whyNotJson } from "./why-not-json.ts";

interface Source {
  readonly number: number;
  readonly text: string;
}

/** @param text with `\n` as its only line end */
export function readJson(text: string, options: ReadOptions): Lines {
  const start = text.trimStart();
  if (!start.startsWith("[")) {
    const body = wholeObject(start);
    if (body !== null) return mistakeAt(1, body);
    return readObjects(linesOf(text), options);
  }
  const parts = topLevelParts(text);
  if (parts.kind === "mistake") return mistakeAt(parts.line, parts.text);
  return readObjects(parts.parts, options);
}

const linesOf = (text: string): Source[] =>
  text
    .split("\n")
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "");

/** One object over several lines is no list of prompts. */
function wholeObject(text: string): string | null {
  if (!text.startsWith("{") || !text.trimEnd().includes("\n")) return null;
  const whole = jsonOf(text);
  if (!isObject(whole)) return null;
  return Array.isArray(whole["items"])
    ? "is a request body, one object with items; a prompts file is the array of items alone, or one object per line"
    : "is one object over several lines; a prompts file has one object per line, or an array of objects";
}

function readObjects(sources: readonly Source[], options: ReadOptions): Lines {
  const lines: Line[] = [];
  const mistakes: Mistake[] = [];
  /** Every name of the file, with the line that has it first. */
  const names = new Map<string, number>();
  for (const { number, text } of sources) {
    if (isTooMany(mistakes, number)) break;
    const value = jsonOf(text);
    const fault = value === undefined ? whyNotJson(text) : whyNotItem(value, text);
    if (fault !== null || !isObject(value)) {
      mistakes.push({ line: number, text: fault ?? "" });
      continue;
    }
    for (const name of Object.keys(value)) if (!names.has(name)) names.set(name, number);
    const item = itemOf(value, options);
    if (typeof item === "string") mistakes.push({ line: number, text: item });
    else lines.push({ number, value: item });
  }
  mistakes.push(...aboutFields(names, lines, options));
  return mistakes.length > 0 ? { kind: "mistakes", mistakes } : { kind: "lines", lines };
}

/** @returns what is wrong with it, as a text; what is null is not given. */
function itemOf(object: Record<string, unknown>, options: ReadOptions): Record<string, unknown> | string {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const field = fieldNamed(name, jsonFields, options);
    if (field === null) continue;
    if (Object.hasOwn(item, field)) return `two fields are ${field}; remove one`;
    if (value !== null) item[field] = value;
  }
  return item;
}

/** A mistake in the names is one for the whole file. */
function aboutFields(
  names: ReadonlyMap<string, number>,
  lines: readonly Line[],
  options: ReadOptions,
): Mistake[] {
  const all = [...names.keys()];
  const first = lines[0];
  if (first === undefined) return [];
  if (!all.some((name) => fieldNamed(name, jsonFields, options) === "prompt"))
    return [{ line: first.number, text: noPrompt(all, jsonFields, "field", options) }];
  const unknown = all.filter((name) => fieldNamed(name, jsonFields, options) === null);
  if (unknown.length === 0) return [];
  if (options.ignoreOtherColumns === true) {
    options.onNote?.(`left out: ${listed(unknown)}`);
    return [];
  }
  const line = Math.min(...unknown.map((name) => names.get(name) ?? first.number));
  const flat = unknown.find((name) => outputFields.includes(name));
  const nested = flat === undefined ? "" : `; ${flat} belongs in output: {"output": {"${flat}": …}}`;
  return [{ line, text: unknownNames(unknown, jsonFields, "field") + nested }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function whyNotItem(value: unknown, text: string): string | null {
  if (typeof value === "string") return `is only a text; write {"prompt": "…"}, or name the file .txt`;
  if (!isObject(value)) return `is not an object; write {"prompt": "…"}`;
  if (isObject(value["prompt"]))
    return `is a whole table in one object; in pandas: to_json("prompts.jsonl", orient="records", lines=True)`;
  const parts = topLevelParts(text);
  const names = parts.kind === "parts" ? parts.parts.map((part) => nameOf(part.text)) : [];
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  return twice === undefined ? null : `has the field ${twice} twice; remove one`;
}

/** Of a member, such as `"seed": 5`. */
const nameOf = (member: string): string => String(jsonOf(/^"(?:[^"\\]|\\.)*"/s.exec(member)?.[0] ?? ""));
