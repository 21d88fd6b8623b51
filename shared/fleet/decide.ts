/**
 * The only policy: from what is known to what is done, and why. Pure. The launcher, the dry run, the simulator
 * and the bench all call it.
 */
import type { StageConfig } from "../config.ts";
import type { PoolOffer } from "../ports.ts";
import type { ComingLaunch, Machine, Observation, Work } from "./observation.ts";
import type { ModelPlan, Plan, Reason } from "./plan.ts";

/** Work is planned to end so long before its deadline: a sum of seconds knows nothing of the last clip's length. */
const tailMarginMs = 60_000;
/** What is late still wants its machine soon: such work is planned to end so long after the boot of a new one. */
const lateServiceMs = 60_000;
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
  const work = observation.work.filter((one) => one.model === model);
  const rate = rateOf(model, observation, settings);
  const supply = supplyOf(model, observation, settings);
  const missing = missingMachines(work, supply, rate, observation.nowMs, settings);
  const have = supply.length;
  const workSeconds = sum(work, (one) => one.openAudioSeconds) / rate;
  const demand = demandReason(work, workSeconds, have, missing, supply, observation.nowMs);
  const offers = eligiblePools(observation, settings);
  const limits = missing === 0 ? [] : limitReasons(missing, headroom, offers, observation, settings);
  const blocked = observation.latched || breakerIsOpen(observation) || offers.length === 0;
  const launch = blocked ? 0 : Math.min(missing, headroom);
  return {
    model,
    openItems: sum(work, (one) => one.openItems),
    openAudioSeconds: sum(work, (one) => one.openAudioSeconds),
    workSeconds,
    have,
    want: have + missing,
    launch,
    market: "spot",
    pools: launch === 0 ? [] : offers,
    reasons: [demand, ...limits],
  };
}

function rateOf(model: string, { rates }: Observation, settings: StageConfig): number {
  const guess = settings.models.find(({ id }) => id === model)?.audio_seconds_per_gpu_second;
  return rates[model] ?? guess ?? 1;
}

/** When each machine of the model that can be counted on takes work, in ms since the epoch. */
function supplyOf(
  model: string,
  { machines, coming, nowMs }: Observation,
  settings: StageConfig,
): readonly number[] {
  const bootMs = settings.worker.boot_seconds * 1000;
  const readyAt = (machine: Machine): number =>
    machine.phase === "ready" ? nowMs : Math.max(nowMs, machine.launchedMs + bootMs);
  const listed = machines
    .filter((machine) => machine.model === model)
    .filter(({ phase }) => phase === "ready" || phase === "booting")
    .map(readyAt);
  const unlisted = coming
    .filter((launch) => launch.model === model)
    .flatMap((launch) =>
      Array.from({ length: launch.unseen }, () => Math.max(nowMs, launch.askedMs + bootMs)),
    );
  return [...listed, ...unlisted];
}

/**
 * The fewest machines to add with which every deadline can be met: by each deadline d, the work that is due
 * by then must fit into the seconds that all machines have until then (earliest deadline first).
 */
function missingMachines(
  work: readonly Work[],
  supply: readonly number[],
  rate: number,
  nowMs: number,
  settings: StageConfig,
): number {
  const newReadyMs = nowMs + settings.worker.boot_seconds * 1000;
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
    const suppliedSeconds = sum(supply, (readyMs) => Math.max(0, byMs - readyMs)) / 1000;
    const oneMoreSeconds = (byMs - newReadyMs) / 1000;
    missing = Math.max(missing, Math.ceil((dueSeconds - suppliedSeconds) / oneMoreSeconds));
  }
  // A clip is made by one machine: more machines than clips make nothing sooner. And open work whose last
  // seconds were made by a machine that is gone still needs one.
  const clips = sum(work, (one) => one.openItems);
  const least = clips > 0 && supply.length === 0 ? 1 : 0;
  return Math.max(least, Math.min(missing, clips - supply.length));
}

function demandReason(
  work: readonly Work[],
  workSeconds: number,
  have: number,
  missing: number,
  supply: readonly number[],
  nowMs: number,
): Reason {
  if (work.length === 0) return { reason: "no_work", detail: "no item is open" };
  const seconds = `${Math.ceil(workSeconds)} s of work`;
  if (missing > 0) {
    return {
      reason: "work",
      detail: `${seconds} needs ${have + missing} machine(s), ${have} there or coming`,
    };
  }
  return supply.some((readyMs) => readyMs <= nowMs)
    ? { reason: "covered", detail: `${have} machine(s) can do ${seconds} in time` }
    : { reason: "booting", detail: `${have} machine(s) boot for ${seconds}` };
}

const breakerIsOpen = ({ breaker, nowMs }: Observation): boolean =>
  breaker !== null && breaker.untilMs > nowMs;

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
  if (observation.breaker !== null && breakerIsOpen(observation)) {
    const until = new Date(observation.breaker.untilMs).toISOString();
    reasons.push({ reason: "breaker", detail: `no launch until ${until}: ${observation.breaker.detail}` });
  }
  if (observation.latched) reasons.push({ reason: "latch", detail: "stopped by an operator" });
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

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
