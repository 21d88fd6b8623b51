/** Sentences that say what the open work of a model needs. Pure. */
import { secondsOf, type Demand } from "../demand.ts";
import type { Reason } from "../plan.ts";
import type { Shortage } from "../sizing.ts";
import type { Supply } from "../supply.ts";
import { counted } from "../../../../contract/sentences.ts";

export function demandReasons(
  demand: Demand,
  supply: Supply,
  shortage: Shortage,
  nowMs: number,
): readonly Reason[] {
  const { work, held } = demand;
  if (held.length === 0) return [demandReason(demand, supply, shortage, nowMs)];
  const detail =
    held.length === 1
      ? "1 batch reached max_cost_usd; its items stay queued"
      : `${held.length} batches reached max_cost_usd; their items stay queued`;
  return [
    ...(work.length === 0 ? [] : [demandReason(demand, supply, shortage, nowMs)]),
    { reason: "budget_batch", detail },
  ];
}

function demandReason(demand: Demand, { readyAtMs }: Supply, { missing }: Shortage, nowMs: number): Reason {
  if (demand.clips === 0) return { reason: "no_work", detail: "no item is open" };
  const seconds = `about ${Math.ceil(secondsOf(demand))} s of work`;
  const have = readyAtMs.length;
  if (missing > 0) {
    return {
      reason: "work",
      detail: `${seconds} needs ${counted(have + missing, "machine")}; ${have} running or starting`,
    };
  }
  return readyAtMs.some((readyMs) => readyMs <= nowMs)
    ? {
        reason: "covered",
        detail: `${have === 1 ? "the running machine is" : `the ${have} machines are`} enough (${seconds})`,
      }
    : {
        reason: "booting",
        detail: `${have === 1 ? "1 machine is" : `${have} machines are`} booting (${seconds})`,
      };
}
