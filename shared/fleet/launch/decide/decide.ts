/**
 * The only policy: from what is known to what is done, and why. Pure. The launcher, the dry run, the simulator
 * and the bench all call it.
 *
 * In the order of this file: who must leave (dear machines, and those that the budgets pay for no longer), the
 * allowance (how many machines may be bought at all), then for each model the supply
 * (machines there and coming), the demand (what is due, by when, as far as its batch's own budget pays for it), the
 * sizing (the fewest more with which every deadline can be met, and until when their launch may wait), the purchase
 * (spot, else rescue), the limits that bind it, and last the launches whose outcome is not known.
 */
import type { StageConfig } from "../../../config.ts";
import type { DecisionReason, Market } from "../../../contract/records/fleet-records.ts";
import { affordable, isSpent } from "./batch-budget.ts";
import {
  afterBuying,
  leaseMs,
  listens,
  moneyLeft,
  purchasable,
  unaffordable,
  type Period,
} from "./budgets.ts";
import { goneWithinMs, offMs } from "../../machines/drain.ts";
import { messageLimit } from "./message-limit.ts";
import type { ComingLaunch, Observation } from "./observation.ts";
import type { Drain, Held, Limit, ModelPlan, Plan, PricedPool, Reason } from "./plan.ts";
import { upperQuantile } from "../../../billing/measures/quantile.ts";
import { startLimit } from "./start-limit.ts";
import { clockTime, counted } from "./words.ts";
import { dearMachines } from "./dear-machines.ts";
import type { Machine } from "../../machines/phase.ts";
import type { Quota } from "../../pools/pauses.ts";
import type { OpenWork } from "../../../interlock/open-work.ts";
import { allInUsdPerHour, extrasOf, priceCap } from "../../../billing/prices.ts";

/** Work is planned to end so long before its deadline: a sum of seconds knows nothing of the last clip's length. */
const tailMarginMs = 45_000;
/**
 * No machine is launched for less work than this. Boots differ by as much, with the clips that the others then have in
 * hand, so the last of several machines would find nothing to do; and what is late already is done in so long a time,
 * and not by ever more machines.
 */
const leastShareMs = 120_000;
/** The schedule looks at the fleet so often. */
const tickMs = 60_000;
/** Until slow boots have been measured, they are taken to be so much longer than others. */
const slowBootFactor = 1.2;
/**
 * The configuration's first guess at a model's pace may be wrong by so much. Until finished clips have told the pace,
 * work is planned as if it took so much longer: what that costs too much are boots, of the first batch alone.
 */
const guessDoubt = 5;
/** A token is asked with for so long. */
const tokenLifeMs = 600_000;
/** A function that launches lives a minute at most; the other minute is EC2's, to list what it launched. */
const callerLifeMs = 120_000;

export function decide(seen: Observation, settings: StageConfig): Plan {
  const dear = dearMachines(seen, settings);
  const unpaid = unaffordable(seen, settings);
  const observation = withoutDrained(seen, dear, unpaid, settings);
  let allowance = allowanceOf(observation, settings);
  const models = byUrgency(observation, settings).map((model) => {
    const plan = decideModel(model, allowance, observation, settings);
    allowance = without(allowance, plan, seen.nowMs, settings);
    return plan;
  });
  return { models, drain: [...unpaid, ...except(dear, unpaid)], ...decideOpenLaunches(observation) };
}

/** A budget's order leaves less time, and is the one that is given. */
const except = (dear: readonly Drain[], unpaid: readonly Drain[]): readonly Drain[] =>
  dear.filter(({ instanceId }) => !unpaid.some((one) => one.instanceId === instanceId));

