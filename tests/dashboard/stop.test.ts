/** The switch that ends everything. */
import { expect, test } from "vitest";
import { useDashboard } from "./dashboard.ts";

const dashboard = useDashboard();

test("everything is stopped once the word is typed, the receipt shows the proven zero, and Start opens again", async () => {
  const { page, context } = await dashboard.open();
  await page.getByRole("button", { name: "Stop all" }).click();
  const dialog = page.getByRole("dialog", { name: "Stop everything" });
  const confirm = dialog.getByRole("button", { name: "Stop all" });
  await dialog.getByLabel(/Type stop/).fill("sto");
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel(/Type stop/).fill("stop");
  await confirm.click();
  await page.getByRole("heading", { name: "Everything is stopped" }).waitFor();
  const receipt = await page.getByRole("region", { name: "Everything is stopped" }).innerText();
  expect(receipt.replaceAll(/\s+/g, " ")).toContain("Machines left, as EC2 says 0");
  expect(receipt.replaceAll(/\s+/g, " ")).toContain("An hour costs now $0.00");
  await page.getByText("Stopped by an operator").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("button", { name: "Stop all" }).waitFor();
  await context.close();
});

test("nothing is stopped by whoever closes the dialog", async () => {
  const { page, context } = await dashboard.open();
  await page.getByRole("button", { name: "Stop all" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.getByText("Stopped by an operator").count()).toBe(0);
  await context.close();
});
