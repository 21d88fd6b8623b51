/** What tests do to a page beyond what a person's hands do. */
import type { Page } from "playwright-core";

/** The page's policy forbids what playwright's own waiting would do: text as code. */
export async function until(page: Page, expression: string, seconds = 100): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while ((await page.evaluate(expression)) !== true) {
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${expression}`);
    await page.waitForTimeout(100);
  }
}

/** As a browser does when a file is let go over the page. */
export const drop = (page: Page, name: string, text: string): Promise<unknown> =>
  page.evaluate(`(() => {
    const files = new DataTransfer();
    files.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
    document.querySelector(".drop").dispatchEvent(
      new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }),
    );
  })()`);
