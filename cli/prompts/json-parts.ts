/** The elements of an array, or the members of an object, as text, each with its line: JSON.parse tells neither. */

export type Parts =
  | { readonly kind: "parts"; readonly parts: readonly { readonly number: number; readonly text: string }[] }
  | { readonly kind: "mistake"; readonly line: number; readonly text: string };

/** @param text begins with its bracket */
export function topLevelParts(text: string): Parts {
  const parts: { number: number; text: string }[] = [];
  let depth = 0;
  let line = 1;
  let from = { at: 0, line: 1 };
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[[\]{},\n]/g)) {
    const depthBefore = depth;
    if (token === "\n") line += 1;
    if (token === "[" || token === "{") depth += 1;
    if (token === "]" || token === "}") depth -= 1;
    const endsPart = (token === "," && depth === 1) || (depthBefore === 1 && depth === 0);
    if (endsPart) {
      const part = partOf(text.slice(from.at, index), from.line);
      const isEmpty = depth === 0 && parts.length === 0 && part.text === "";
      if (part.text === "" && !isEmpty) return mistake(line, "has a comma with nothing after it; remove it");
      if (!isEmpty) parts.push(part);
    }
    if (endsPart || (depthBefore === 0 && depth === 1)) from = { at: index + 1, line };
    if (depthBefore === 1 && depth === 0) return end(parts, text.slice(index + 1), line);
  }
  return mistake(line, "the list has no closing bracket; the file may have been cut off");
}

/** @param line where the text begins */
function partOf(text: string, line: number): { number: number; text: string } {
  const blank = /^\s*/.exec(text)?.[0] ?? "";
  return { number: line + blank.split("\n").length - 1, text: text.trim() };
}

function end(parts: { number: number; text: string }[], rest: string, line: number): Parts {
  if (rest.trim() === "") return { kind: "parts", parts };
  const part = partOf(rest, line);
  return mistake(
    part.number,
    "text follows the end of the list; a file has one list, or one object per line",
  );
}

const mistake = (line: number, text: string): Parts => ({ kind: "mistake", line, text });
