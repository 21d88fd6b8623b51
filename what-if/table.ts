/** The answer, for people. */
import { tableLines } from "../cli/output/table.ts";
import type { Answer } from "./what-if.ts";
import type { Figures } from "./figures.ts";

const rows: readonly (readonly [title: string, shown: (figures: Figures) => string])[] = [
  ["clips", ({ clips }) => String(clips)],
  ["cost", ({ cost_usd }) => `${cost_usd.toFixed(4)} USD`],
  ["half of all clips after", ({ p50_s }) => seconds(p50_s)],
  ["95 % after", ({ p95_s }) => seconds(p95_s)],
  ["within 15 minutes", ({ within_15_min }) => percent(within_15_min)],
  ["within 30 minutes", ({ within_30_min }) => percent(within_30_min)],
  ["by their deadline", ({ in_time }) => percent(in_time)],
  ["machines", ({ boots }) => String(boots)],
  ["taken back by EC2", ({ interruptions }) => String(interruptions)],
];

const seconds = (value: number | null): string => (value === null ? "–" : `${Math.round(value)} s`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function linesOf(answer: Answer, width: number): readonly string[] {
  const { real, as_it_was, what_if, cost_error, assumptions, troubles } = answer;
  return [
    ...tableLines(
      ["", "really", "played as it was", "played with the change"],
      rows.map(([title, shown]) => [title, shown(real), shown(as_it_was), shown(what_if)]),
      width,
    ),
    "",
    cost_error === null
      ? "Nothing was spent, so the played cost cannot be held against it."
      : `Played as it was, it costs ${percent(Math.abs(cost_error))} ${cost_error < 0 ? "less" : "more"} than it really did.`,
    "Assumed:",
    ...assumptions.map((text) => `  ${text}`),
    ...(troubles.length === 0 ? [] : ["Not to be trusted:", ...troubles.map((text) => `  ${text}`)]),
  ];
}
