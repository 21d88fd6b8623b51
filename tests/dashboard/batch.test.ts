/** A batch's page: its items, its failures, its clips; and what users wrote is shown as they wrote it. */
import { expect, test } from "vitest";
import { useDashboard } from "./dashboard.ts";
import { until } from "./page.ts";
import { playItems, serveClips, submitBatch } from "./scene.ts";

const dashboard = useDashboard();

const prompts = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ prompt: `prompt ${index}`, custom_id: `song-${index}` }));

test("failures come first, by their code; a cell opens its item; what is done is counted", async () => {
  const id = await submitBatch(dashboard, "ada", { name: "Friday", items: prompts(6) });
  await playItems(dashboard, id, "sfsfrq");
  const { page, context } = await dashboard.open({ at: `/batch/${id}` });
  await page.getByRole("heading", { name: "2 failed items" }).waitFor();
  await page.getByText("engine_error").waitFor();
  await page.getByText("2 succeeded, 1 running, 2 failed, 1 queued").waitFor();
  const grid = page.getByRole("application", { name: /Items by state/ });
  await grid.focus();
  await page.keyboard.press("ArrowRight");
  await page.getByText("Item 1: failed").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`#/item/${id.replace("batch_", "item_")}_1$`));
  await context.close();
});

test("a clip plays from the keyboard, its time advances, and the next one is an arrow away", async () => {
  const id = await submitBatch(dashboard, "ada", { items: prompts(3) });
  await playItems(dashboard, id, "sss");
  const { page, context } = await dashboard.open({ at: `/batch/${id}` });
  await serveClips(context);
  await page.getByRole("heading", { name: "3 clips" }).waitFor();
  await page.keyboard.press("Space");
  await until(page, "document.querySelector('audio')?.currentTime > 0.2");
  await page.getByText("prompt 0", { exact: true }).waitFor();
  await page.keyboard.press("Space");
  await until(page, "document.querySelector('audio').paused");
  await page.keyboard.press("ArrowDown");
  await page.getByText("prompt 1", { exact: true }).waitFor();
  await until(page, "document.querySelector('audio').currentTime > 0.2");
  await context.close();
});

test("a clip whose signed address has expired gets a new one, without a click", async () => {
  const id = await submitBatch(dashboard, "ada", { items: prompts(1) });
  await playItems(dashboard, id, "s");
  const { page, context } = await dashboard.open({ at: `/batch/${id}` });
  await serveClips(context);
  let refused = 0;
  // The bucket refuses what was signed first.
  await context.route(
    "**/bucket/**/audio/**",
    (route) => {
      refused += 1;
      return route.fulfill({ status: 403, body: "expired" });
    },
    { times: 1 },
  );
  await page.getByRole("button", { name: "Play item 0" }).click();
  await until(page, "document.querySelector('audio')?.currentTime > 0.2");
  expect(refused).toBe(1);
  await context.close();
});

test("an address that comes late is not played in place of the clip that was chosen since", async () => {
  const id = await submitBatch(dashboard, "ada", { items: prompts(2) });
  await playItems(dashboard, id, "ss");
  const { page, context } = await dashboard.open({ at: `/batch/${id}` });
  await serveClips(context);
  const first = Promise.withResolvers<undefined>();
  await context.route("**/v1/items/*_0/audio?*", async (route) => {
    await first.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Play item 0", exact: true }).click();
  await page.getByText("prompt 0", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Play item 1", exact: true }).click();
  const isSecond = "document.querySelector('audio')?.src.includes('/audio/1-1.wav')";
  await until(page, isSecond);
  const late = page.waitForResponse("**/v1/items/*_0/audio?*");
  first.resolve(undefined);
  await (await late).finished();
  // Time enough for a page that would play it.
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
  expect(await page.evaluate(isSecond)).toBe(true);
  await context.close();
});

test("prompts, names and ids are shown as they are, and nothing in them runs", async () => {
  const evil = `<img src=x onerror="globalThis.ran = true">`;
  const rightToLeft = "שלום ".repeat(40).trim();
  const id = await submitBatch(dashboard, "ada", {
    name: rightToLeft,
    items: [{ prompt: evil, custom_id: "a-1" }],
    metadata: { [evil]: `"'><script>globalThis.ran = true</script>` },
  });
  await playItems(dashboard, id, "s");
  const { page, context } = await dashboard.open({ at: `/batch/${id}` });
  await serveClips(context);
  await page.getByRole("heading", { name: rightToLeft }).waitFor();
  await page.getByRole("button", { name: "Play item 0" }).click();
  await page.locator(".chosen-clip").getByText(evil).waitFor();
  await page.getByText(`"'><script>`).waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(`#/batch/${encodeURIComponent(`"'><img src=x>`)}`)}`);
  await page.getByRole("heading", { name: "Not found" }).waitFor();
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  expect(await page.evaluate("document.images.length")).toBe(0);
  await context.close();
});

test("a batch is canceled once the number of items that it touches was confirmed", async () => {
  const id = await submitBatch(dashboard, "ada", { name: "to cancel", items: prompts(4) });
  const { page, context } = await dashboard.open({ at: "/batches" });
  await page.getByLabel("Search").fill("to cancel");
  await page.getByLabel("Choose to cancel").check();
  await page.getByRole("button", { name: "Cancel 4 items" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel 4 items" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.evaluate(`location.hash = "#/batch/${id}"`);
  await page.getByText("4 canceled").first().waitFor();
  await context.close();
});
