import { playSeed } from "../../simulation/soak/soak.ts";

/** @returns of every seed that breaks an invariant: what it broke, and how to see it again. */
export async function failuresOf(first: number, last: number): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let seed = first; seed <= last; seed += 1) {
    const { violations, replay } = await playSeed({ seed, without: {}, timeline: false, shrink: true });
    if (replay !== null) failures.push(`seed ${seed}: ${violations.join("; ")}\n  ${replay}`);
  }
  return failures;
}
