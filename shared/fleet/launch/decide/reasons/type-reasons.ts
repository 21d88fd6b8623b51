/** A sentence that says which machine type is bought, and what the others would cost. Pure. */
import type { StageConfig } from "../../../../config.ts";
import { counted } from "../../../../contract/sentences.ts";
import { isWorth, type Proposal } from "../buy/choice.ts";
import type { Observation } from "../observation.ts";
import type { Reason } from "../plan.ts";
import { placeOf } from "./place.ts";
import { poolReasons } from "./pool-reasons.ts";

/** Only where there is a choice: with several types, and machines missing. */
export function typeReasons(
  best: Proposal,
  all: readonly Proposal[],
  observation: Observation,
  settings: StageConfig,
): readonly Reason[] {
  const [pool] = best.offers;
  if (all.length === 1 || best.count === 0 || pool === undefined) return [];
  const others = all
    .filter(({ option }) => option.instanceType !== best.option.instanceType)
    .map((other) => against(other, best, observation, settings));
  return [{ reason: "type", detail: `${costIn(best, settings)}${others.join("")}` }];
}

const costIn = ({ offers: [pool], audioUsd }: Proposal, settings: StageConfig): string =>
  `${pool === undefined ? "no pool" : placeOf(pool, settings)}: ${perMinute(audioUsd)} USD per audio minute`;

const perMinute = (audioUsd: number): string => (audioUsd * 60).toPrecision(2);

function against(other: Proposal, best: Proposal, observation: Observation, settings: StageConfig): string {
  const { instanceType } = other.option;
  const [pool] = other.offers;
  if (pool === undefined) {
    const why = poolReasons(observation, settings, instanceType).map(({ detail }) => detail);
    return `; ${instanceType}: ${why.join(", ")}`;
  }
  const few =
    other.possible < other.count && isWorth(other.audioUsd, best)
      ? ` (${counted(other.possible, "machine")} of ${other.count} may be had)`
      : "";
  return ` against ${perMinute(other.audioUsd)} with ${placeOf(pool, settings)}${few}`;
}
