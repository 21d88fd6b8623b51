/** What one model is asked for: its open work as far as batches' own budgets pay for it, and the pace to reckon with. Pure. */
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
 * The configuration's first guess at a model's pace may be wrong by so much. Until finished clips have told the pace,
 * work is planned as if it took so much longer: what that costs too much are boots, of the first batch alone.
 */
const guessDoubt = 5;

export interface Demand {
  /** All that is open; the earliest deadline first. */
  readonly all: readonly OpenWork[];
  /** Of it, what the batches' own budgets pay for. */
  readonly work: readonly OpenWork[];
  readonly held: readonly Held[];
  /** Of the work that is not held. */
  readonly clips: number;
  readonly pace: Pace;
}

/** Audio seconds that a machine makes in a second. */
interface Pace {
  /** Measured by finished clips, or else the configuration's first guess. */
  readonly told: number;
  /** What is planned with. */
  readonly planned: number;
}

export function demandOf(
  model: string,
  supply: Supply,
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

/** What a machine has told since the reaper last wrote it down counts at once. */
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

/** Where spot has no price to go by: what is bought then is under the cap, or a rescue. */
const mostUsdPerHour = (settings: StageConfig): number =>
  settings.rescue === undefined ? priceCap(settings) : settings.on_demand_price_usd;

/** Machine-seconds of the open work. */
export const secondsOf = ({ work, pace }: Demand): number =>
  sumBy(work, (one) => one.openAudioSeconds) / pace.told;
