/** Draws the cells: one pixel each, enlarged, with the gaps cleared afterwards. 50,000 rectangles would take far longer. */
import { itemStates } from "../../parts/item-states.ts";
import type { Grid } from "./grid-geometry.ts";

/** @param width of the canvas, in CSS pixels */
export function drawGrid(canvas: HTMLCanvasElement, letters: string, grid: Grid, width: number): void {
  const scale = window.devicePixelRatio;
  const height = grid.rows * grid.pitch;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  const pixels = pixelsOf(canvas, letters, grid);
  if (context === null || pixels === null) return;
  context.scale(scale, scale);
  context.imageSmoothingEnabled = false;
  context.drawImage(pixels, 0, 0, grid.columns * grid.pitch, height);
  const gap = grid.pitch - grid.cell;
  for (let column = 0; column < grid.columns; column += 1)
    context.clearRect(column * grid.pitch + grid.cell, 0, gap, height);
  for (let row = 0; row < grid.rows; row += 1) context.clearRect(0, row * grid.pitch + grid.cell, width, gap);
}

function pixelsOf(styled: Element, letters: string, { columns, rows }: Grid): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  const colours = coloursOf(styled, context);
  const image = context.createImageData(canvas.width, canvas.height);
  const cells = new Uint32Array(image.data.buffer);
  for (let index = 0; index < letters.length; index += 1)
    cells[index] = colours[letters.charCodeAt(index)] ?? 0;
  context.putImageData(image, 0, 0);
  return canvas;
}

/** By the code of a state's letter: the style sheet's colour, as it lies in an image. */
function coloursOf(styled: Element, context: CanvasRenderingContext2D): Readonly<Record<number, number>> {
  const style = getComputedStyle(styled);
  return Object.fromEntries(
    itemStates.map((state) => {
      context.fillStyle = style.getPropertyValue(`--${state}`);
      context.fillRect(0, 0, 1, 1);
      const { buffer } = context.getImageData(0, 0, 1, 1).data;
      return [state.charCodeAt(0), new Uint32Array(buffer)[0] ?? 0];
    }),
  );
}
