/** How the missing machines are bought: of which type, on spot, or on demand as a rescue. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { typeNamed } from "../../../../billing/prices.ts";
import type { DecisionReason } from "../../../../contract/records/fleet-records.ts";
import { counted, exactTime } from "../../../../contract/sentences.ts";
import type { Allowance } from "./allowance.ts";
import { purchasable } from "../budgets.ts";
import { cheapest, isWorth, type Option, type Proposal, priceOfAudio } from "./choice.ts";
import type { Observation } from "../observation.ts";
import type { PricedPool } from "../plan.ts";
import { eligiblePools, highestPrice, paidFor, safest } from "./pools.ts";
import {
  binding,
  holds,
  limitsOfModel,
  machineLimit,
  plain,
  quotaLimit,
  smallest,
  vcpuLimit,
} from "../reasons/launch-limits.ts";
import { typeReasons } from "../reasons/type-reasons.ts";

/** @param options one for each type of the stage */
export function buy(
  options: readonly [Option, ...Option[]],
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Proposal {
  const onSpot = options.map((option) => buySpot(option, allowance, observation, settings));
  const spot = widened(cheapest(onSpot), onSpot, allowance, observation, settings);
  const told = { ...spot, reasons: [...typeReasons(spot, onSpot, observation, settings), ...spot.reasons] };
  if (!mayBeRescued(spot, settings)) return told;
  const onDemand = options.map((option) => buyOnDemand(option, allowance, observation, settings));
  const rescue = widened(cheapest(onDemand), onDemand, allowance, observation, settings);
  const reasons = [...told.reasons, ...rescue.reasons];
  return rescue.launch === 0 ? { ...told, reasons } : { ...rescue, reasons };
}

function buySpot(
  option: Option,
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Proposal {
  const { nowMs } = observation;
  const { need, instanceType } = option;
  const eligible = eligiblePools(observation, settings, instanceType);
  const offers = safest(paidFor(eligible, allowance.money, nowMs, settings), observation);
  const proposal = { option, market: "spot", offers, count: need.missing } as const;
  if (need.missing === 0) return { ...proposal, possible: 0, launch: 0, audioUsd: 0, reasons: [] };
  const possible = [
    machineLimit(allowance, settings),
    ...vcpuLimit(allowance, "spot", instanceType, settings),
    ...purchasable(allowance.money, highestPrice(offers), nowMs, settings),
  ];
  const limits = binding(
    [...possible, ...limitsOfModel(need), ...holds(need, offers, observation, settings)],
    need.missing,
  );
  return {
    ...proposal,
    possible: smallest(need.missing, possible),
    launch: smallest(need.missing, limits),
    audioUsd: priceOfAudio(option, need.missing, offers[0], nowMs, settings),
    reasons: limits.map(plain),
  };
}

/**
 * EC2 chooses by capacity among all the pools that it is offered. With several types, each of them must be nearly as
 * good a bargain as the best, and at least as fast as what the launch was reckoned with.
 */
function widened(
  best: Proposal,
  all: readonly Proposal[],
  { money, vcpus }: Allowance,
  { nowMs }: Observation,
  settings: StageConfig,
): Proposal {
  if (all.length === 1 || best.launch === 0) return best;
  const { launch, market } = best;
  const offers = all
    .filter((one) => one.option.demand.pace.planned >= best.option.demand.pace.planned)
    .flatMap((one) => one.offers.map((pool) => ({ ...one, pool })))
    .filter(({ option, count, pool }) => isWorth(priceOfAudio(option, count, pool, nowMs, settings), best))
    .map(({ pool }) => pool)
    .filter(
      ({ instanceType, priceUsdPerHour }) =>
        smallest(launch, [
          ...purchasable(money, priceUsdPerHour, nowMs, settings),
          ...vcpuLimit({ vcpus }, market, instanceType, settings),
        ]) === launch,
    );
  return { ...best, offers: offers.toSorted((a, b) => a.priceUsdPerHour - b.priceUsdPerHour) };
}

/** Limits that apply to spot and not to on-demand machines. */
const ofSpotAlone: readonly DecisionReason[] = ["price", "no_price", "cooling", "quota"];
/** Limits that apply to both markets. */
const ofBothMarkets: readonly DecisionReason[] = [
  "max_instances",
  "max_vcpus",
  "few_messages",
  "no_messages",
];

/** A rescue may be bought when the stage allows it, and spot has no machine. */
function mayBeRescued(spot: Proposal, settings: StageConfig): boolean {
  const isHeld = spot.reasons.some(({ reason }) => ofSpotAlone.includes(reason));
  const isHeldOtherwise = spot.reasons.some(
    ({ reason }) => !ofSpotAlone.includes(reason) && !ofBothMarkets.includes(reason),
  );
  return settings.rescue !== undefined && isHeld && !isHeldOtherwise;
}

/** Buys only for work that would miss its deadline if it waited any longer. */
function buyOnDemand(
  option: Option,
  allowance: Allowance,
  { pools, quotas, nowMs }: Observation,
  settings: StageConfig,
): Proposal {
  const { instanceType, need } = option;
  const { urgent, oldestDeadlineMs, messages } = need;
  const priceUsdPerHour = typeNamed(instanceType, settings).on_demand_price_usd;
  const offers: readonly PricedPool[] = pools
    .filter((pool) => pool.instanceType === instanceType)
    .map(({ zone, subnetId }) => ({ instanceType, zone, subnetId, priceUsdPerHour, priceSinceMs: null }));
  const limits = binding(
    [
      ...purchasable(allowance.money, highestPrice(offers), nowMs, settings),
      ...vcpuLimit(allowance, "on_demand", instanceType, settings),
      ...quotaLimit(quotas.on_demand),
    ],
    urgent,
  );
  const most = Math.min(allowance.machines, Math.max(0, allowance.onDemand), messages.most);
  const launch = Math.min(offers.length === 0 ? 0 : most, smallest(urgent, limits));
  const detail = `no spot capacity, and work is due at ${exactTime(oldestDeadlineMs)}: launching ${counted(launch, "machine")} on demand`;
  const rescue = launch === 0 ? [] : [{ reason: "rescue", detail } as const];
  return {
    option,
    market: "on_demand",
    offers,
    count: urgent,
    possible: launch,
    launch,
    audioUsd: priceOfAudio(option, Math.max(1, urgent), offers[0], nowMs, settings),
    reasons: [...limits.map(plain), ...rescue],
  };
}
