import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../../../local/setup/lock.mjs";
import { progressLine, toGo } from "../../../../local/setup/progress.mjs";

test.each<[share: number, elapsedSeconds: number, expected: string]>([
  [0, 0, "about 2 min to go"],
  [0.5, 50, "about 50 s to go"],
  [0.5, 200, "about 2 min to go"],
  [0.9, 90, "about 10 s to go"],
  [1, 300, "about 5 s to go"],
])("with %d done after %d s of a usual 100 s it is %s", (share, elapsedSeconds, expected) => {
  expect(toGo(share, elapsedSeconds, 100)).toBe(expected);
});

test("the line of progress fits a terminal of 80 columns", () => {
  const line = progressLine("Python packages, also for tests", 0.42, 60, 100);
  expect(line).toBe("  ████████░░░░░░░░░░░░ 42 %, about 70 s to go: Python packages, also for tests");
  expect(line.length).toBeLessThan(80);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-setup-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a second set-up in the same folder waits for the first one", async () => {
  const path = join(folder, "setup.lock");
  const order: string[] = [];
  const giveBack = await takeLock(path, () => order.push("never"));
  const second = takeLock(path, () => order.push("waits")).then((give) => {
    order.push("has it");
    give();
  });
  order.push("first works");
  giveBack();
  await second;
  expect(order).toEqual(["waits", "first works", "has it"]);
  expect(existsSync(path)).toBe(false);
});

test.each([["99999999"], ["no number"], [""]])("a lock left behind by '%s' is taken over", async (holder) => {
  const path = join(folder, "setup.lock");
  writeFileSync(path, holder);
  const giveBack = await takeLock(path, () => undefined);
  giveBack();
  expect(existsSync(path)).toBe(false);
});
