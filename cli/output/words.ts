/** Numbers and states as people read them. */
import type { BatchView } from "../../shared/contract/api/api.ts";

const states = ["queued", "running", "succeeded", "failed", "canceled", "expired"] as const;

/** `3 queued, 1 running`: what there is of each state. */
export function countsText(counts: BatchView["counts"]): string {
  const shown = states.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  return shown.length > 0 ? shown.join(", ") : "nothing";
}

/** @param share 0 to 1; only what is all done is 100 % */
export const percentText = (share: number): string => `${Math.floor(share * 100)} %`;

/** `45 s`, `12 min`, `3 h`, `2 d` */
export function secondsText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 90 * 60) return `${Math.round(whole / 60)} min`;
  if (whole < 36 * 3600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86_400)} d`;
}

export const agoText = (ms: number): string => secondsText(ms / 1000);

const barCells = 24;

/** @param share 0 to 1 */
export function bar(share: number): string {
  const filled = Math.round(share * barCells);
  return "█".repeat(filled) + "░".repeat(barCells - filled);
}

/** A terminal obeys control characters, and a machine's console or a prompt may hold any. */
export const printable = (text: string): string => text.replaceAll(/\p{Control}/gu, "�");
