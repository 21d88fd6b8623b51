/** The smallest value that this share of all values does not exceed; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b);
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? null;
}

/** The same from above: the largest value below which this share of all values does not lie; null of none. */
export function upperQuantile(values: readonly number[], share: number): number | null {
  const negative = quantile(
    values.map((value) => -value),
    1 - share,
  );
  return negative === null ? null : -negative;
}
