/** A stretch of time that is drawn from left to right. */

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The last day at most, and no more of it than has something to show. */
export function windowOf(startsMs: readonly number[], nowMs: number): TimeWindow {
  const first = Math.min(nowMs - 10 * minuteMs, ...startsMs);
  return { fromMs: Math.max(nowMs - dayMs, first), toMs: nowMs };
}

/** In percent of the window, cut at its ends; null: outside. */
export function placeIn(
  { fromMs, toMs }: TimeWindow,
  startMs: number,
  endMs: number,
): { readonly left: number; readonly width: number } | null {
  const [start, end] = [Math.max(startMs, fromMs), Math.min(endMs, toMs)];
  if (end < start) return null;
  const percent = (ms: number): number => (100 * ms) / Math.max(1, toMs - fromMs);
  return { left: percent(start - fromMs), width: percent(end - start) };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((minutes) => minutes * minuteMs);

/**
 * Full minutes or hours of the local clock, so few that their labels do not touch.
 * @param offsetMs what is added to the local clock to have UTC
 */
export function ticksOf(
  { fromMs, toMs }: TimeWindow,
  mostTicks: number,
  offsetMs: number,
): readonly number[] {
  const stepMs = steps.find((step) => (toMs - fromMs) / step <= mostTicks) ?? dayMs;
  const ticks: number[] = [];
  for (let ms = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs; ms <= toMs; ms += stepMs)
    ticks.push(ms);
  return ticks;
}
