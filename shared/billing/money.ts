/**
 * Money as whole micro-dollars, so that sums are exact. It is written in USD as a decimal string. Floats are used only
 * to compare prices and to estimate costs.
 */

export const microsOf = (usd: number): number => Math.round(usd * 1_000_000);

/** Money as the API writes it: with two decimals at least and six at most. */
export const usdText = (micros: number): string => (micros / 1_000_000).toFixed(6).replace(/0{1,4}$/, "");

/** The inverse of {@link usdText}. */
export const microsIn = (text: string): number => microsOf(Number(text));

/**
 * Shares out a whole amount in proportion to weights, by the largest remainder: every part is within one of its exact
 * share, and the parts sum to the amount. Of equal remainders the earlier one is rounded up.
 * @param total a whole number, not negative
 * @param weights not negative; if all are zero, the parts are equal
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * (sum > 0 ? weight : 1)) / (sum > 0 ? sum : weights.length));
  const parts = exact.map(Math.floor);
  const missing = total - parts.reduce((all, part) => all + part, 0);
  const byRemainder = exact
    .map((share, place) => ({ place, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  for (const { place } of byRemainder.slice(0, missing)) parts[place] = (parts[place] ?? 0) + 1;
  return parts;
}