/** Who is told to leave is no capacity from now on: what it leaves undone needs others. */
function withoutDrained(
  observation: Observation,
  dear: readonly Drain[],
  unpaid: readonly Drain[],
  settings: StageConfig,
): Observation {
  const isIn = (drains: readonly Drain[], { instanceId }: Machine): boolean =>
    drains.some((one) => one.instanceId === instanceId);
  const machines = observation.machines.map((machine): Machine => {
    const goneByMs = observation.nowMs + goneWithinMs(listens(machine), settings);
    if (isIn(unpaid, machine)) return { ...machine, phase: "leaving", goneByMs };
    return isIn(dear, machine) ? { ...machine, phase: "leaving" } : machine;
  });
  return { ...observation, machines };
}

/** When headroom is short, the model with the earliest deadline takes its share first. */
function byUrgency({ work }: Observation, settings: StageConfig): readonly string[] {
  const earliest = (model: string): number =>
    Math.min(
      ...work
        .filter((one) => one.model === model && !(one.budget !== null && isSpent(one.budget)))
        .map((one) => one.deadlineMs),
    );
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
  const supply = supplyOf(model, observation, settings);
  const demand = demandOf(model, supply, observation, settings);
  const need = {
    ...needOf(demand, supply, observation.nowMs, settings),
    messages: messageLimit(model, demand.work, observation),
    starts: startLimit(model, observation),
  };
  const spot = buySpot(need, allowance, observation, settings);
  const bought = rescueOf(need, spot, allowance, observation, settings) ?? spot;
  const have = supply.readyAtMs.length;
  return {
    model,
    openItems: sum(demand.all, (one) => one.openItems),
    openAudioSeconds: sum(demand.all, (one) => one.openAudioSeconds),
    workSeconds: secondsOf(demand),
    audioSecondsPerSecond: demand.pace.told,
    bootSeconds: supply.bootMs / 1000,
    have,
    want: have + need.missing,
    launch: bought.launch,
    market: bought.market,
    pools: bought.launch === 0 ? [] : bought.offers,
    reasons: [...demandReasons(demand, supply, need, observation.nowMs), ...bought.reasons],
    held: demand.held,
  };
}

/* ---- allowance ---- */

/** What is left for new machines; each launch takes its part. */
interface Allowance {
  readonly machines: number;
  /** Of those, on-demand ones. */
  readonly onDemand: number;
  /** What each budget has beside all that runs. */
  readonly money: readonly Period[];
}

function allowanceOf(observation: Observation, settings: StageConfig): Allowance {
  const { machines, coming } = observation;
  const existing = machines.filter(({ phase }) => phase !== "ended");
  const unseen = sum(coming, (launch) => launch.unseen);
  return {
    machines: Math.max(0, settings.limits.max_instances - existing.length - unseen),
    onDemand:
      (settings.rescue?.max_instances ?? 0) -
      existing.filter(isOnDemand).length -
      sum(coming.filter(isOnDemand), (launch) => launch.unseen),
    money: moneyLeft(observation, settings),
  };
}

function without(
  allowance: Allowance,
  { launch, market, pools }: ModelPlan,
  nowMs: number,
  settings: StageConfig,
): Allowance {
  return {
    machines: allowance.machines - launch,
    onDemand: allowance.onDemand - (market === "on_demand" ? launch : 0),
    money: afterBuying(allowance.money, launch, highestPrice(pools), nowMs, settings),
  };
}

const highestPrice = (pools: readonly PricedPool[]): number =>
  Math.max(0, ...pools.map((pool) => pool.priceUsdPerHour));

/** Where spot has no price to go by: what is bought then is under the cap, or a rescue. */
const mostUsdPerHour = (settings: StageConfig): number =>
  settings.rescue === undefined ? priceCap(settings) : settings.on_demand_price_usd;

const isOnDemand = ({ market }: { readonly market: Market }): boolean => market === "on_demand";

/* ---- supply and demand ---- */

/** The machines that one model can count on. */
interface Supply {
  /** When each takes work: ready ones now, the others when they should be up. */
  readonly readyAtMs: readonly number[];
  /** From a launch until the machine takes work: as a rule, and of the slowest in ten. */
  readonly bootMs: number;
  readonly slowBootMs: number;
}

