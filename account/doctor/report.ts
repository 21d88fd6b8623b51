/** The doctor's findings as lines for a terminal. */
import type { Finding, Outcome } from "./finding.ts";

const marks: Readonly<Record<Outcome, string>> = { ok: "✓", warning: "!", fault: "✗", unknown: "?" };

/** One line each, and the next step under what needs one. */
export function reportLines(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.flatMap(({ check, outcome, detail, next }) => [
    `${marks[outcome]} ${check.padEnd(width)}  ${detail}`,
    ...(next === null ? [] : [`  ${" ".repeat(width)}  → ${next}`]),
  ]);
}

export function summaryLine(findings: readonly Finding[]): string {
  const count = (outcome: Outcome): number =>
    findings.filter((finding) => finding.outcome === outcome).length;
  return `${count("ok")} ok, ${count("warning")} to know, ${count("fault")} to mend, ${count("unknown")} not looked at`;
}
