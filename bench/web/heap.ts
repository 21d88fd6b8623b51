/** Whether a page that is left open takes more and more memory: a batch of 50,000 items, of which each answer has more. */
import type { CDPSession } from "playwright-core";
import { rounded } from "../numbers.ts";
import type { Stage } from "./stage.ts";

export interface HeapUse {
  readonly polls: number;
  /** After garbage collection: once the page is shown, and after every fortieth answer. */
  readonly megabytes: readonly number[];
}

const polls = 200;
const every = 40;

export async function heapUse(stage: Stage): Promise<HeapUse> {
  const { batch } = stage;
  const { page, context } = await stage.open(`/batch/${batch.id}`);
  await page.locator(".cells canvas").waitFor();
  const session = await context.newCDPSession(page);
  const megabytes = [await usedMegabytes(session)];
  for (let poll = 1; poll <= polls; poll += 1) {
    await batch.made(batch.items / 2 + poll * 100);
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/states"));
    // As if somebody had come back to the tab: the page asks at once.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await answered;
    if (poll % every === 0) megabytes.push(await usedMegabytes(session));
  }
  await context.close();
  return { polls, megabytes };
}

async function usedMegabytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return rounded((await session.send("Runtime.getHeapUsage")).usedSize / 1e6);
}
