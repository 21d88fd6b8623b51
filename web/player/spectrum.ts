/** How loud a clip is at each pitch, over time. */
import { pitchAt } from "./pitch.ts";

export interface Spectrum {
  /** From the beginning to the end. */
  readonly columns: number;
  /** From the lowest frequency to the highest, an equal number to each octave. */
  readonly rows: number;
  /** Column after column, from its lowest row: 0 where it is silent, 255 where the clip is loudest. */
  readonly levels: Uint8Array;
}
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Samples that one column looks at: 64 ms at 32 kHz. */
const windowSize = 2048;
/** What is quieter than the loudest by this is shown as silence, in decibels. */
const rangeDb = 80;

/** Takes a time that depends on its size, not on the length of the clip. */
export function spectrumOf(samples: Float32Array, rate: number, { columns, rows }: Size): Spectrum {
  const edges = binEdges(rate, rows);
  const powers = new Float64Array(columns * rows);
  for (let column = 0; column < columns; column += 1) {
    const middle = Math.round(((column + 0.5) * samples.length) / columns);
    const bins = powersAround(samples, middle);
    for (let row = 0; row < rows; row += 1)
      powers[column * rows + row] = loudest(bins, edges[row] ?? 0, edges[row + 1] ?? 0);
  }
  return { columns, rows, levels: levelsOf(powers) };
}

/** Where each row begins, in bins of the transform; the last is where the highest ends. */
function binEdges(rate: number, rows: number): readonly number[] {
  return Array.from({ length: rows + 1 }, (_, row) => (pitchAt(row / rows, rate) * windowSize) / rate);
}

/** At low frequencies a row is narrower than a bin. */
function loudest(bins: Float64Array, from: number, to: number): number {
  let power = 0;
  for (let bin = Math.floor(from); bin < Math.max(to, Math.floor(from) + 1); bin += 1)
    power = Math.max(power, bins[bin] ?? 0);
  return power;
}

function levelsOf(powers: Float64Array): Uint8Array {
  const most = powers.reduce((highest, power) => Math.max(highest, power), 0);
  if (most === 0) return new Uint8Array(powers.length);
  return Uint8Array.from(powers, (power) => {
    const belowDb = -10 * Math.log10(power / most);
    return Math.round(255 * Math.max(0, 1 - belowDb / rangeDb));
  });
}

/** By Hann: without it every tone would smear over all rows. */
const hann = Float64Array.from(
  { length: windowSize },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / windowSize),
);

/** Of each frequency, from 0 to half the rate. Before the beginning and after the end it is silent. */
function powersAround(samples: Float32Array, middle: number): Float64Array {
  const real = new Float64Array(windowSize);
  const imaginary = new Float64Array(windowSize);
  for (let at = 0; at < windowSize; at += 1)
    real[at] = (samples[middle - windowSize / 2 + at] ?? 0) * (hann[at] ?? 0);
  transform(real, imaginary);
  return Float64Array.from(
    { length: windowSize / 2 + 1 },
    (_, bin) => (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2,
  );
}

/** The discrete Fourier transform in place (Cooley and Tukey, radix 2). @param real as long as a power of two */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  reverseBits(real, imaginary);
  for (let half = 1; half < size; half *= 2)
    for (let step = 0; step < half; step += 1) {
      const angle = (-Math.PI * step) / half;
      const cosine = Math.cos(angle);
      const sine = Math.sin(angle);
      for (let even = step; even < size; even += 2 * half)
        combine(real, imaginary, even, even + half, cosine, sine);
    }
}

/** Numbers of their own rather than pairs: this runs ten million times for a picture. */
function combine(
  real: Float64Array,
  imaginary: Float64Array,
  even: number,
  odd: number,
  cosine: number,
  sine: number,
): void {
  const oddReal = (real[odd] ?? 0) * cosine - (imaginary[odd] ?? 0) * sine;
  const oddImaginary = (real[odd] ?? 0) * sine + (imaginary[odd] ?? 0) * cosine;
  const evenReal = real[even] ?? 0;
  const evenImaginary = imaginary[even] ?? 0;
  real[even] = evenReal + oddReal;
  imaginary[even] = evenImaginary + oddImaginary;
  real[odd] = evenReal - oddReal;
  imaginary[odd] = evenImaginary - oddImaginary;
}

/** The order in which the transform needs its input. */
function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  for (let at = 1, reversed = 0; at < real.length; at += 1) {
    let bit = real.length >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (at < reversed) {
      swap(real, at, reversed);
      swap(imaginary, at, reversed);
    }
  }
}

function swap(part: Float64Array, one: number, other: number): void {
  const kept = part[one] ?? 0;
  part[one] = part[other] ?? 0;
  part[other] = kept;
}
