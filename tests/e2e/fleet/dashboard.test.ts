/** The dashboard in a browser, on a cloud: a batch from its file to its sound, an interruption, a stop and a start. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { dashboardAddress } from "../../../shared/contract/dashboard-address.ts";
import { openView, startBrowser } from "../../dashboard/browser.ts";
import { drop, until } from "../../dashboard/page.ts";
import {
  api,
  cloud,
  control,
  ended,
  machines,
  noMachines,
  tick,
  waitUntil,
  workingMachine,
} from "../world.ts";

const operate = { key: cloud.keys.operate };
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
});
/** However a test ended, the next finds the service open. */
afterEach(async () => {
  expect((await api("POST", "/v1/start", operate)).status).toBe(200);
  await noMachines();
});

test("a file is dropped, its clips are heard, an interrupted machine is seen, everything is stopped with its proof and started", async () => {
  const { page, complaints } = await openView(browser);
  await page.goto(dashboardAddress(cloud.apiUrl, cloud.keys.operate));
  await page.getByRole("link", { name: "New batch" }).click();
  await page.getByRole("heading", { name: "New batch" }).waitFor();
  const lines = Array.from({ length: 16 }, (_, index) => `song number ${index}`);
  await drop(page, "songs.txt", lines.join("\n"));
  await page.getByText("16 prompts").waitFor();
  await page.getByLabel("Length, seconds").fill("6");
  await page.getByLabel("Speed").selectOption("fast");
  await page.getByRole("button", { name: "Send the batch" }).click();
  await page.waitForURL(/#\/batch\/batch_/);
  const id = /batch_\w+/.exec(page.url())?.[0] ?? "";

  const machine = await workingMachine(id);
  await control("/interrupt", { instance_id: machine, notice_seconds: 4 });
  expect((await ended(id)).outcome).toBe("succeeded");
  await page.getByRole("heading", { name: "16 clips" }).waitFor();
  await page.getByRole("button", { name: "Play item 0", exact: true }).click();
  await until(page, "document.querySelector('audio')?.currentTime > 0.3");

  await tick("reap");
  await page.getByRole("link", { name: "Fleet" }).click();
  const row = page.locator("details.gantt-row").filter({ hasText: machine });
  await row.click();
  await row.getByRole("table", { name: `Phases of ${machine}` }).waitFor();

  await page.getByRole("link", { name: "Now" }).click();
  await page.getByRole("button", { name: "Stop all" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByRole("button", { name: "Stop all" }).isDisabled()).toBe(true);
  await dialog.getByLabel(/Type stop/).fill("stop");
  await dialog.getByRole("button", { name: "Stop all" }).click();
  await waitUntil("the proof on the page", async () => {
    await tick("reap");
    return page.getByRole("heading", { name: "Everything is stopped" }).isVisible();
  });
  expect(await machines()).toEqual([]);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("button", { name: "Stop all" }).waitFor();
  expect(complaints).toEqual([]);
});
