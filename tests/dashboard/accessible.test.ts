/** Every page, light and dark, from a phone to a desk: no violation that axe-core finds, and nothing wider than the screen. */
import axe from "axe-core";
import { beforeAll, expect, test } from "vitest";
import { itemIdOf, type BatchId } from "../../shared/contract/ids.ts";
import { goTo, useDashboard } from "./dashboard.ts";
import { holdLaunches, playFleet, sceneMs, worldOfTwoTypes } from "./fleet-scene.ts";
import { playItems, submitBatch } from "./scene.ts";

const world = worldOfTwoTypes();
const dashboard = useDashboard(world);
let id: BatchId;
beforeAll(async () => {
  const items = Array.from({ length: 40 }, (_, index) => ({ prompt: `a prompt, number ${index}` }));
  id = await submitBatch(dashboard, "ada", { name: "A batch with a name", items, max_cost_usd: "4.00" });
  await playItems(dashboard, id, "sssffsr");
  await playFleet(world, [id, id]);
  await holdLaunches(world);
});

const places = (): readonly (readonly [at: string, heading: string])[] => [
  ["/", "Now"],
  ["/new", "New batch"],
  ["/batches", "Batches"],
  [`/batch/${id}`, "A batch with a name"],
  [`/item/${itemIdOf(id, 0)}`, "Item 0"],
  ["/fleet", "Fleet"],
  ["/cost", "Cost"],
  ["/settings", "Settings"],
];

const look = `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))`;

test.each([
  [1440, "light"],
  [1440, "dark"],
  [820, "light"],
  [390, "light"],
  [390, "dark"],
] as const)("at %s pixels, %s", async (width, colorScheme) => {
  const view = await dashboard.open({ width, colorScheme, nowMs: sceneMs });
  const { page, context } = view;
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const [at, heading] of places()) {
    await goTo(view, at);
    await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
    await page.waitForTimeout(400);
    // What is folded away is looked at as well.
    await page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })");
    const violations: readonly string[] = await page.evaluate(look);
    found.push(...violations.map((violation) => `${at}: ${violation}`));
    const tooWide = Number(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
    if (tooWide > 0) found.push(`${at}: ${tooWide} pixels wider than the screen`);
  }
  expect(found).toEqual([]);
  await context.close();
});
