import { describe, expect, test } from "vitest";
import { heightOf, pitchAt } from "../../../web/player/pitch.ts";
import { spectrumOf, transform } from "../../../web/player/spectrum.ts";

const rounded = (numbers: Iterable<number>): number[] =>
  Array.from(numbers, (number) => Math.round(number * 1000) / 1000 + 0);

describe("the transform", () => {
  test.each<[name: string, samples: number[], real: number[], imaginary: number[]]>([
    ["a click has all frequencies alike", [1, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]],
    ["a click that comes later has them turned", [0, 1, 0, 0], [1, 0, -1, 0], [0, -1, 0, 1]],
    ["what does not move has the frequency 0 alone", [2, 2, 2, 2], [8, 0, 0, 0], [0, 0, 0, 0]],
    [
      "any other samples have what the sum says",
      [1, 2, 3, 4, 0, 0, 0, 0],
      [10, -0.414, -2, 2.414, -2, 2.414, -2, -0.414],
      [0, -7.243, 2, -1.243, 0, 1.243, -2, 7.243],
    ],
  ])("%s", (_name, samples, real, imaginary) => {
    const [re, im] = [new Float64Array(samples), new Float64Array(samples.length)];
    transform(re, im);
    expect([rounded(re), rounded(im)]).toEqual([real, imaginary]);
  });
});

describe("the spectrum", () => {
  const rate = 32_000;
  const tone = (hz: number, seconds: number, loudness = 0.5): Float32Array =>
    Float32Array.from(
      { length: seconds * rate },
      (_, at) => loudness * Math.sin((2 * Math.PI * hz * at) / rate),
    );
  const size = { columns: 4, rows: 40 };
  const column = (samples: Float32Array, place: number): number[] =>
    Array.from(spectrumOf(samples, rate, size).levels.subarray(place * size.rows, (place + 1) * size.rows));

  test.each([
    [80, 4],
    [1000, 21],
    [10_000, 36],
  ])("a tone of %s Hz is brightest in row %s of 40, all the time", (hz, row) => {
    for (const place of [0, 1, 2, 3]) {
      const levels = column(tone(hz, 2), place);
      expect(levels.indexOf(Math.max(...levels))).toBe(row);
    }
  });

  test("two tones are both there, the one that is 20 dB quieter by a quarter darker", () => {
    const loud = tone(1000, 2);
    const samples = tone(8000, 2, 0.05).map((sample, at) => sample + (loud[at] ?? 0));
    const levels = column(samples, 1);
    expect([levels[21], levels[35]]).toEqual([255, 191]);
  });

  test("what is heard at the end alone is seen at the end alone", () => {
    const samples = new Float32Array(4 * rate);
    samples.set(tone(1000, 1), 3 * rate);
    expect(Math.max(...column(samples, 0))).toBe(0);
    expect(Math.max(...column(samples, 3))).toBe(255);
  });

  test.each([
    ["silence", new Float32Array(rate)],
    ["no sound at all", new Float32Array()],
  ])("of %s it is dark", (_name, samples) => {
    expect(Math.max(...spectrumOf(samples, rate, size).levels)).toBe(0);
  });

  test("a clip that is shorter than a window is seen", () => {
    expect(Math.max(...spectrumOf(tone(1000, 0.01), rate, size).levels)).toBe(255);
  });
});

test("each octave has the same height, from 40 Hz to half the rate", () => {
  expect([40, 640, 1280, 2560].map((hz) => heightOf(hz, 20_480))).toEqual([0, 0.5, 0.625, 0.75]);
  expect([0, 0.5, 1].map((height) => pitchAt(height, 20_480))).toEqual([40, 640, 10_240]);
});
