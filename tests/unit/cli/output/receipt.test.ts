import { expect, test } from "vitest";
import { receiptLines } from "../../../../cli/output/receipt.ts";
import { endedBatch } from "../sample-batch.ts";

test("the receipt on screen says that it is not final, and why", () => {
  const batch = endedBatch("succeeded");
  const cost = { ...batch.cost, notes: ["not final: its machines still run"] };
  const lines = receiptLines({ ...batch, cost }, "out");
  expect(lines).toContain("  cost          0.0012 USD so far");
  expect(lines).toContain("                not final: its machines still run");
});

test("the receipt on screen is the final one once the API's is", () => {
  const batch = endedBatch("succeeded");
  const lines = receiptLines({ ...batch, cost: { ...batch.cost, final: true } }, "out");
  expect(lines).toContain("  cost          0.0012 USD");
});
