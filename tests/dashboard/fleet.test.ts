/** The fleet's page: machines over time, prices against their caps, what holds launches, and why the launcher did what it did. */
import { beforeAll, expect, test } from "vitest";
import type { BatchId } from "../../shared/contract/ids.ts";
import { useDashboard } from "./dashboard.ts";
import { holdLaunches, playFleet, sceneMs, worldOfTwoTypes } from "./fleet-scene.ts";
import { submitBatch } from "./scene.ts";

const world = worldOfTwoTypes();
const dashboard = useDashboard(world);
let friday: BatchId;
beforeAll(async () => {
  friday = await submitBatch(dashboard, "ada", { name: "Friday", items: [{ prompt: "a" }] });
  await playFleet(world, [friday, await submitBatch(dashboard, "ada", { items: [{ prompt: "b" }] })]);
});

const openFleet = (opening: object = {}) => dashboard.open({ at: "/fleet", nowMs: sceneMs, ...opening });
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

test("each machine of the last day is shown with the phases of its life and the batches that it worked for", async () => {
  const { page, context } = await openFleet();
  const taken = page.locator("details", { hasText: "i-0e27b9c4d5f8a1133" });
  await taken.locator("summary").click();
  await taken.getByRole("link", { name: "Friday" }).waitFor();
  const text = oneLine(await taken.innerText());
  expect(text).toContain("i-0e27b9c4d5f8a1133 g4dn.xlarge · zone-b · spot interrupted");
  expect(text).toContain("pending 10:30:00 10:30:40 40 s");
  expect(text).toContain("boot 10:30:40 10:34:00 3 min");
  expect(text).toContain("load 10:34:00 10:36:00 2 min");
  expect(text).toContain("work 10:36:00 12:18:00 1 h 42 min 98 %");
  expect(text).toContain("interrupted 12:18:00 12:20:00 2 min");
  expect(text).toContain("It worked for Friday (1 h 40 min).");
  expect(text).toContain("Ended 12:20:00: interruption.");
  expect(await taken.getByRole("link", { name: "Friday" }).getAttribute("href")).toBe(`#/batch/${friday}`);
  const idle = page.locator("details", { hasText: "i-0c41d2a6be7790813" });
  expect(oneLine(await idle.locator("summary").innerText())).toContain("g5.xlarge · zone-a · spot idle");
  await context.close();
});

test("spot prices of every machine type are drawn under their own caps, with the launches of each zone", async () => {
  const { page, context } = await openFleet();
  const g4dn = page.getByRole("region", { name: "Spot price of g4dn.xlarge" });
  await g4dn.getByText("cap $0.4000, on demand $0.5260").waitFor();
  await g4dn.locator(".launch-mark").nth(3).waitFor();
  const rows = await g4dn.getByRole("row").allInnerTexts();
  expect(rows.slice(1).map(oneLine)).toEqual(["zone-a $0.1700 ok 3", "zone-b $0.2300 ok 1"]);
  expect(await g4dn.locator(".launch-mark").count()).toBe(4);
  const g5 = page.getByRole("region", { name: "Spot price of g5.xlarge" });
  await g5.locator(".launch-mark").nth(2).waitFor();
  expect(await g5.getByRole("img").getAttribute("aria-label")).toBe(
    "Spot prices of g5.xlarge over the last 24 hours, under a cap of $0.6000; 3 machines launched",
  );
  await context.close();
});

test("a decision tells each reason, and what it was reckoned from", async () => {
  const { page, context } = await openFleet();
  const decision = page.getByRole("region", { name: "The last decisions" }).getByRole("listitem").first();
  await decision.getByText("What it was reckoned from").click();
  const text = oneLine(await decision.innerText());
  expect(text).toContain("small launched 2: 2 there, 4 wanted work ");
  expect(text).toMatch(/small g\S+ 40,000 11 h 7 min /);
  expect(text).toContain("g5.xlarge zone-b $0.5200");
  await context.close();
});

test("what holds launches is told with its end: the breaker, the account's limit, the console, and zones left alone", async () => {
  const { page, context } = await openFleet();
  const holds = page.getByRole("region", { name: "What holds launches" });
  await holds.getByText("Nothing: a machine is launched").waitFor();
  await holdLaunches(world);
  await holds.getByText("EC2 refuses the launcher").waitFor();
  const text = oneLine(await holds.innerText());
  expect(text).toContain("The account's limit of spot machines until 21:30:00 (in 30 min) MaxSpotInstance");
  expect(text).toContain("g4dn.xlarge in zone-b is left alone until 21:25:00 (in 25 min) EC2 has no machine");
  await holds.getByText("The end of the console").click();
  await holds.getByText("agent: no CUDA device").waitFor();
  await context.close();
});

test("a key that may not operate sees prices and decisions, and no machine one by one", async () => {
  const { page, context } = await openFleet({ scopes: ["read"] });
  await page.getByText("sees the machines one by one").waitFor();
  await page.getByRole("region", { name: "Spot price of g5.xlarge" }).waitFor();
  expect(await page.locator(".launch-mark").count()).toBe(0);
  await context.close();
});

test("the settings tell the cap of every machine type", async () => {
  const { page, context } = await openFleet({ at: "/settings" });
  const limits = page.getByRole("region", { name: "Limits of this stage" });
  await limits.getByText("Machine g5.xlarge").waitFor();
  const text = oneLine(await limits.innerText());
  expect(text).toContain("Machine g4dn.xlarge spot at most $0.4000 an hour");
  expect(text).toContain("Machine g5.xlarge spot at most $0.6000 an hour");
  await context.close();
});
