/**
 * The only policy: from what is known to what is done, and why. Pure. The launcher, the dry run, the simulator
 * and the bench all call it.
 */
import type { StageConfig } from "../config.ts";
import type { DecisionReason } from "../contract/fleet-records.ts";
import type { PoolOffer } from "../ports.ts";
import type { ComingLaunch, Observation, Work } from "./observation.ts";
import type { ModelPlan, Plan, Reason } from "./plan.ts";

/** Work is planned to end so long before its deadline: a sum of seconds knows nothing of the last clip's length. */
const tailMarginMs = 60_000;
/** What is late still wants its machine soon: such work is planned to end so long after the boot of a new one. */
const lateServiceMs = 60_000;
/** The next look at the fleet. A launch may wait until then only if it may wait still longer. */
const tickMs = 60_000;
/** Boots differ: so much is kept when a launch waits. */
const bootMarginMs = 30_000;
/** A token is asked with for so long; by then EC2's list shows whatever the first call launched. */
const tokenLifeMs = 600_000;

export function decide(observation: Observation, settings: StageConfig): Plan {
  const { askAgain, abandon } = decideOpenLaunches(observation);
  let headroom =
    settings.limits.max_instances -
    observation.machines.filter((machine) => machine.phase !== "ended").length -
    sum(observation.coming, (launch) => launch.unseen);
  const models = byUrgency(observation, settings).map((model) => {
    const plan = decideModel(model, Math.max(0, headroom), observation, settings);
    headroom -= plan.launch;
    return plan;
  });
  return { models, askAgain, abandon };
}

/** A closed latch asks for nothing more: whatever an open launch brought, stop-all finds by its tag. */
function decideOpenLaunches({ coming, latched, nowMs }: Observation): Pick<Plan, "askAgain" | "abandon"> {
  const open = coming.filter((launch) => launch.open);
  const worthAsking = (launch: ComingLaunch): boolean => !latched && nowMs - launch.askedMs <= tokenLifeMs;
  return {
    askAgain: open.filter(worthAsking).map((launch) => launch.intentId),
    abandon: open.filter((launch) => !worthAsking(launch)).map((launch) => launch.intentId),
  };
}

/** When headroom is short, the model with the earliest deadline takes its share first. */
function byUrgency({ work }: Observation, settings: StageConfig): readonly string[] {
  const earliest = (model: string): number =>
    Math.min(...work.filter((one) => one.model === model).map((one) => one.deadlineMs));
  return settings.models
    .map(({ id }) => ({ id, deadlineMs: earliest(id) }))
    .sort((a, b) => (a.deadlineMs === b.deadlineMs ? 0 : a.deadlineMs - b.deadlineMs))
    .map(({ id }) => id);
}

function decideModel(
  model: string,
  headroom: number,
  observation: Observation,
  settings: StageConfig,
): ModelPlan {
  const demand = demandOf(model, observation, settings);
  const missing = missingMachines(demand, observation.nowMs);
  const offers = eligiblePools(observation, settings);
  const limits = missing === 0 ? [] : limitReasons(demand, missing, headroom, offers, observation, settings);
  const holds = limits.some(({ reason }) => holding.includes(reason));
  const launch = holds ? 0 : Math.min(missing, headroom);
  return {
    model,
    openItems: demand.clips,
    openAudioSeconds: sum(demand.work, (one) => one.openAudioSeconds),
    workSeconds: demand.seconds,
    have: demand.readyAtMs.length,
    want: demand.readyAtMs.length + missing,
    launch,
    market: "spot",
    pools: launch === 0 ? [] : offers,
    reasons: [demandReason(demand, missing, observation.nowMs), ...limits],
  };
}

/** Reasons that hold a launch altogether; the others make it smaller. */
const holding: readonly DecisionReason[] = [
  "price",
  "no_price",
  "cooling",
  "quota",
  "breaker",
  "latch",
  "waiting_for_deadline",
];

