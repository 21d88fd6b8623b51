/**
 * What one model is asked for: its open work, as far as the batches' own budgets pay for it, and the pace to plan with.
 * Pure.
 */
import type { MachineType, StageConfig } from "../../../config.ts";
import { sumBy } from "../../../billing/measures/sum.ts";
import { allInUsdPerHour, extrasOf, priceCap, typeNamed } from "../../../billing/prices.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";
import { nextLookMs, offMs } from "../../machines/drain.ts";
import { affordable, type Terms } from "./batch-budget.ts";
import { leaseMs } from "./budgets.ts";
import { plannedEndMs, tickMs } from "./deadlines.ts";
import type { Observation } from "./observation.ts";
import type { Pace, Paces } from "./paces.ts";
import type { Held } from "./plan.ts";
import { eligiblePools, highestPrice } from "./buy/pools.ts";
import type { Supply } from "./supply.ts";

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

/** What a model's demand depends on besides the observation. */
interface Asked {
  readonly model: string;
  /** The type that is planned with. */
  readonly instanceType: string;
  readonly paces: Paces;
  readonly supply: Supply;
  /** How many machines this tick launches, as far as that is decided. */
  readonly launching: number;
}

export function demandOf(asked: Asked, observation: Observation, settings: StageConfig): Demand {
  const { model, supply, launching } = asked;
  const { nowMs } = observation;
  const all = observation.work
    .filter((one) => one.model === model)
    .sort((a, b) => a.deadlineMs - b.deadlineMs);
  const pace = asked.paces(asked.instanceType);
  const { work, held } = affordable(all, {
    nowMs,
    ...dearestTerms(asked, observation, settings),
    bootMs: supply.bootMs,
    readyAtMs: supply.readyAtMs,
    launching,
    plannedEndMs: (one) => plannedEndMs(one, supply, nowMs),
    unheardMs: tickMs + settings.worker.heartbeat_seconds * 1000,
    ...leaseTerms(settings),
    wayOutMs: settings.worker.idle_exit_seconds * 1000 + offMs,
    unservedUsd: sumBy(
      observation.machines.filter((machine) => machine.model === model),
      ({ unservedUsd }) => unservedUsd ?? 0,
    ),
  });
  return { all, work, held, clips: sumBy(work, (one) => one.openItems), pace };
}

/**
 * Half of the lease by which a batch may pass its budget is used rather than left over. The other half pays for a machine
 * that dies without a word: it costs money until the reaper misses its heartbeat, marks it, and ends it at the next look.
 */
function leaseTerms(settings: StageConfig): Pick<Terms, "toleratedMs" | "reservedMs"> {
  const halfMs = leaseMs(settings) / 2;
  const unnoticedMs = settings.worker.heartbeat_deadline_seconds * 1000 + 2 * nextLookMs;
  return { toleratedMs: halfMs, reservedMs: Math.max(0, unnoticedMs - halfMs) };
}

/**
 * What a machine of a type costs and makes. Of the types that serve the model or are to serve it, the one whose second
 * of audio costs most: a batch's budget must hold whichever machine makes its clips. A machine that is there may cost
 * more than one that could be bought now.
 */
function dearestTerms(
  { model, instanceType, paces }: Asked,
  observation: Observation,
  settings: StageConfig,
): Pick<Terms, "usdPerHour" | "audioSecondsPerSecond" | "plannedAudioSecondsPerSecond"> {
  const serving = observation.machines.filter(
    (machine) => machine.model === model && machine.phase !== "ended",
  );
  const types = new Set([instanceType, ...serving.map((machine) => machine.instanceType)]);
  const ownUsdPerHour = (type: string): readonly number[] =>
    serving.filter((machine) => machine.instanceType === type).map(({ usdPerHour }) => usdPerHour ?? 0);
  const terms = [...types].map((type) => ({
    usdPerHour: Math.max(hourWithExtras(type, observation, settings), ...ownUsdPerHour(type)),
    audioSecondsPerSecond: paces(type).told,
    plannedAudioSecondsPerSecond: paces(type).planned,
  }));
  const usdPerAudio = (one: (typeof terms)[number]): number => one.usdPerHour / one.audioSecondsPerSecond;
  return terms.reduce((a, b) => (usdPerAudio(b) > usdPerAudio(a) ? b : a));
}

function hourWithExtras(instanceType: string, observation: Observation, settings: StageConfig): number {
  const usdPerHour =
    highestPrice(eligiblePools(observation, settings, instanceType)) ||
    mostUsdPerHour(typeNamed(instanceType, settings), settings);
  return allInUsdPerHour(usdPerHour, extrasOf(settings), observation.nowMs);
}

/** The price to plan with when no spot price is known: a machine is bought under the cap, or as a rescue. */
const mostUsdPerHour = (type: MachineType, { rescue }: StageConfig): number =>
  rescue === undefined ? priceCap(type) : type.on_demand_price_usd;

/** The machine-seconds that the open work takes. */
export const secondsOf = ({ work, pace }: Demand): number =>
  sumBy(work, (one) => one.openAudioSeconds) / pace.told;
