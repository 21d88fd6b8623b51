/** The step and the mixer of SplitMix64: neighbours in, far apart out. @see Steele, Lea, Flood (OOPSLA 2014) */
const step = 0x9e3779b97f4a7c15n;
const word = 64;
/** A seed is a number below 2^53. */
const seedBits = 53;

/**
 * The seed of a variation, counted from 0, of an item whose seed was given. The first has the seed itself; the
 * others have seeds that look drawn, so that items with neighbouring seeds do not make one clip twice. It is part
 * of a clip's name: it never changes (docs/decisions/0024).
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
