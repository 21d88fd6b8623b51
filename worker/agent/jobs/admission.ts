/** Which jobs may enter the engine next. Pure. */
import { lanes, type Lane } from "../../../shared/contract/lanes.ts";

export interface Candidate {
  readonly lease: { readonly lane: Lane };
  readonly suspect: boolean;
}

/** The fast lane first, for people wait for it; within a lane as they came. */
export const inTurn = <T extends Candidate>(waiting: readonly T[]): T[] =>
  lanes.flatMap((lane) => waiting.filter((candidate) => candidate.lease.lane === lane));

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
