/** The smallest value that at least this share of all values does not exceed; null for no values. */
export function quantile(values: readonly number[], share: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b);
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? null;
}

/** The same from above: the largest value that at least this share of all values reaches; null for no values. */
export function upperQuantile(values: readonly number[], share: number): number | null {
  const negative = quantile(
    values.map((value) => -value),
    1 - share,
  );
  return negative === null ? null : -negative;
}
