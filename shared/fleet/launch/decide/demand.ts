/**
 * What one model is asked for: its open work, as far as the batches' own budgets pay for it, and the pace to plan with.
 * Pure.
 */
import type { StageConfig } from "../../../config.ts";
import { upperQuantile } from "../../../billing/measures/quantile.ts";
import { sumBy } from "../../../billing/measures/sum.ts";
import { allInUsdPerHour, extrasOf, priceCap } from "../../../billing/prices.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";
import { offMs } from "../../machines/drain.ts";
import { affordable } from "./batch-budget.ts";
import { leaseMs } from "./budgets.ts";
import { plannedEndMs, tickMs } from "./deadlines.ts";
import type { Observation } from "./observation.ts";
import type { Held } from "./plan.ts";
import { eligiblePools, highestPrice } from "./pools.ts";
import type { Supply } from "./supply.ts";

/**
 * The configuration's guess at a model's pace may be too high by this factor. Until finished clips have shown the real
 * pace, work is planned as if it took this much longer. The extra cost is some boots, for the first batch only.
 */
const guessDoubt = 5;

export interface Demand {
  /** All open work, the earliest deadline first. */
  readonly all: readonly OpenWork[];
  /** The part of it that the batches' own budgets pay for. */
  readonly work: readonly OpenWork[];
  readonly held: readonly Held[];
  /** The clips of the work that is not held. */
  readonly clips: number;
  readonly pace: Pace;
}

/** Seconds of audio that a machine makes in a second. */
interface Pace {
  /** Measured on finished clips; before the first ones, the configuration's guess. */
  readonly told: number;
  /** The pace to plan with. */
  readonly planned: number;
}

/** What a model's demand depends on besides the observation. */
interface Asked {
  readonly model: string;
  readonly supply: Supply;
  /** How many machines this tick launches, as far as that is decided. */
  readonly launching: number;
}

export function demandOf(
  { model, supply, launching }: Asked,
  observation: Observation,
  settings: StageConfig,
): Demand {
  const { nowMs } = observation;
  const all = observation.work
    .filter((one) => one.model === model)
    .sort((a, b) => a.deadlineMs - b.deadlineMs);
  const pace = paceOf(model, observation, settings);
  const { work, held } = affordable(all, {
    nowMs,
    usdPerHour: hourWithExtras(observation, settings),
    audioSecondsPerSecond: pace.told,
    plannedAudioSecondsPerSecond: pace.planned,
    bootMs: supply.bootMs,
    readyAtMs: supply.readyAtMs,
    launching,
    plannedEndMs: (one) => plannedEndMs(one, supply, nowMs),
    unheardMs: tickMs + settings.worker.heartbeat_seconds * 1000,
    toleratedMs: leaseMs(settings) / 2,
    wayOutMs: settings.worker.idle_exit_seconds * 1000 + offMs,
    unservedUsd: sumBy(
      observation.machines.filter((machine) => machine.model === model),
      ({ unservedUsd }) => unservedUsd ?? 0,
    ),
  });
  return { all, work, held, clips: sumBy(work, (one) => one.openItems), pace };
}

/** A machine's own figures count at once, even before the reaper has written them down. */
function paceOf(model: string, { measured, machines }: Observation, settings: StageConfig): Pace {
  const live = machines
    .filter((machine) => machine.model === model)
    .flatMap(({ audioSecondsPerSecond: pace }) => (pace === null ? [] : [pace]));
  const told = measured[model]?.audio_seconds_per_second ?? upperQuantile(live, 0.5);
  if (told !== null) return { told, planned: told };
  const guess = settings.models.find(({ id }) => id === model)?.audio_seconds_per_gpu_second ?? 1;
  return { told: guess, planned: guess / guessDoubt };
}

function hourWithExtras(observation: Observation, settings: StageConfig): number {
  const usdPerHour = highestPrice(eligiblePools(observation, settings)) || mostUsdPerHour(settings);
  return allInUsdPerHour(usdPerHour, extrasOf(settings), observation.nowMs);
}

/** The price to plan with when no spot price is known: a machine is bought under the cap, or as a rescue. */
const mostUsdPerHour = (settings: StageConfig): number =>
  settings.rescue === undefined ? priceCap(settings) : settings.on_demand_price_usd;

/** The machine-seconds that the open work takes. */
export const secondsOf = ({ work, pace }: Demand): number =>
  sumBy(work, (one) => one.openAudioSeconds) / pace.told;