function supplyOf(
  model: string,
  { machines, coming, measured, nowMs }: Observation,
  settings: StageConfig,
): Supply {
  const bootSeconds = measured[model]?.boot_seconds ?? settings.worker.boot_seconds;
  const guess = Math.max(bootSeconds, settings.worker.boot_seconds) * slowBootFactor;
  const slowBootSeconds = measured[model]?.slow_boot_seconds ?? guess;
  const bootMs = bootSeconds * 1000;
  const listed = machines
    .filter((machine) => machine.model === model)
    .filter(({ phase }) => phase === "ready" || phase === "booting")
    .map(({ phase, launchedMs }) => (phase === "ready" ? nowMs : Math.max(nowMs, launchedMs + bootMs)));
  const unlisted = coming
    .filter((launch) => launch.model === model)
    .flatMap(({ unseen, askedMs }) =>
      Array.from({ length: unseen }, () => Math.max(nowMs, askedMs + bootMs)),
    );
  return { readyAtMs: [...listed, ...unlisted], bootMs, slowBootMs: slowBootSeconds * 1000 };
}

/** What one model is asked for. */
interface Demand {
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

function demandOf(model: string, supply: Supply, observation: Observation, settings: StageConfig): Demand {
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
    unservedUsd: sum(
      observation.machines.filter((machine) => machine.model === model),
      ({ unservedUsd }) => unservedUsd ?? 0,
    ),
  });
  return { all, work, held, clips: sum(work, (one) => one.openItems), pace };
}

function hourWithExtras(observation: Observation, settings: StageConfig): number {
  const usdPerHour = highestPrice(eligiblePools(observation, settings)) || mostUsdPerHour(settings);
  return allInUsdPerHour(usdPerHour, extrasOf(settings), observation.nowMs);
}

/** Machine-seconds of the open work. */
const secondsOf = ({ work, pace }: Demand): number => sum(work, (one) => one.openAudioSeconds) / pace.told;

/* ---- sizing ---- */

/** What is missing for every deadline to be met. */
interface Need extends Shortage {
  /** More machines than that would find no message. */
  readonly messages: Limit;
  /** Machines of the model could not start; null: nothing is known of that. */
  readonly starts: Limit | null;
}
interface Shortage {
  readonly missing: number;
  /** Until then their launch may wait, so that more work gathers for one boot. */
  readonly launchByMs: number;
  /** Of those missing, the ones without which a deadline is missed when they are bought at the next tick only. */
  readonly urgent: number;
  readonly oldestDeadlineMs: number;
}

/** What the supply leaves undone by a deadline (earliest deadline first). */
interface Shortfall {
  readonly work: OpenWork;
  /** When it is planned to be done. */
  readonly byMs: number;
  readonly seconds: number;
}

function needOf(demand: Demand, supply: Supply, nowMs: number, settings: StageConfig): Shortage {
  const shortfalls = shortfallsOf(demand, supply, nowMs);
  const missing = machinesFor(shortfalls, demand, supply, nowMs);
  const lastMs = (shortfall: Shortfall): number => lastLaunchMs(shortfall, missing, supply);
  const urgent = shortfalls.filter((shortfall) => lastMs(shortfall) < nowMs + tickMs);
  // With a rescue a deadline is kept whatever EC2 does: a machine may be taken while it boots, so there is time for
  // another.
  const reserveMs = settings.rescue === undefined ? 0 : supply.slowBootMs;
  return {
    missing,
    launchByMs: isWorthBoots(shortfalls, missing, supply)
      ? nowMs
      : Math.min(
          ...shortfalls.map((one) => {
            const { submittedMs, speed } = one.work;
            const slackMs = Math.max(0, lastMs(one) - reserveMs - submittedMs);
            return submittedMs + settings.speeds[speed].slack_share * slackMs;
          }),
        ),
    urgent: urgent.length === 0 ? 0 : machinesFor(urgent, demand, supply, nowMs),
    oldestDeadlineMs: Math.min(...demand.work.map(({ deadlineMs }) => deadlineMs)),
  };
}

