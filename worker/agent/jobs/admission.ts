/** Which jobs may enter the engine next. Pure. */
import { tiers, type Tier } from "../../../shared/contract/tiers.ts";

export interface Candidate {
  readonly lease: { readonly tier: Tier };
  readonly suspect: boolean;
}

/** The fast tier first, for people wait for it; within a tier as they came. */
export const inTurn = <T extends Candidate>(waiting: readonly T[]): T[] =>
  tiers.flatMap((tier) => waiting.filter((candidate) => candidate.lease.tier === tier));

/**
 * How many of the waiting, from the front, may enter now. A suspect is made alone: it waits until the engine is
 * empty, and those behind it wait until it is done.
 */
export function admissible(waiting: readonly Candidate[], inEngine: readonly Candidate[]): number {
  if (inEngine.some((candidate) => candidate.suspect)) return 0;
  const firstSuspect = waiting.findIndex((candidate) => candidate.suspect);
  if (firstSuspect < 0) return waiting.length;
  if (firstSuspect > 0) return firstSuspect;
  return inEngine.length === 0 ? 1 : 0;
}
