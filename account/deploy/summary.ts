/** What a deploy does, in lines for whoever has to agree to it. Pure. */
import { priceCap } from "../../shared/billing/prices.ts";
import type { StageConfig } from "../../shared/config.ts";
import { counted } from "../../shared/contract/sentences.ts";
import type { Change } from "./changes.ts";

/**
 * A month in which nobody asks for anything, in USD: with what every account has for free, and at list prices.
 * `tests/unit/fleet/launch/idle-cost.test.ts` counts it.
 */
export const idleMonthUsd = { billed: "0.97", listed: "5.68" } as const;

/** @param resources the finished template's, by name */
export function firstDeployLines(resources: Readonly<Record<string, { readonly Type: string }>>): string[] {
  const types = Object.values(resources).map(({ Type }) => Type);
  const byType = [...Map.groupBy(types, (type) => type)].map(
    ([type, all]) => `${all.length} ${kindOf(type)}`,
  );
  return [
    `It is not deployed yet. ${counted(types.length, "resource")} will exist:`,
    `  ${byType.join(", ")}`,
  ];
}

const acts: readonly Change["act"][] = ["remove", "replace", "may replace", "add", "change"];
/** What takes something away is named in full; of the rest, as many of a kind. */
const named = 4;

export function changeLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ["Nothing would change."];
  return acts.flatMap((act) => {
    const byType = Map.groupBy(
      changes.filter((change) => change.act === act),
      ({ type }) => type,
    );
    return [...byType].map(([type, all]) => `  ${act.padEnd(11)}  ${kindOf(type)}: ${namesOf(act, all)}`);
  });
}

function namesOf(act: Change["act"], changes: readonly Change[]): string {
  const names = changes.map(({ name }) => name).toSorted();
  const most = act === "add" || act === "change" ? named : names.length;
  const more = names.length - most;
  return `${names.slice(0, most).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** `Lambda Function` for `AWS::Lambda::Function`. */
const kindOf = (type: string): string => type.replace(/^AWS::/, "").replace("::", " ");

export function costLines({ budgets, limits, instance_types: types }: StageConfig): string[] {
  const caps = types.map((each) => `${each.type} at ${priceCap(each)} USD an hour at most`).join(" or ");
  return [
    `Idle it costs about ${idleMonthUsd.billed} USD a month with AWS's standing free tiers, ${idleMonthUsd.listed} without, and the image's snapshot (estimate).`,
    `Machines come with work alone: ${limits.max_instances} at most, ${caps}, within ${budgets.day_usd} USD a day and ${budgets.month_usd} a month.`,
  ];
}