/**
 * A launch waits so that more work shares its boots. Machines that have more to do than a boot takes gain little by it,
 * and a drought may begin meanwhile.
 */
const isWorthBoots = (shortfalls: readonly Shortfall[], machines: number, { bootMs }: Supply): boolean =>
  shortfalls.some(({ seconds }) => seconds * 1000 >= machines * bootMs);

const plannedEndMs = ({ deadlineMs }: OpenWork, { bootMs }: Supply, nowMs: number): number =>
  Math.max(deadlineMs - tailMarginMs, nowMs + bootMs + leastShareMs);

function shortfallsOf({ work, pace }: Demand, supply: Supply, nowMs: number): readonly Shortfall[] {
  const { readyAtMs } = supply;
  let dueSeconds = 0;
  return work.flatMap((one) => {
    dueSeconds += one.openAudioSeconds / pace.planned;
    const byMs = plannedEndMs(one, supply, nowMs);
    const suppliedSeconds = sum(readyAtMs, (readyMs) => Math.max(0, byMs - readyMs)) / 1000;
    const seconds = dueSeconds - suppliedSeconds;
    return seconds > 0 || readyAtMs.length === 0 ? [{ work: one, byMs, seconds }] : [];
  });
}

/** The fewest more machines, launched now, that leave none of these shortfalls. */
function machinesFor(
  shortfalls: readonly Shortfall[],
  { clips }: Demand,
  { readyAtMs, bootMs }: Supply,
  nowMs: number,
): number {
  const each = shortfalls.map(({ seconds, byMs }) => Math.ceil((seconds * 1000) / (byMs - nowMs - bootMs)));
  // A clip is made by one machine: more machines than clips make nothing sooner. And open work whose last
  // seconds were made by a machine that is gone still needs one.
  const least = clips > 0 && readyAtMs.length === 0 ? 1 : 0;
  return Math.max(least, Math.min(Math.max(0, ...each), clips - readyAtMs.length));
}

/** The last moment at which so many machines can be launched and, though slow to boot, are in time. */
const lastLaunchMs = ({ work, seconds }: Shortfall, machines: number, { slowBootMs }: Supply): number =>
  work.deadlineMs - tailMarginMs - slowBootMs - (seconds * 1000) / Math.max(1, machines);

/* ---- purchase ---- */

interface Purchase {
  readonly market: Market;
  readonly launch: number;
  readonly offers: readonly PricedPool[];
  readonly reasons: readonly Reason[];
}

function buySpot(
  need: Need,
  allowance: Allowance,
  observation: Observation,
  settings: StageConfig,
): Purchase {
  const { missing } = need;
  const eligible = eligiblePools(observation, settings);
  const offers = safest(paidFor(eligible, allowance, observation.nowMs, settings), observation);
  if (missing === 0) return { market: "spot", launch: 0, offers, reasons: [] };
  const limits = [
    ...machineLimit(missing, allowance, settings),
    ...budgetLimits(missing, allowance, offers, observation.nowMs, settings),
    ...limitsOfModel(need),
    ...holds(need, offers, observation, settings),
  ];
  return { market: "spot", launch: smallest(missing, limits), offers, reasons: limits.map(plain) };
}

/** What can hold spot and not on-demand. */
const ofSpotAlone: readonly DecisionReason[] = ["price", "no_price", "cooling", "quota"];
/** What leaves fewer machines, of whatever market. */
const ofBothMarkets: readonly DecisionReason[] = ["max_instances", "few_messages", "no_messages"];

