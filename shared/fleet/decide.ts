/**
 * The only policy: from what is known to what is done, and why. Pure. The launcher, the dry run, the simulator
 * and the bench all call it.
 */
import type { StageConfig } from "../config.ts";
import type { DecisionReason, Market } from "../contract/fleet-records.ts";
import type { PoolOffer } from "../ports.ts";
import type { ComingLaunch, Machine, Observation, Work } from "./observation.ts";
import type { Drain, ModelPlan, Plan, Reason } from "./plan.ts";
import { dearMachines, priceCap } from "./price.ts";

/** Work is planned to end so long before its deadline: a sum of seconds knows nothing of the last clip's length. */
const tailMarginMs = 60_000;
/** What is late still wants its machine soon: such work is planned to end so long after the boot of a new one. */
const lateServiceMs = 60_000;
/** The next look at the fleet. A launch may wait until then only if it may wait still longer. */
const tickMs = 60_000;
/** A machine that can be paid for no longer than this beyond its boot is not worth launching. */
const leastWorkMs = 300_000;
/**
 * On demand is bought when a boot and so much more would end after the deadline: a minute for the tick, one for a
 * try of spot that comes to nothing first, and two for a slow boot and the clips.
 */
const rescueMarginMs = 240_000;
/** Boots differ: so much is kept when a launch waits. */
const bootMarginMs = 30_000;
/** A token is asked with for so long. */
const tokenLifeMs = 600_000;
/** A function that launches lives a minute at most; the other minute is EC2's, to list what it launched. */
const callerLifeMs = 120_000;

export function decide(seen: Observation, settings: StageConfig): Plan {
  const drain = dearMachines(seen, settings);
  const observation = withoutDrained(seen, drain);
  const { askAgain, abandon } = decideOpenLaunches(observation);
  let allowance = allowanceOf(observation, settings);
  const models = byUrgency(observation, settings).map((model) => {
    const plan = decideModel(model, allowance, observation, settings);
    allowance = without(allowance, plan, settings);
    return plan;
  });
  return { models, drain, askAgain, abandon };
}

/** Who is told to leave is no capacity from now on: what it leaves undone needs others. */
function withoutDrained(observation: Observation, drain: readonly Drain[]): Observation {
  const leaving = new Set(drain.map(({ instanceId }) => instanceId));
  const machines = observation.machines.map((machine): Machine =>
    leaving.has(machine.instanceId) ? { ...machine, phase: "leaving" } : machine,
  );
  return { ...observation, machines };
}

/** What is left for new machines; each launch takes its part. */
interface Allowance {
  readonly machines: number;
  /** Of those, on-demand ones. */
  readonly onDemand: number;
  readonly dayUsd: number;
  readonly monthUsd: number;
}

/** Machines that boot have cost next to nothing yet: what they are sure to cost is taken off beforehand. */
function allowanceOf({ machines, coming, spent, pools }: Observation, settings: StageConfig): Allowance {
  const existing = machines.filter(({ phase }) => phase !== "ended");
  const unseen = sum(coming, (launch) => launch.unseen);
  const booting = machines.filter(({ phase }) => phase === "booting").length;
  const priceUsd = Math.max(0, ...pools.map((pool) => pool.priceUsdPerHour ?? 0));
  const promisedUsd = (booting + unseen) * leaseUsd(Math.min(priceUsd, priceCap(settings)), settings);
  return {
    machines: Math.max(0, settings.limits.max_instances - existing.length - unseen),
    onDemand:
      (settings.rescue?.max_instances ?? 0) -
      existing.filter(isOnDemand).length -
      sum(coming.filter(isOnDemand), (launch) => launch.unseen),
    dayUsd: settings.budgets.day_usd - spent.dayUsd - promisedUsd,
    monthUsd: settings.budgets.month_usd - spent.monthUsd - promisedUsd,
  };
}

/** The least that a machine costs: its boot, and as much work as makes the boot worth its while. */
const leaseUsd = (priceUsdPerHour: number, settings: StageConfig): number =>
  (priceUsdPerHour * (settings.worker.boot_seconds + leastWorkMs / 1000)) / 3600;

const isOnDemand = ({ market }: { readonly market: Market }): boolean => market === "on_demand";

