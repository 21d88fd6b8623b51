/** How soon something is seen, and what the API knows, when nothing of the dashboard is in the browser yet. */
import { median, rounded } from "../numbers.ts";
import type { Stage } from "./stage.ts";

export interface FirstPaint {
  readonly loads: number;
  /** From the address to the first text; medians. */
  readonly first_paint_ms: number;
  /** From the address to the first figures of the page Now. */
  readonly figures_ms: number;
  readonly slowest_figures_ms: number;
}

const loads = 9;

const noteFigures = `new MutationObserver(() => {
  if (document.querySelector("main .figure") !== null) globalThis.figuresMs ??= performance.now();
}).observe(document, { childList: true, subtree: true })`;

export async function firstPaint(stage: Stage): Promise<FirstPaint> {
  const paints: number[] = [];
  const figures: number[] = [];
  for (let load = 0; load < loads; load += 1) {
    const { page, context } = await stage.open("/", async ({ context: own }) => {
      await own.addInitScript(noteFigures);
    });
    await page.locator("main .figure").first().waitFor();
    const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
    paints.push(Number(await page.evaluate(paint)));
    figures.push(Number(await page.evaluate("globalThis.figuresMs")));
    await context.close();
  }
  return {
    loads,
    first_paint_ms: rounded(median(paints)),
    figures_ms: rounded(median(figures)),
    slowest_figures_ms: rounded(Math.max(...figures)),
  };
}
