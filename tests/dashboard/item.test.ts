/** An item's page: how its clip sounds and looks, how it was made, and the same again. */
import { expect, test } from "vitest";
import { addFailure, addInterruption } from "../../shared/batch/progress/attempts.ts";
import { readItems } from "../../shared/batch/progress/batch-files.ts";
import { batchIdSchema, itemIdOf } from "../../shared/contract/ids.ts";
import { one } from "../unit/batch/events.ts";
import { useDashboard } from "./dashboard.ts";
import { until } from "./page.ts";
import { playItems, serveClips, submitBatch } from "./scene.ts";

const dashboard = useDashboard();

test("a clip's pitches are drawn over its time, and a click on them jumps there", async () => {
  const id = await submitBatch(dashboard, "ada", { items: [{ prompt: "slow pad" }] });
  await playItems(dashboard, id, "s");
  const { page, context } = await dashboard.open();
  await serveClips(context);
  await page.evaluate(`location.hash = "#/item/${itemIdOf(id, 0)}"`);
  const picture = page.getByRole("img", { name: "Spectrogram: 40 Hz to 16 kHz over 20.0 s" });
  await picture.waitFor();
  // From the dark of silence to the light of what is loudest.
  await until(
    page,
    `(() => {
      const { width, height } = document.querySelector(".spectrogram canvas");
      const { data } = document.querySelector(".spectrogram canvas").getContext("2d").getImageData(0, 0, width, height);
      const greens = data.filter((_, at) => at % 4 === 1);
      return Math.min(...greens) < 20 && Math.max(...greens) > 240;
    })()`,
  );
  const { width = 0 } = (await picture.boundingBox()) ?? {};
  await picture.click({ position: { x: width / 2, y: 20 } });
  await until(page, "Math.abs(document.querySelector('audio').currentTime - 10) < 0.5");
  await context.close();
});

test("its attempts tell what failed, how far interrupted ones came, and what was left to make", async () => {
  const id = await submitBatch(dashboard, "ada", { items: [{ prompt: "a" }, { prompt: "b" }] });
  const { ports } = dashboard.api.world;
  const item = { batch_id: id, index: 0 };
  const failure = { at: "2026-01-01T12:00:09.000Z", code: "numeric", detail: "a sample was not finite" };
  await addFailure(ports, item, failure, { countsOnce: true });
  await addInterruption(ports, item, { steps: 203, own: { instance_id: one, gpu_seconds: 1 } });
  await playItems(dashboard, id, "sr");
  const { page, context } = await dashboard.open();
  await serveClips(context);
  await page.evaluate(`location.hash = "#/item/${itemIdOf(id, 0)}"`);
  const attempts = page.getByRole("region", { name: "Attempts" });
  await attempts.waitFor();
  const told = (await attempts.getByRole("listitem").allInnerTexts()).map((text) =>
    text.replace(/^.*\d\d:\d\d:\d\d /, ""),
  );
  expect(told).toEqual([
    "failed numeric a sample was not finite",
    "interrupted once, after 203 steps, which another machine goes on from",
    "succeeded: the 300 steps that were left, in 0.50 s of the GPU",
  ]);
  await page.evaluate(`location.hash = "#/item/${itemIdOf(id, 1)}"`);
  await attempts.getByText("running, at step 120 of 500").waitFor();
  await context.close();
});

test("the same again is a batch of one: the same prompt and parameters, and a seed of its own", async () => {
  const id = await submitBatch(dashboard, "ada", {
    items: [{ prompt: "slow pad", seed: 7, duration_seconds: 4, output: { format: "ogg" } }],
  });
  const { page, context } = await dashboard.open();
  await page.evaluate(`location.hash = "#/item/${itemIdOf(id, 0)}"`);
  await page.getByRole("button", { name: "Same again, another seed" }).click();
  await page.waitForURL(/#\/batch\/batch_/);
  const again = batchIdSchema.parse(/batch_\w+/.exec(page.url())?.[0]);
  const { store } = dashboard.api.world;
  const [[before], [after, ...more]] = await Promise.all([
    readItems(store, id, 0),
    readItems(store, again, 0),
  ]);
  expect(more).toEqual([]);
  expect(after).toMatchObject({ prompt: "slow pad", parameters: before?.parameters });
  expect(after?.seed).not.toBe(7);
  await context.close();
});