/** What one model is asked for, and the machines that it can count on. */
interface Demand {
  readonly work: readonly Work[];
  readonly clips: number;
  /** Machine-seconds of the open work. */
  readonly seconds: number;
  /** Audio seconds that a machine makes in a second. */
  readonly rate: number;
  readonly bootMs: number;
  /** When each machine takes work: ready ones now, the others when they should be up. */
  readonly readyAtMs: readonly number[];
}

function demandOf(model: string, observation: Observation, settings: StageConfig): Demand {
  const work = observation.work.filter((one) => one.model === model);
  const rate = rateOf(model, observation, settings);
  const bootMs = settings.worker.boot_seconds * 1000;
  return {
    work,
    clips: sum(work, (one) => one.openItems),
    seconds: sum(work, (one) => one.openAudioSeconds) / rate,
    rate,
    bootMs,
    readyAtMs: readyTimes(model, bootMs, observation),
  };
}

function rateOf(model: string, { rates }: Observation, settings: StageConfig): number {
  const guess = settings.models.find(({ id }) => id === model)?.audio_seconds_per_gpu_second;
  return rates[model] ?? guess ?? 1;
}

function readyTimes(
  model: string,
  bootMs: number,
  { machines, coming, nowMs }: Observation,
): readonly number[] {
  const listed = machines
    .filter((machine) => machine.model === model)
    .filter(({ phase }) => phase === "ready" || phase === "booting")
    .map(({ phase, launchedMs }) => (phase === "ready" ? nowMs : Math.max(nowMs, launchedMs + bootMs)));
  const unlisted = coming
    .filter((launch) => launch.model === model)
    .flatMap(({ unseen, askedMs }) =>
      Array.from({ length: unseen }, () => Math.max(nowMs, askedMs + bootMs)),
    );
  return [...listed, ...unlisted];
}

/**
 * The fewest machines to launch at a time with which every deadline can be met: by each deadline d, the work
 * that is due by then must fit into the seconds that all machines have until then (earliest deadline first).
 */
function missingMachines({ work, clips, rate, bootMs, readyAtMs }: Demand, launchMs: number): number {
  const newReadyMs = launchMs + bootMs;
  const due = work
    .map((one) => ({
      seconds: one.openAudioSeconds / rate,
      byMs: Math.max(one.deadlineMs - tailMarginMs, newReadyMs + lateServiceMs),
    }))
    .sort((a, b) => a.byMs - b.byMs);
  let missing = 0;
  let dueSeconds = 0;
  for (const { seconds, byMs } of due) {
    dueSeconds += seconds;
    const suppliedSeconds = sum(readyAtMs, (readyMs) => Math.max(0, byMs - readyMs)) / 1000;
    const oneMoreSeconds = (byMs - newReadyMs) / 1000;
    missing = Math.max(missing, Math.ceil((dueSeconds - suppliedSeconds) / oneMoreSeconds));
  }
  // A clip is made by one machine: more machines than clips make nothing sooner. And open work whose last
  // seconds were made by a machine that is gone still needs one.
  const least = clips > 0 && readyAtMs.length === 0 ? 1 : 0;
  return Math.max(least, Math.min(missing, clips - readyAtMs.length));
}

/**
 * How long a launch may wait, so that more work gathers for one boot: as long as no more machines are needed
 * for it, and each batch has used no more than the share of its slack that its speed allows.
 * @returns when to launch, by the ticks that follow; now when it must not wait.
 */
function launchTime(demand: Demand, missing: number, nowMs: number, settings: StageConfig): number {
  const latestMs = Math.min(...demand.work.map((one) => patienceEnd(one, demand.bootMs, settings)));
  const mayWait = (timeMs: number): boolean =>
    timeMs + tickMs <= latestMs && missingMachines(demand, timeMs + tickMs) <= missing;
  let timeMs = nowMs;
  while (mayWait(timeMs)) timeMs += tickMs;
  return timeMs;
}

/** A batch's slack is the time in which nothing at all would have to happen for it, if it were no work. */
function patienceEnd(
  { speed, submittedMs, deadlineMs }: Work,
  bootMs: number,
  settings: StageConfig,
): number {
  const latestMs = deadlineMs - 2 * tailMarginMs - bootMs - bootMarginMs;
  return submittedMs + settings.speeds[speed].slack_share * Math.max(0, latestMs - submittedMs);
}

