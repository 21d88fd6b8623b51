import { shrink } from "../../simulation/shrink.ts";
import { trouble } from "../../simulation/trouble.ts";
import { play } from "../../simulation/world.ts";

/** @returns of every seed that breaks an invariant: what it broke, and how to see it again. */
export async function failuresOf(first: number, last: number): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let seed = first; seed <= last; seed += 1) {
    const { violations } = await play(trouble(seed), false);
    if (violations.length === 0) continue;
    const least = JSON.stringify(await shrink(seed));
    const replay = `npm run --silent sim:soak -- --from ${seed} --seeds 1 --timeline --no-shrink --without '${least}'`;
    failures.push(`seed ${seed}: ${violations.join("; ")}\n  ${replay}`);
  }
  return failures;
}