/** On demand, when that is allowed, spot gives nothing, and waiting any longer would miss a deadline. */
function rescueOf(
  { urgent, oldestDeadlineMs, messages }: Need,
  spot: Purchase,
  allowance: Allowance,
  { pools, quotas, nowMs }: Observation,
  settings: StageConfig,
): Purchase | null {
  const isHeld = spot.reasons.some(({ reason }) => ofSpotAlone.includes(reason));
  const isHeldOtherwise = spot.reasons.some(
    ({ reason }) => !ofSpotAlone.includes(reason) && !ofBothMarkets.includes(reason),
  );
  if (settings.rescue === undefined || urgent === 0 || !isHeld || isHeldOtherwise) return null;
  const priceUsdPerHour = settings.on_demand_price_usd;
  const offers = pools.map(({ zone, subnetId }) => ({ zone, subnetId, priceUsdPerHour, priceSinceMs: null }));
  const limits = [
    ...budgetLimits(urgent, allowance, offers, nowMs, settings),
    ...quotaLimit(quotas.on_demand),
  ];
  const most = Math.min(allowance.machines, Math.max(0, allowance.onDemand), messages.most);
  const possible = offers.length === 0 ? 0 : most;
  const launch = Math.min(possible, smallest(urgent, limits));
  const reasons = [...spot.reasons, ...limits.map(plain)];
  if (launch === 0) return { ...spot, reasons };
  const detail = `spot gives nothing and work is due at ${inWords(oldestDeadlineMs)}: ${launch} machine(s) on demand`;
  return { market: "on_demand", launch, offers, reasons: [...reasons, { reason: "rescue", detail }] };
}

function eligiblePools(observation: Observation, settings: StageConfig): readonly PricedPool[] {
  return observation.pools
    .flatMap(({ zone, subnetId, priceUsdPerHour, priceSinceMs }) =>
      priceUsdPerHour === null || priceUsdPerHour > priceCap(settings) || isCooling(zone, observation)
        ? []
        : [{ zone, subnetId, priceUsdPerHour, priceSinceMs }],
    )
    .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);
}

/** A zone whose machines EC2 is likely to take back is asked only where no other can be. */
function safest(pools: readonly PricedPool[], { risky }: Observation): readonly PricedPool[] {
  const safe = pools.filter(({ zone }) => !risky.includes(zone));
  return safe.length === 0 ? pools : safe;
}

/** EC2 may choose any pool that it is offered: one that a budget pays for no machine in is left out while another is not. */
function paidFor(
  pools: readonly PricedPool[],
  { money }: Allowance,
  nowMs: number,
  settings: StageConfig,
): readonly PricedPool[] {
  const paid = pools.filter(({ priceUsdPerHour }) =>
    purchasable(money, priceUsdPerHour, nowMs, settings).every(({ most }) => most > 0),
  );
  return paid.length === 0 ? pools : paid;
}

const isCooling = (zone: string, { cooling, nowMs }: Observation): boolean =>
  (cooling[zone]?.untilMs ?? 0) > nowMs;

/* ---- limits and reasons ---- */

const smallest = (missing: number, limits: readonly Limit[]): number =>
  Math.min(missing, ...limits.map(({ most }) => most));
const plain = ({ reason, detail }: Limit): Reason => ({ reason, detail });

function machineLimit(missing: number, { machines }: Allowance, settings: StageConfig): Limit[] {
  const detail = `at most ${counted(settings.limits.max_instances, "machine")} may exist; ${machines} more can be launched now`;
  return machines < missing ? [{ reason: "max_instances", most: machines, detail }] : [];
}

const limitsOfModel = ({ missing, messages, starts }: Need): readonly Limit[] =>
  [messages, starts].filter((limit) => limit !== null).filter(({ most }) => most < missing);

const budgetLimits = (
  missing: number,
  { money }: Allowance,
  offers: readonly PricedPool[],
  nowMs: number,
  settings: StageConfig,
): readonly Limit[] =>
  purchasable(money, highestPrice(offers), nowMs, settings).filter(({ most }) => most < missing);

