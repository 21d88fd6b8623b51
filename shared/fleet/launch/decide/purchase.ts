/** How the missing machines are bought: on spot, or on demand as a rescue. Pure. */
import type { StageConfig } from "../../../config.ts";
import type { DecisionReason, Market } from "../../../contract/records/fleet-records.ts";
import type { Allowance } from "./allowance.ts";
import { purchasable } from "./budgets.ts";
import type { Observation } from "./observation.ts";
import type { PricedPool, Reason } from "./plan.ts";
import { eligiblePools, highestPrice, paidFor, safest } from "./pools.ts";
import {
  binding,
  holds,
  limitsOfModel,
  machineLimit,
  plain,
  quotaLimit,
  smallest,
  type Need,
} from "./reasons/launch-limits.ts";
import { counted, exactTime } from "../../../contract/sentences.ts";

export interface Purchase {
  readonly market: Market;
  readonly launch: number;
  readonly offers: readonly PricedPool[];
  readonly reasons: readonly Reason[];
}

export function buy(
  need: Need,
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Purchase {
  const spot = buySpot(need, allowance, observation, settings);
  if (!needsRescue(need, spot, settings)) return spot;
  const onDemand = buyOnDemand(need, allowance, observation, settings);
  const reasons = [...spot.reasons, ...onDemand.reasons];
  return onDemand.launch === 0 ? { ...spot, reasons } : { ...onDemand, reasons };
}

function buySpot(
  need: Need,
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Purchase {
  const { nowMs } = observation;
  const eligible = eligiblePools(observation, settings);
  const offers = safest(paidFor(eligible, allowance.money, nowMs, settings), observation);
  if (need.missing === 0) return { market: "spot", launch: 0, offers, reasons: [] };
  const limits = binding(
    [
      machineLimit(allowance, settings),
      ...purchasable(allowance.money, highestPrice(offers), nowMs, settings),
      ...limitsOfModel(need),
      ...holds(need, offers, observation, settings),
    ],
    need.missing,
  );
  return { market: "spot", launch: smallest(need.missing, limits), offers, reasons: limits.map(plain) };
}

/** Limits that apply to spot and not to on-demand machines. */
const ofSpotAlone: readonly DecisionReason[] = ["price", "no_price", "cooling", "quota"];
/** Limits that apply to both markets. */
const ofBothMarkets: readonly DecisionReason[] = ["max_instances", "few_messages", "no_messages"];

/** A rescue is needed when the stage allows it, spot has no machine, and waiting longer would miss a deadline. */
function needsRescue({ urgent }: Need, spot: Purchase, settings: StageConfig): boolean {
  const isHeld = spot.reasons.some(({ reason }) => ofSpotAlone.includes(reason));
  const isHeldOtherwise = spot.reasons.some(
    ({ reason }) => !ofSpotAlone.includes(reason) && !ofBothMarkets.includes(reason),
  );
  return settings.rescue !== undefined && urgent > 0 && isHeld && !isHeldOtherwise;
}

function buyOnDemand(
  { urgent, oldestDeadlineMs, messages }: Need,
  allowance: Allowance,
  { pools, quotas, nowMs }: Observation,
  settings: StageConfig,
): Purchase {
  const priceUsdPerHour = settings.on_demand_price_usd;
  const offers = pools.map(({ zone, subnetId }) => ({ zone, subnetId, priceUsdPerHour, priceSinceMs: null }));
  const limits = binding(
    [...purchasable(allowance.money, highestPrice(offers), nowMs, settings), ...quotaLimit(quotas.on_demand)],
    urgent,
  );
  const most = Math.min(allowance.machines, Math.max(0, allowance.onDemand), messages.most);
  const launch = Math.min(offers.length === 0 ? 0 : most, smallest(urgent, limits));
  const reasons = limits.map(plain);
  if (launch === 0) return { market: "on_demand", launch, offers, reasons };
  const detail = `no spot capacity, and work is due at ${exactTime(oldestDeadlineMs)}: launching ${counted(launch, "machine")} on demand`;
  return { market: "on_demand", launch, offers, reasons: [...reasons, { reason: "rescue", detail }] };
}
