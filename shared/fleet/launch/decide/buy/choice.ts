/** Which machine type is bought: the one whose second of audio costs least, boots included, and that is in time. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { sumBy, sum } from "../../../../billing/measures/sum.ts";
import { allInUsdPerHour, extrasOf } from "../../../../billing/prices.ts";
import type { Market } from "../../../../contract/records/fleet-records.ts";
import type { Demand } from "../demand.ts";
import type { PricedPool, Reason } from "../plan.ts";
import type { Need } from "../reasons/launch-limits.ts";
import type { Supply } from "../supply.ts";

/** One way to do the work: with new machines of one type, beside those that are there. */
export interface Option {
  readonly instanceType: string;
  readonly supply: Supply;
  readonly demand: Demand;
  readonly need: Need;
}

export interface Proposal {
  readonly option: Option;
  readonly market: Market;
  /** How many machines are asked of it. */
  readonly count: number;
  /** How many the stage's limits allow. */
  readonly possible: number;
  readonly launch: number;
  /** Where the launch may get machines, cheapest first. */
  readonly offers: readonly PricedPool[];
  /** USD for a second of audio in the cheapest of them. */
  readonly audioUsd: number;
  readonly reasons: readonly Reason[];
}

/** EC2 may choose a pool whose second of audio costs this much more than the best pool's. */
const worthShare = 0.2;

export const isWorth = (audioUsd: number, best: Proposal): boolean =>
  audioUsd <= best.audioUsd * (1 + worthShare);

/** A type that can do the work in time comes before one that cannot, and that before one without a pool. */
function rank({ offers, possible, count }: Proposal): number {
  if (offers.length === 0) return 2;
  return possible >= count ? 0 : 1;
}

/** Of types that are all too few, the one that makes the most. */
const falls = (proposal: Proposal): number =>
  rank(proposal) === 1 ? -proposal.possible * proposal.option.demand.pace.planned : 0;

/** Of equal ones, the first: the types are in the configuration's order. */
export const cheapest = (proposals: readonly Proposal[]): Proposal =>
  proposals.reduce((a, b) => {
    const order = rank(b) - rank(a) || falls(b) - falls(a) || b.audioUsd - a.audioUsd;
    return order < 0 ? b : a;
  });

/**
 * USD for a second of the audio that new machines make, with their boots. They make their share of the open work beside
 * the machines that are there.
 */
export function priceOfAudio(
  { demand, supply }: Option,
  machines: number,
  pool: PricedPool | undefined,
  nowMs: number,
  settings: StageConfig,
): number {
  if (pool === undefined) return Infinity;
  const usdPerSecond = allInUsdPerHour(pool.priceUsdPerHour, extrasOf(settings), nowMs) / 3600;
  const all = sumBy(demand.work, (one) => one.openAudioSeconds);
  const own = (all * machines) / (machines + sum(supply.rates));
  const boots = machines * (supply.bootMs / 1000);
  return own === 0 ? usdPerSecond / demand.pace.told : usdPerSecond * (boots / own + 1 / demand.pace.told);
}
