/** The middle one, or the mean of the two in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  const inOrder = values.toSorted((a, b) => a - b);
  const half = inOrder.length / 2;
  return mean(inOrder.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

/** Null of none. */
export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
