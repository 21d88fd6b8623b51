import type { Row } from "./play.ts";
import type { Summary, Total } from "./summary.ts";
import { percent } from "./summary.ts";

/** Markdown, for a person and for the documentation. */
export function tableOf(rows: readonly Row[], { totals, goals }: Summary): readonly string[] {
  const lines: string[] = [];
  for (const group of new Set(totals.map((one) => one.group))) {
    lines.push("", `### ${group}`, "");
    lines.push(
      "| policy | USD | median p50 / p95 s | ≤ 15 min | ≤ 30 min | boots (unused) | idle h | interruptions | lost s | jobs lost |",
    );
    lines.push("|---|---|---|---|---|---|---|---|---|---|");
    for (const one of totals.filter((total) => total.group === group)) lines.push(lineOf(one));
  }
  lines.push("", "### calm, by workload: USD (× bound) / p95 s", "", ...byWorkload(rows));
  lines.push("", "| goal | found | met |", "|---|---|---|");
  for (const { goal: what, found, met } of goals)
    lines.push(`| ${what} | ${found} | ${met ? "yes" : "**no**"} |`);
  return lines;
}

function lineOf(one: Total): string {
  const seconds = (value: number | null): string => (value === null ? "–" : value.toFixed(0));
  return `| ${one.policy} | ${one.cost_usd.toFixed(2)} | ${seconds(one.median_p50_s)} / ${seconds(one.median_p95_s)} | ${percent(one.within_15_min)} | ${percent(one.within_30_min)} | ${one.boots} (${one.boots_unused}) | ${one.idle_hours.toFixed(1)} | ${one.interruptions} | ${one.lost_s.toFixed(0)} | ${one.jobs_lost} |`;
}

function byWorkload(rows: readonly Row[]): readonly string[] {
  const calm = rows.filter(({ group, policy }) => group === "calm" && policy !== "bound");
  const policies = [...new Set(calm.map(({ policy }) => policy))];
  const cell = (workload: string, policy: string): string => {
    const own = calm.filter((row) => row.workload === workload && row.policy === policy);
    const mean = (of: (row: Row) => number): string =>
      (own.reduce((sum, row) => sum + of(row), 0) / own.length).toFixed(2);
    const p95 = own.reduce((sum, row) => sum + (row.p95_s ?? 0), 0) / own.length;
    return `${mean((row) => row.cost_usd)} (${mean((row) => row.cost_over_bound ?? 0)}) / ${p95.toFixed(0)}`;
  };
  return [
    `| workload | ${policies.join(" | ")} |`,
    `|---|${policies.map(() => "---|").join("")}`,
    ...[...new Set(calm.map(({ workload }) => workload))].map(
      (workload) => `| ${workload} | ${policies.map((policy) => cell(workload, policy)).join(" | ")} |`,
    ),
  ];
}
