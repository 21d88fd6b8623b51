/** What the values of options must be. A mistake is the command line's, so commander tells it. */
import { InvalidArgumentError } from "commander";
import { keyRequestSchema } from "../../shared/contract/api/api-key.ts";
import { type Scope, scopes } from "../../shared/contract/records/batch-records.ts";
import { maxCostSchema } from "../../shared/contract/api/batch-request.ts";

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };

export const seconds =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected seconds from ${least} to ${most}`);
  };

export function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("expected a day such as 2026-11-30");
}

const unitSeconds = { m: 60, h: 3600, d: 86_400 } as const;

/** @param most the longest, in seconds */
export const timeSpan =
  (most: number) =>
  (text: string): number => {
    const [, count, unit] = /^([1-9]\d{0,6})([mhd])$/.exec(text) ?? [];
    const seconds = Number(count) * unitSeconds[unit as keyof typeof unitSeconds];
    if (seconds <= most) return seconds;
    throw new InvalidArgumentError(`expected a time such as 90d, 12h or 30m, of ${spanText(most)} at most`);
  };

const spanText = (seconds: number): string =>
  seconds < unitSeconds.d ? `${seconds / unitSeconds.h}h` : `${seconds / unitSeconds.d}d`;

export function scopeList(text: string): readonly Scope[] {
  const parsed = keyRequestSchema.shape.scopes.safeParse(text.split(",").map((scope) => scope.trim()));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`expected some of ${scopes.join(",")}, each once`);
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
