/** A line of blocks: how a value changed over time. */

const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A value that holds until the next one. */
export interface Step {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Each cell shows the highest value within it, so that no peak is lost; one without any is blank.
 * @param steps in the order of time
 * @param time what the first cell begins with, and the last ends with
 * @param range the values of the lowest and of the highest block
 */
export function chart(
  steps: readonly Step[],
  time: { readonly from: number; readonly to: number },
  range: { readonly low: number; readonly high: number },
  cells: number,
): string {
  const cellMs = (time.to - time.from) / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const from = time.from + cell * cellMs;
    const inForce = steps.filter(
      ({ atMs }, place) => atMs < from + cellMs && (steps[place + 1]?.atMs ?? Infinity) > from,
    );
    return inForce.length === 0 ? " " : blockOf(Math.max(...inForce.map(({ value }) => value)), range);
  }).join("");
}

function blockOf(value: number, { low, high }: { readonly low: number; readonly high: number }): string {
  const share = high > low ? (value - low) / (high - low) : 0;
  return blocks[Math.round(share * (blocks.length - 1))] ?? " ";
}