function demandReason(demand: Demand, missing: number, nowMs: number): Reason {
  if (demand.clips === 0) return { reason: "no_work", detail: "no item is open" };
  const seconds = `${Math.ceil(demand.seconds)} s of work`;
  const have = demand.readyAtMs.length;
  if (missing > 0) {
    return {
      reason: "work",
      detail: `${seconds} needs ${have + missing} machine(s), ${have} there or coming`,
    };
  }
  return demand.readyAtMs.some((readyMs) => readyMs <= nowMs)
    ? { reason: "covered", detail: `${have} machine(s) can do ${seconds} in time` }
    : { reason: "booting", detail: `${have} machine(s) boot for ${seconds}` };
}

function eligiblePools(observation: Observation, settings: StageConfig): readonly PoolOffer[] {
  return observation.pools
    .flatMap(({ zone, subnetId, priceUsdPerHour }) =>
      priceUsdPerHour === null ||
      priceUsdPerHour > settings.max_spot_price_usd ||
      isCooling(zone, observation)
        ? []
        : [{ zone, subnetId, priceUsdPerHour }],
    )
    .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);
}

const isCooling = (zone: string, { cooling, nowMs }: Observation): boolean =>
  (cooling[zone]?.untilMs ?? 0) > nowMs;

function limitReasons(
  demand: Demand,
  missing: number,
  headroom: number,
  offers: readonly PoolOffer[],
  observation: Observation,
  settings: StageConfig,
): Reason[] {
  const reasons: Reason[] = [];
  if (headroom < missing) {
    const most = settings.limits.max_instances;
    reasons.push({
      reason: "max_instances",
      detail: `at most ${most} machine(s) may exist, ${headroom} more now`,
    });
  }
  if (offers.length === 0) reasons.push(...poolReasons(observation, settings));
  const { breaker, nowMs } = observation;
  if (breaker !== null && breaker.untilMs > nowMs) {
    const reason = breaker.reason === "quota" ? "quota" : "breaker";
    reasons.push({ reason, detail: `no launch until ${inWords(breaker.untilMs)}: ${breaker.detail}` });
  }
  if (observation.latched) reasons.push({ reason: "latch", detail: "stopped by an operator" });
  const launchMs = launchTime(demand, missing, nowMs, settings);
  if (launchMs > nowMs && reasons.every(({ reason }) => !holding.includes(reason))) {
    reasons.push({ reason: "waiting_for_deadline", detail: `to be launched by ${inWords(launchMs)}` });
  }
  return reasons;
}

/** Why no pool may be asked, the zones named. */
function poolReasons(observation: Observation, settings: StageConfig): Reason[] {
  const reasons: Reason[] = [];
  const cooling = observation.pools.filter(({ zone }) => isCooling(zone, observation));
  if (cooling.length > 0) {
    const zones = cooling.map(({ zone }) => `${zone} (${observation.cooling[zone]?.code ?? ""})`).join(", ");
    reasons.push({ reason: "cooling", detail: `tried lately, and not again for a minute or two: ${zones}` });
  }
  const warm = observation.pools.filter(({ zone }) => !isCooling(zone, observation));
  const unpriced = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour === null);
  if (unpriced.length > 0 || observation.pools.length === 0) {
    const zones = unpriced.map(({ zone }) => zone).join(", ") || "any zone";
    reasons.push({ reason: "no_price", detail: `EC2 tells no spot price for ${zones}` });
  }
  const dear = warm.filter(({ priceUsdPerHour }) => priceUsdPerHour !== null);
  if (dear.length > 0) {
    const zones = dear.map(({ zone, priceUsdPerHour }) => `${zone} ${priceUsdPerHour ?? 0}`).join(", ");
    const cap = settings.max_spot_price_usd;
    reasons.push({ reason: "price", detail: `the spot price is over ${cap} USD an hour: ${zones}` });
  }
  return reasons;
}

const inWords = (timeMs: number): string => new Date(timeMs).toISOString();

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