function without(
  allowance: Allowance,
  { launch, market, pools }: ModelPlan,
  settings: StageConfig,
): Allowance {
  const usd = launch * leaseUsd(highestPrice(pools), settings);
  return {
    machines: allowance.machines - launch,
    onDemand: allowance.onDemand - (market === "on_demand" ? launch : 0),
    dayUsd: allowance.dayUsd - usd,
    monthUsd: allowance.monthUsd - usd,
  };
}

const highestPrice = (pools: readonly PoolOffer[]): number =>
  Math.max(0, ...pools.map((pool) => pool.priceUsdPerHour));

/**
 * A closed latch asks for nothing more, and neither does a token that is too old. The launch is given up once
 * whoever asked last must have ended: what it brought is then in EC2's list, and found by its tag.
 */
function decideOpenLaunches({ coming, latchedMs, nowMs }: Observation): Pick<Plan, "askAgain" | "abandon"> {
  const open = coming.filter((launch) => launch.open);
  const endOfAsking = ({ askedMs }: ComingLaunch): number =>
    Math.min(latchedMs ?? Infinity, askedMs + tokenLifeMs);
  return {
    askAgain: open.filter((launch) => nowMs < endOfAsking(launch)).map(({ intentId }) => intentId),
    abandon: open
      .filter((launch) => nowMs > endOfAsking(launch) + callerLifeMs)
      .map(({ intentId }) => intentId),
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
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): ModelPlan {
  const demand = demandOf(model, observation, settings);
  const missing = missingMachines(demand, observation.nowMs);
  const spot = buySpot(demand, missing, allowance, observation, settings);
  const bought = rescueOf(demand, missing, spot, allowance, observation, settings) ?? spot;
  return {
    model,
    openItems: demand.clips,
    openAudioSeconds: sum(demand.work, (one) => one.openAudioSeconds),
    workSeconds: demand.seconds,
    have: demand.readyAtMs.length,
    want: demand.readyAtMs.length + missing,
    launch: bought.launch,
    market: bought.market,
    pools: bought.launch === 0 ? [] : bought.offers,
    reasons: [demandReason(demand, missing, observation.nowMs), ...bought.reasons],
  };
}

interface Purchase {
  readonly market: Market;
  readonly launch: number;
  readonly offers: readonly PoolOffer[];
  readonly reasons: readonly Reason[];
}

function buySpot(
  demand: Demand,
  missing: number,
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Purchase {
  const offers = eligiblePools(observation, settings);
  if (missing === 0) return { market: "spot", launch: 0, offers, reasons: [] };
  const limits = [
    ...machineLimit(missing, allowance, settings),
    ...budgetLimits(missing, allowance, offers, settings),
    ...holds(demand, missing, offers, observation, settings),
  ];
  return { market: "spot", launch: smallest(missing, limits), offers, reasons: limits.map(plain) };
}

const smallest = (missing: number, limits: readonly Limit[]): number =>
  Math.min(missing, ...limits.map(({ most }) => most));
const plain = ({ reason, detail }: Limit): Reason => ({ reason, detail });

/** What can hold spot and not on-demand. */
const ofSpotAlone: readonly DecisionReason[] = ["price", "no_price", "cooling"];

/**
 * On demand, when that is allowed, spot gives nothing, no machine is there or coming, and waiting any longer
 * would miss a deadline.
 */
function rescueOf(
  demand: Demand,
  missing: number,
  spot: Purchase,
  allowance: Allowance,
  { pools, nowMs }: Observation,
  settings: StageConfig,
): Purchase | null {
  const isHeld = spot.reasons.some(({ reason }) => ofSpotAlone.includes(reason));
  const isHeldOtherwise = spot.reasons.some(
    ({ reason }) => !ofSpotAlone.includes(reason) && reason !== "max_instances",
  );
  if (settings.rescue === undefined || !isHeld || isHeldOtherwise || demand.readyAtMs.length > 0) return null;
  const oldestMs = Math.min(...demand.work.map(({ deadlineMs }) => deadlineMs));
  if (nowMs + demand.bootMs + rescueMarginMs < oldestMs) return null;
  const priceUsdPerHour = settings.on_demand_price_usd;
  const offers = pools.map(({ zone, subnetId }) => ({ zone, subnetId, priceUsdPerHour }));
  const limits = budgetLimits(missing, allowance, offers, settings);
  const possible = offers.length === 0 ? 0 : Math.min(allowance.machines, Math.max(0, allowance.onDemand));
  const launch = Math.min(possible, smallest(missing, limits));
  const reasons = [...spot.reasons, ...limits.map(plain)];
  if (launch === 0) return { ...spot, reasons };
  const detail = `spot gives nothing and work is due at ${inWords(oldestMs)}: ${launch} machine(s) on demand`;
  return { market: "on_demand", launch, offers, reasons: [...reasons, { reason: "rescue", detail }] };
}

/** A rule that bound a launch to fewer machines than are missing. */
interface Limit extends Reason {
  readonly most: number;
}

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
  const guess = settings.models.find(({ id }) => id === model)?.audio_seconds_per_gpu_second ?? 1;
  const measured = observation.measured[model];
  const rate = measured?.audio_seconds_per_second ?? guess;
  const bootMs = (measured?.boot_seconds ?? settings.worker.boot_seconds) * 1000;
  return {
    work,
    clips: sum(work, (one) => one.openItems),
    seconds: sum(work, (one) => one.openAudioSeconds) / rate,
    rate,
    bootMs,
    readyAtMs: readyTimes(model, bootMs, observation),
  };
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
      priceUsdPerHour === null || priceUsdPerHour > priceCap(settings) || isCooling(zone, observation)
        ? []
        : [{ zone, subnetId, priceUsdPerHour }],
    )
    .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);
}

