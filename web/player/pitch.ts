/** Where a pitch is in a spectrogram: an equal height for each octave, as an ear hears it. */

/** About the lowest note of a bass guitar. */
export const lowestHz = 40;

/** 0 at the bottom, 1 at the top, which is the highest frequency that samples of this rate can hold. */
export const heightOf = (hz: number, rate: number): number =>
  Math.log2(hz / lowestHz) / Math.log2(rate / 2 / lowestHz);

/** The frequency at that height. */
export const pitchAt = (height: number, rate: number): number => lowestHz * (rate / 2 / lowestHz) ** height;
