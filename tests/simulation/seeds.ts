import { playSeed, type Verdict } from "../../simulation/soak/soak.ts";

const verdicts = new Map<number, Promise<Verdict>>();

/** Plays a seed once, however many tests ask for it. */
export function verdictOf(seed: number): Promise<Verdict> {
  const known = verdicts.get(seed) ?? playSeed({ seed, without: {}, timeline: false, shrink: true });
  verdicts.set(seed, known);
  return known;
}

/** @returns of every seed that breaks an invariant: what it broke, and how to see it again. */
export async function failuresOf(first: number, last: number): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let seed = first; seed <= last; seed += 1) {
    const { violations, replay } = await verdictOf(seed);
    if (replay !== null) failures.push(`seed ${seed}: ${violations.join("; ")}\n  ${replay}`);
  }
  return failures;
}
