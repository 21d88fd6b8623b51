/** Checks one line of an upload. */
import { limits } from "../../contract/api/parameters.ts";
import type { Fault } from "../../contract/api/problem.ts";
import { namesPrototype } from "../../contract/json.ts";
import { checkLine, type CheckSettings, type LineTerms } from "../submit/check-request.ts";
import type { Clip } from "../submit/clips.ts";
import type { FileLine } from "./lines.ts";

export type ItemCheck =
  | { readonly kind: "blank" }
  | { readonly kind: "item"; readonly clips: readonly Clip[] }
  | { readonly kind: "invalid"; readonly faults: readonly Fault[] };

export function checkItem(
  content: FileLine["content"],
  terms: LineTerms,
  settings: CheckSettings,
): ItemCheck {
  switch (content.kind) {
    case "too_long":
      return invalid(`is longer than ${limits.uploadLineBytes} bytes`);
    case "not_utf8":
      return invalid("is not UTF-8; save the file as UTF-8");
    case "text":
      return content.text.trim() === "" ? { kind: "blank" } : checkText(content.text, terms, settings);
  }
}

function checkText(text: string, terms: LineTerms, settings: CheckSettings): ItemCheck {
  let item: unknown;
  try {
    item = JSON.parse(text);
  } catch (error) {
    return invalid(`is not a JSON object on one line: ${(error as SyntaxError).message}`);
  }
  if (namesPrototype(text)) return invalid("has a field named __proto__, which cannot be kept");
  const checked = checkLine(item, terms, settings);
  return checked.kind === "valid" ? { kind: "item", clips: checked.clips } : checked;
}

const invalid = (detail: string): ItemCheck => ({ kind: "invalid", faults: [{ pointer: "", detail }] });
