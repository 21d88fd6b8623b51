/**
 * Seeds of variations. This is the step of SplitMix64, whose mixer turns neighbouring numbers into distant ones. @see
 * Steele, Lea, Flood (OOPSLA 2014)
 */
const step = 0x9e3779b97f4a7c15n;
const word = 64;
/** A seed is a number below 2^53. */
const seedBits = 53;

/**
 * The seed of a variation, counted from 0, of an item whose seed was given. The first variation has the given seed. The
 * others have seeds that look random, so that items with neighbouring seeds do not make the same clip. The seed is part
 * of a clip's name, so this function must never change (docs/decisions/0024).
 */
export function seedOfVariation(seed: number, variation: number): number {
  if (variation === 0) return seed;
  const mixed = mix64(BigInt.asUintN(word, BigInt(seed) + BigInt(variation) * step));
  return Number(mixed >> BigInt(word - seedBits));
}

function mix64(start: bigint): bigint {
  let z = start;
  z = BigInt.asUintN(word, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(word, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
