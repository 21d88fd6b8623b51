/** How long to wait before asking again. */
export interface Course {
  /** Milliseconds between two questions while something happens. */
  readonly everyMs: number;
  readonly isHidden: boolean;
  /** How many answers in a row were the same as before. */
  readonly unchanged: number;
  /** How many questions in a row got no answer. */
  readonly failed: number;
}

const hiddenMs = 60_000;
const longestMs = 30_000;
/** So often it asks at full pace although nothing changes. */
const patience = 4;
const calmer = 1.5;

export function nextDelayMs({ everyMs, isHidden, unchanged, failed }: Course): number {
  if (isHidden) return Math.max(everyMs, hiddenMs);
  const quiet = failed > 0 ? failed : Math.max(0, unchanged - patience);
  return Math.min(Math.max(everyMs, longestMs), Math.round(everyMs * calmer ** quiet));
}
