/** Prompts as the command line reads them, an estimate before anything is sent, and a batch in the end. */
import { expect, test } from "vitest";
import { batchViewSchema, pageSchema } from "../../shared/contract/api/api.ts";
import { useDashboard } from "./dashboard.ts";
import { drop } from "./page.ts";

const dashboard = useDashboard();

async function batchesOf(owner: string) {
  const key = await dashboard.api.key(owner, ["read"]);
  const answer = await fetch(`${dashboard.api.url}/v1/batches`, { headers: { "x-api-key": key } });
  return pageSchema(batchViewSchema).parse(await answer.json()).data;
}

test("a table that is dropped is estimated, sent with what the form says, and its page opens", async () => {
  const { page, context } = await dashboard.open({ at: "/new", owner: "bo" });
  await page.getByRole("heading", { name: "New batch" }).waitFor();
  await drop(page, "songs.csv", "prompt,seed\nslow pad,1\nlofi drums,2\n");
  await page.getByText("2 prompts").waitFor();
  await page.getByLabel("Length, seconds").fill("7");
  await page.getByLabel("Name").fill("Friday");
  await page.getByLabel("It may cost, USD").fill("1.50");
  await page.getByText("14 s of audio").waitFor();
  await page.getByRole("button", { name: "Send the batch" }).click();
  await page.waitForURL(/#\/batch\/batch_/);
  const [batch] = await batchesOf("bo");
  expect(batch).toMatchObject({
    name: "Friday",
    counts: { total: 2 },
    audio_seconds: { total: 14 },
    cost: { max_usd: "1.50" },
  });
  await context.close();
});

test("mistakes stand beside their lines, in the words of the command line, and nothing can be sent", async () => {
  const { page, context } = await dashboard.open({ at: "/new", owner: "cy" });
  await page.getByRole("heading", { name: "New batch" }).waitFor();
  await drop(page, "songs.csv", "prompt,seed\nslow pad,1\nlofi drums,soon\n");
  const mistake = page.locator(".mistakes li");
  await mistake.waitFor();
  expect((await mistake.allInnerTexts()).map((text) => text.split(/\s*\n\s*/).join(" "))).toEqual([
    "Line 3 lofi drums,soon seed is 'soon', which is not a number",
  ]);
  expect(await page.getByRole("button", { name: "Send the batch" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Prompts, one per line").fill("a prompt\nanother");
  await page.getByText("2 prompts").waitFor();
  await page.getByLabel("Temperature").fill("9");
  await page.getByText("expected number to be <=5").waitFor();
  expect(await page.getByRole("button", { name: "Send the batch" }).isDisabled()).toBe(true);
  await context.close();
});

test("a batch that is too large for a body goes by an upload, straight into the bucket", async () => {
  const { page, context } = await dashboard.open({ at: "/new", owner: "di" });
  await page.getByRole("heading", { name: "New batch" }).waitFor();
  const lines = Array.from({ length: 1200 }, (_, index) => `prompt number ${index}`).join("\n");
  await drop(page, "many.txt", lines);
  await page.getByText("1,200 prompts").waitFor();
  await page.getByRole("button", { name: "Send the batch" }).click();
  await page.waitForURL(/#\/batch\/batch_/);
  expect(await batchesOf("di")).toHaveLength(1);
  await context.close();
});
