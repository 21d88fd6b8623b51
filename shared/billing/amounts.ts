/** The lines of a receipt, in whole micro-dollars. */
import { receiptLines, wasteLines, type AmountsView, type ReceiptLine } from "../contract/records/receipt.ts";
import { usdText } from "./money.ts";
import type { Part } from "./receipts/shares.ts";

export type Amounts = Readonly<Record<ReceiptLine, number>>;

export const nothing: Amounts = {
  work: 0,
  boot: 0,
  load: 0,
  idle: 0,
  interrupted: 0,
  volume: 0,
  address: 0,
};

export function sumOf(parts: readonly Pick<Part, "line" | "micros">[]): Amounts {
  const amounts = { ...nothing };
  for (const { line, micros } of parts) amounts[line] += micros;
  return amounts;
}

export function together(all: readonly Amounts[]): Amounts {
  const amounts = { ...nothing };
  for (const one of all) for (const line of receiptLines) amounts[line] += one[line];
  return amounts;
}

export const totalOf = (amounts: Amounts): number =>
  receiptLines.reduce((total, line) => total + amounts[line], 0);

/** What made no music, of the machines' hours. */
export const wasteOf = (amounts: Amounts): number =>
  wasteLines.reduce((total, line) => total + amounts[line], 0);

export const amountsView = (amounts: Amounts): AmountsView => ({
  usd: usdText(totalOf(amounts)),
  work_usd: usdText(amounts.work),
  boot_usd: usdText(amounts.boot),
  load_usd: usdText(amounts.load),
  idle_usd: usdText(amounts.idle),
  interrupted_usd: usdText(amounts.interrupted),
  volume_usd: usdText(amounts.volume),
  address_usd: usdText(amounts.address),
});
