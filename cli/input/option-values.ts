/** What the values of options must be. A mistake is the command line's, so commander tells it. */
import { InvalidArgumentError } from "commander";
import { maxCostSchema } from "../../shared/contract/api/batch-request.ts";

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };

export function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("expected a day such as 2026-11-30");
}

export function usd(text: string): string {
  const parsed = maxCostSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('expected an amount of USD such as "1.50"');
}

/** For options that may come several times. */
export const collected = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];
