/** Checks the totals of items that are too many for a body. */
import type { StageConfig } from "../../config.ts";
import { totalsRequestSchema } from "../../contract/api/batch-request.ts";
import { faultsOf, type Fault } from "../../contract/api/problem.ts";
import { checkRequest, type CheckedTerms } from "./check-request.ts";
import type { Totals } from "./foresee.ts";

export type TotalsCheck =
  | ({ readonly kind: "valid"; readonly totals: Totals } & Pick<CheckedTerms, "request" | "model" | "speed">)
  | { readonly kind: "invalid"; readonly faults: readonly Fault[] };

export function checkTotals(body: unknown, settings: StageConfig): TotalsCheck {
  const parsed = totalsRequestSchema.safeParse(body);
  if (!parsed.success) return { kind: "invalid", faults: faultsOf(parsed.error, totalsRequestSchema) };
  const { totals, ...terms } = parsed.data;
  const { items, audio_seconds, longest_seconds } = totals;
  // The longest of them has to be possible, as it would be in a body.
  const checked = checkRequest(
    { ...terms, items: [{ prompt: "any", duration_seconds: longest_seconds }] },
    settings,
  );
  if (checked.kind === "invalid") {
    const faults = checked.faults.map(({ pointer, detail }) => ({
      pointer: pointer === "/items/0/duration_seconds" ? "/totals/longest_seconds" : pointer,
      detail,
    }));
    return { kind: "invalid", faults };
  }
  const { request, model, speed } = checked;
  return {
    kind: "valid",
    request,
    model,
    speed,
    totals: { clips: items, audioSeconds: audio_seconds, longestClipSeconds: longest_seconds },
  };
}
