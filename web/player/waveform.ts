/** The waveform of a clip on a canvas. A click jumps there. */
import { peaksOf } from "./peaks.ts";
import type { Clip } from "./read-clip.ts";

const barPixels = 2;
const gapPixels = 1;

/** @returns what takes it away */
export function showWaveform(
  canvas: HTMLCanvasElement,
  media: HTMLAudioElement,
  { samples, seconds }: Clip,
): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const peaks = peaksOf(samples, Math.floor(canvas.clientWidth / (barPixels + gapPixels)));
  const drawNow = (): void => {
    draw(canvas, peaks, media.currentTime / seconds);
  };
  const follow = (): void => {
    drawNow();
    if (!media.paused && !signal.aborted) requestAnimationFrame(follow);
  };
  for (const event of ["play", "seeked", "timeupdate"]) media.addEventListener(event, follow, { signal });
  canvas.addEventListener(
    "click",
    ({ offsetX }) => {
      media.currentTime = (offsetX / canvas.clientWidth) * seconds;
    },
    { signal },
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawNow, { signal });
  follow();
  return () => {
    ended.abort();
    // The next clip may have no sound that can be read.
    canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
  };
}

/** @param done the share that has been played */
function draw(canvas: HTMLCanvasElement, peaks: readonly number[], done: number): void {
  const scale = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(scale, scale);
  const colours = getComputedStyle(canvas);
  const [played, ahead] = [colours.getPropertyValue("--accent"), colours.getPropertyValue("--queued")];
  for (const [place, peak] of peaks.entries()) {
    const bar = Math.max(1, peak * height);
    context.fillStyle = place / peaks.length < done ? played : ahead;
    context.fillRect(place * (barPixels + gapPixels), (height - bar) / 2, barPixels, bar);
  }
}
