/** The machine types of the bench: prices on demand in us-east-1, and paces that are estimates. */
import type { MachineType } from "../../shared/config.ts";
import { factsOf, paceRatio } from "../../shared/contract/machine-types.ts";
import type { TypeOfTrace } from "../../simulation/played/market.ts";

export const firstType = "g4dn.xlarge";
export const secondType = "g5.xlarge";

const onDemandUsd = (type: string): number => factsOf(type)?.onDemandUsdPerHour ?? 0;

/** Spot prices of the second type lie as far below its price on demand as those of the first. */
const dearer = onDemandUsd(secondType) / onDemandUsd(firstType);

export const typesOfTrace: Readonly<Record<"first" | "second", TypeOfTrace>> = {
  first: { instanceType: firstType, dearer: 1 },
  second: { instanceType: secondType, dearer },
};

/** What a machine of the type is, beside one of the first. */
export const speedOf = (type: string): number => paceRatio(type, firstType);

/** As a stage would configure them. */
export const machineTypes = (types: readonly string[]): readonly MachineType[] =>
  types.map((type) => ({
    type,
    max_spot_price_usd: 0.76 * onDemandUsd(type),
    on_demand_price_usd: onDemandUsd(type),
    audio_seconds_per_gpu_second: {},
  }));
