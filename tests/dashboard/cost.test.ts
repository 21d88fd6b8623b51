/** What was spent and what it came to, and the same as CSV. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { useDashboard } from "./dashboard.ts";
import { playFleet, sceneMs, worldOfTwoTypes } from "./fleet-scene.ts";
import { submitBatch } from "./scene.ts";

const world = worldOfTwoTypes();
const dashboard = useDashboard(world);
beforeAll(async () => {
  const friday = await submitBatch(dashboard, "ada", { name: "Friday", items: [{ prompt: "a" }] });
  await playFleet(world, [friday, await submitBatch(dashboard, "eve", { items: [{ prompt: "b" }] })]);
});

const openCost = (opening: object = {}) => dashboard.open({ at: "/cost", nowMs: sceneMs, ...opening });
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

test("the page says what was waste, what a minute of audio cost and what spot saved, and of each row the same", async () => {
  const { page, context } = await openCost();
  const figure = async (name: string): Promise<string> =>
    oneLine(await page.getByRole("region", { name, exact: true }).innerText());
  await page.getByRole("link", { name: "Friday" }).waitFor();
  expect(await figure("A minute of audio cost")).toMatch(/ \$0\.000\d{3} 3 d 19 h of audio made/);
  expect(await figure("Spot saved")).toMatch(/\d\d % \$\d\.\d\d(\d\d)? of \$\d\.\d\d on demand/);
  const rows = await page.getByRole("region", { name: "By machine" }).getByRole("row").allInnerTexts();
  // It made nothing: all but its volume and its address was waste.
  expect(rows.map(oneLine).find((row) => row.includes("i-0d8842f1c0aa95e47"))).toMatch(/ 9\d % – \d\d %$/);
  await context.close();
});

test("a table is saved as CSV with the amounts of the API", async () => {
  const { page, context } = await openCost();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "By machine, as CSV" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("by-machine.csv");
  const [head = "", ...lines] = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(head.split(",").slice(0, 3)).toEqual(["machine", "usd", "work_usd"]);
  expect(lines).toHaveLength(7);
  await context.close();
});

test("a key that may not operate sees its own batches alone, and no machine", async () => {
  const { page, context } = await openCost({ scopes: ["read"], owner: "eve" });
  await page.getByRole("region", { name: "Spent on your batches" }).waitFor();
  expect(await page.getByRole("region", { name: "By batch" }).getByRole("row").count()).toBe(2);
  expect(await page.getByRole("region", { name: "By machine" }).count()).toBe(0);
  await context.close();
});
