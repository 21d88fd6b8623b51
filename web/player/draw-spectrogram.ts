/** Draws how loud a clip is at each pitch, over time. */
import type { Clip } from "./read-clip.ts";
import { spectrumOf } from "./spectrum.ts";

/** More of them take longer than a page may stand still, and a screen hardly shows them. */
const mostColumns = 512;
const rows = 160;

/** The style sheet stretches it. */
export function drawSpectrogram(canvas: HTMLCanvasElement, { samples, rate }: Clip): void {
  const columns = Math.max(1, Math.min(mostColumns, canvas.clientWidth));
  const { levels } = spectrumOf(samples, rate, { columns, rows });
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(columns, rows);
  for (let column = 0; column < columns; column += 1)
    for (let row = 0; row < rows; row += 1) {
      const [red = 0, green = 0, blue = 0] = colours[levels[column * rows + row] ?? 0] ?? [];
      const at = 4 * ((rows - 1 - row) * columns + column);
      image.data.set([red, green, blue, 255], at);
    }
  context.putImageData(image, 0, 0);
}

type Colour = readonly [red: number, green: number, blue: number];
/** From silence to the loudest, each lighter than the one before: they are told apart without their hue, too. */
const stops: readonly Colour[] = [
  [8, 8, 18],
  [70, 24, 104],
  [186, 58, 72],
  [246, 160, 56],
  [255, 247, 214],
];

/** By level. */
const colours: readonly Colour[] = Array.from({ length: 256 }, (_, level) => {
  const place = (level / 255) * (stops.length - 1);
  const [from, to] = [stops[Math.floor(place)] ?? [0, 0, 0], stops[Math.ceil(place)] ?? [0, 0, 0]];
  const between = (part: 0 | 1 | 2): number => from[part] + (place % 1) * (to[part] - from[part]);
  return [between(0), between(1), between(2)];
});
