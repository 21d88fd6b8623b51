/** Shortens long lists of costs: the dearest entries one by one, the others as one sum. */
import { mostListed, type Others } from "../contract/records/receipt.ts";
import { usdText } from "./money.ts";

export interface Dearest<T> {
  /** In the order in which they were given. */
  readonly listed: readonly T[];
  readonly others: Others;
}

/** An answer lists the dearest entries one by one, and adds up the others. */
export function dearest<T>(all: readonly T[], microsOf: (one: T) => number): Dearest<T> {
  if (all.length <= mostListed) return { listed: all, others: null };
  const byCost = all.toSorted((a, b) => microsOf(b) - microsOf(a));
  const listed = new Set(byCost.slice(0, mostListed));
  const others = byCost.slice(mostListed);
  const micros = others.reduce((total, one) => total + microsOf(one), 0);
  return {
    listed: all.filter((one) => listed.has(one)),
    others: { count: others.length, usd: usdText(micros) },
  };
}
