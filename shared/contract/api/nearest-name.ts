/** What a name that is not known was probably meant to be. */

/** A longer name differs too much from all of ours; it must not cost time to find that out. */
const longestName = 40;

/** `topK`, `Top-K` and `TOP_K` are `top_k`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many mistakes may lie between what was written and what was meant. */
const mostMistakes = (name: string): number => Math.min(3, Math.ceil(name.length / 4));

/**
 * The known name that is nearest to a given one: the same but for case and separators, else one that it begins
 * (`duration` for `duration_seconds`), else one that few typing mistakes lead to.
 * @returns null when none is near
 */
export function nearestName(given: string, known: readonly string[]): string | null {
  const written = plain(given.slice(0, longestName));
  if (written === "") return null;
  const same = known.find((name) => plain(name) === written);
  if (same !== undefined) return same;
  const begun = known.filter((name) => written.length >= 3 && plain(name).startsWith(written));
  if (begun.length > 0) return begun.length === 1 ? (begun[0] ?? null) : null;
  const [nearest] = known
    .map((name) => ({ name, mistakes: mistakesBetween(written, plain(name)) }))
    .filter(({ mistakes }) => mistakes <= mostMistakes(written))
    .sort((a, b) => a.mistakes - b.mistakes);
  return nearest?.name ?? null;
}

/** What a name must be, for one that is none of them: `did you mean 'prompt'? Known are 'prompt', 'seed'`. */
export function knownNames(given: string, known: readonly string[]): string {
  const nearest = nearestName(given, known);
  const list = known.length === 0 ? "none is known here" : `known: ${known.join(", ")}`;
  return nearest === null ? list : `did you mean '${nearest}'? ${list}`;
}

/** Letters added, left out, changed, or swapped with their neighbour (optimal string alignment). */
function mistakesBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