const isCooling = (zone: string, { cooling, nowMs }: Observation): boolean =>
  (cooling[zone]?.untilMs ?? 0) > nowMs;

function machineLimit(missing: number, { machines }: Allowance, settings: StageConfig): Limit[] {
  const detail = `at most ${settings.limits.max_instances} machine(s) may exist, ${machines} more now`;
  return machines < missing ? [{ reason: "max_instances", most: machines, detail }] : [];
}

function budgetLimits(
  missing: number,
  { dayUsd, monthUsd }: Allowance,
  offers: readonly PoolOffer[],
  settings: StageConfig,
): Limit[] {
  const eachUsd = leaseUsd(highestPrice(offers), settings);
  const limit = (reason: DecisionReason, leftUsd: number, budget: string): Limit => ({
    reason,
    most: eachUsd === 0 ? Infinity : Math.max(0, Math.floor(leftUsd / eachUsd)),
    detail: `${Math.max(0, leftUsd).toFixed(4)} USD is left of ${budget}, a machine costs ${eachUsd.toFixed(4)} at least`,
  });
  return [
    limit("budget_day", dayUsd, `the day's ${settings.budgets.day_usd}`),
    limit("budget_month", monthUsd, `the month's ${settings.budgets.month_usd}`),
  ].filter(({ most }) => most < missing);
}

/** What holds the launch altogether. */
function holds(
  demand: Demand,
  missing: number,
  offers: readonly PoolOffer[],
  observation: Observation,
  settings: StageConfig,
): Limit[] {
  const { breaker, nowMs, latchedMs } = observation;
  const reasons: Reason[] = offers.length === 0 ? poolReasons(observation, settings) : [];
  if (breaker !== null && breaker.untilMs > nowMs) {
    const reason = breaker.reason === "quota" ? "quota" : "breaker";
    reasons.push({ reason, detail: `no launch until ${inWords(breaker.untilMs)}: ${breaker.detail}` });
  }
  if (latchedMs !== null) reasons.push({ reason: "latch", detail: "stopped by an operator" });
  const launchMs = launchTime(demand, missing, nowMs, settings);
  // While something else holds it, the launch would not come at that time.
  if (launchMs > nowMs && reasons.length === 0) {
    reasons.push({ reason: "waiting_for_deadline", detail: `to be launched by ${inWords(launchMs)}` });
  }
  return reasons.map((reason) => ({ ...reason, most: 0 }));
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
    const cap = priceCap(settings);
    reasons.push({ reason: "price", detail: `the spot price is over ${cap} USD an hour: ${zones}` });
  }
  return reasons;
}

const inWords = (timeMs: number): string => new Date(timeMs).toISOString();

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
