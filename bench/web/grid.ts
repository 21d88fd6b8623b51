/** The grid of 50,000 items: how long its drawing takes, and how many frames a second it lets the browser show. */
import { build } from "esbuild";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { median, rounded } from "../numbers.ts";
import type { Stage } from "./stage.ts";

export interface GridCost {
  readonly items: number;
  /** All cells, until the first pixel can be read; the median of ten. */
  readonly draw_ms: number;
  /** While the page scrolls over the grid and the pointer moves on it. */
  readonly frames_per_second: number;
  readonly slowest_frame_ms: number;
  /** Of its processor, for scripts, layout and painting: 16.7 ms and less let 60 frames a second be shown. */
  readonly main_thread_ms_per_frame: number;
  /** While nothing is on the page: what this machine shows at most just then. */
  readonly empty_page_frames_per_second: number;
}

const root = join(import.meta.dirname, "..", "..");

export async function gridCost(stage: Stage): Promise<GridCost> {
  const { id, items } = stage.batch;
  const { page, context } = await stage.open(`/batch/${id}`);
  await page.locator(".cells canvas").waitFor();
  const draws = await drawings(page, items);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyBeforeMs = await mainThreadMs(session);
  const times = await framesOf(page, move);
  const busyMs = (await mainThreadMs(session)) - busyBeforeMs;
  await page.goto("about:blank");
  const empty = await framesOf(page, "");
  await context.close();
  return {
    items,
    draw_ms: rounded(median(draws)),
    frames_per_second: perSecond(times),
    slowest_frame_ms: rounded(Math.max(...times)),
    main_thread_ms_per_frame: rounded(busyMs / times.length),
    empty_page_frames_per_second: perSecond(empty),
  };
}

const perSecond = (times: readonly number[]): number =>
  rounded((1000 * times.length) / times.reduce((sum, ms) => sum + ms, 0));

/** Of its processor, since the session was begun. */
async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
}

/** By the page's own code, on a canvas like the page's. */
async function drawings(page: Page, items: number): Promise<readonly number[]> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from "./draw-grid.ts"; export * from "./grid-geometry.ts";`,
      resolveDir: join(root, "web", "pages", "batch"),
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "grid",
  });
  return page.evaluate(`(() => {
    ${outputFiles[0]?.text ?? ""}
    const frame = document.querySelector(".cells");
    const canvas = document.createElement("canvas");
    frame.append(canvas);
    const letters = "ssssqsssfr".repeat(${items / 10});
    const width = frame.clientWidth;
    const times = Array.from({ length: 10 }, () => {
      const startMs = performance.now();
      grid.drawGrid(canvas, letters, grid.gridOf(letters.length, width, 260), width);
      canvas.getContext("2d").getImageData(0, 0, 1, 1);
      return performance.now() - startMs;
    });
    canvas.remove();
    return times;
  })()`);
}

const frames = 300;

/** The page scrolls, and the pointer goes over the cells. */
const move = `
  const canvas = document.querySelector(".cells canvas");
  scrollBy(0, place < ${frames / 2} ? 4 : -4);
  const { left, top, width } = canvas.getBoundingClientRect();
  const clientX = left + (place * 7) % width;
  canvas.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX, clientY: top + place }));`;

/** Milliseconds from one frame to the next. @param act done in each of them */
const framesOf = (page: Page, act: string): Promise<readonly number[]> =>
  page.evaluate(`new Promise((resolve) => {
    const times = [];
    const step = (nowMs) => {
      times.push(nowMs);
      const place = times.length;
      ${act}
      if (place > ${frames}) resolve(times.slice(1).map((time, at) => time - times[at]));
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