/** What holds the launch altogether. */
function holds(
  { launchByMs, messages, starts }: Need,
  offers: readonly PricedPool[],
  observation: Observation,
  settings: StageConfig,
): Limit[] {
  const { breaker, quotas, nowMs, latchedMs } = observation;
  const reasons: Reason[] = [
    ...(offers.length === 0 ? poolReasons(observation, settings) : []),
    ...quotaLimit(quotas.spot).map(plain),
  ];
  if (breaker !== null && breaker.untilMs > nowMs) {
    const detail = `launches paused until ${clockTime(breaker.untilMs, nowMs)}: ${breaker.detail}`;
    reasons.push({ reason: "breaker", detail });
  }
  if (latchedMs !== null) reasons.push({ reason: "latch", detail: "stopped by an operator" });
  // It may wait if the next tick is in time. While something else holds it, it would not come at that time.
  const mayLaunch = reasons.length === 0 && messages.most > 0 && starts?.most !== 0;
  if (launchByMs >= nowMs + tickMs && mayLaunch) {
    reasons.push({ reason: "waiting_for_deadline", detail: `to be launched by ${inWords(launchByMs)}` });
  }
  return reasons.map((reason) => ({ ...reason, most: 0 }));
}

function quotaLimit(quota: Quota | undefined): Limit[] {
  if (quota === undefined) return [];
  const detail = `no launch until a machine ends or ${inWords(quota.untilMs)}: ${quota.detail}`;
  return [{ reason: "quota", most: 0, detail }];
}

/** Why no pool may be asked, the zones named. */
function poolReasons(observation: Observation, settings: StageConfig): Reason[] {
  const reasons: Reason[] = [];
  const cooling = observation.pools.filter(({ zone }) => isCooling(zone, observation));
  if (cooling.length > 0) {
    const zones = cooling.map(({ zone }) => leftAlone(zone, observation)).join(", ");
    reasons.push({ reason: "cooling", detail: `EC2 gave nothing there lately: ${zones}` });
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

function leftAlone(zone: string, { cooling }: Observation): string {
  const pool = cooling[zone];
  return pool === undefined ? zone : `${zone} (${pool.code}, asked again at ${inWords(pool.untilMs)})`;
}

function demandReasons(demand: Demand, supply: Supply, need: Need, nowMs: number): Reason[] {
  const { work, held } = demand;
  if (held.length === 0) return [demandReason(demand, supply, need, nowMs)];
  const detail =
    held.length === 1
      ? "1 batch reached max_cost_usd; its items stay queued"
      : `${held.length} batches reached max_cost_usd; their items stay queued`;
  return [
    ...(work.length === 0 ? [] : [demandReason(demand, supply, need, nowMs)]),
    { reason: "budget_batch", detail },
  ];
}

function demandReason(demand: Demand, { readyAtMs }: Supply, { missing }: Need, nowMs: number): Reason {
  if (demand.clips === 0) return { reason: "no_work", detail: "no item is open" };
  const seconds = `about ${Math.ceil(secondsOf(demand))} s of work`;
  const have = readyAtMs.length;
  if (missing > 0) {
    return {
      reason: "work",
      detail: `${seconds} needs ${counted(have + missing, "machine")}; ${have} there or coming`,
    };
  }
  return readyAtMs.some((readyMs) => readyMs <= nowMs)
    ? {
        reason: "covered",
        detail: `${have === 1 ? "the running machine is" : `the ${have} machines are`} enough (${seconds})`,
      }
    : {
        reason: "booting",
        detail: `${have === 1 ? "1 machine is" : `${have} machines are`} booting (${seconds})`,
      };
}

/* ---- launches without an answer ---- */

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

const inWords = (timeMs: number): string => new Date(timeMs).toISOString();

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
