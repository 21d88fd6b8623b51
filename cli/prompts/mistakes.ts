/** Mistakes as a person reads them: one cause is said once, at its first line, and a long list is cut. */
import type { Mistake } from "./line.ts";

const mostShown = 20;
const mostLinesNamed = 5;

/** @returns each as `file:line: what is wrong there` */
export function mistakeLines(name: string, mistakes: readonly Mistake[]): string[] {
  const linesByText = new Map<string, number[]>();
  for (const { line, text } of mistakes) {
    const lines = linesByText.get(text);
    if (lines === undefined) linesByText.set(text, [line]);
    else lines.push(line);
  }
  const said = [...linesByText].map(([text, lines]) => `${name}:${lines[0] ?? 1}: ${text}${alsoAt(lines)}`);
  const rest = said.length - mostShown;
  return rest > 0 ? [...said.slice(0, mostShown), `${name}: and ${rest} more mistakes`] : said;
}

function alsoAt([, ...others]: readonly number[]): string {
  if (others.length === 0) return "";
  const named = others.slice(0, mostLinesNamed).join(", ");
  const more = others.length > mostLinesNamed ? ` and ${others.length - mostLinesNamed} more` : "";
  return ` (also in line ${named}${more})`;
}
