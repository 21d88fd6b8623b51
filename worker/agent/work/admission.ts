/** Who may enter the engine next. Pure. */

export interface Candidate {
  readonly held: { readonly lane: "fast" | "standard" };
  readonly suspect: boolean;
}

/**
 * Those who wait, in the order of their turn: work that people wait for first, otherwise as they came.
 */
export const inTurn = <T extends Candidate>(waiting: readonly T[]): T[] => [
  ...waiting.filter((candidate) => candidate.held.lane === "fast"),
  ...waiting.filter((candidate) => candidate.held.lane === "standard"),
];

/**
 * How many of the waiting, from the front, may enter now. A suspect is made alone: it waits until the engine
 * is empty, those behind it wait for it, and nobody joins it.
 */
export function admissible(waiting: readonly Candidate[], inEngine: readonly Candidate[]): number {
  if (inEngine.some((candidate) => candidate.suspect)) return 0;
  const firstSuspect = waiting.findIndex((candidate) => candidate.suspect);
  if (firstSuspect < 0) return waiting.length;
  if (firstSuspect > 0) return firstSuspect;
  return inEngine.length === 0 ? 1 : 0;
}
