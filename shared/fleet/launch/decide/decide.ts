/**
 * The only policy: from what is known to what is done, and why. Pure. The launcher, the dry run, the simulator
 * and the bench all call it.
 *
 * First who must leave (dear machines, and those that the budgets pay for no longer), then the allowance (how many
 * machines may be bought at all), then for each model the supply (machines there and coming), the demand (what is due,
 * by when, as far as its batch's own budget pays for it), the sizing (the fewest more with which every deadline can be
 * met, and until when their launch may wait), the purchase (spot, else rescue) with the limits that bind it, and last
 * the launches whose outcome is not known. Each has a file of its own beside this one.
 */
import type { StageConfig } from "../../../config.ts";
import { sumBy } from "../../../billing/measures/sum.ts";
import { goneWithinMs } from "../../machines/drain.ts";
import type { Machine } from "../../machines/phase.ts";
import { allowanceOf, without, type Allowance } from "./allowance.ts";
import { isSpent } from "./batch-budget.ts";
import { listens, unaffordable } from "./budgets.ts";
import { dearMachines } from "./dear-machines.ts";
import { demandOf, secondsOf } from "./demand.ts";
import type { Observation } from "./observation.ts";
import { decideOpenLaunches } from "./open-launches.ts";
import type { Drain, ModelPlan, Plan } from "./plan.ts";
import { buy } from "./purchase.ts";
import { demandReasons } from "./reasons/demand-reasons.ts";
import { messageLimit } from "./reasons/message-limit.ts";
import { startLimit } from "./reasons/start-limit.ts";
import { shortageOf } from "./sizing.ts";
import { supplyOf } from "./supply.ts";

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
  const { nowMs } = observation;
  const supply = supplyOf(model, observation, settings);
  const demand = demandOf(model, supply, observation, settings);
  const need = {
    ...shortageOf(demand, supply, nowMs, settings),
    messages: messageLimit(model, demand.work, observation),
    starts: startLimit(model, observation),
  };
  const { launch, market, offers, reasons } = buy(need, allowance, observation, settings);
  const have = supply.readyAtMs.length;
  return {
    model,
    openItems: sumBy(demand.all, (one) => one.openItems),
    openAudioSeconds: sumBy(demand.all, (one) => one.openAudioSeconds),
    workSeconds: secondsOf(demand),
    audioSecondsPerSecond: demand.pace.told,
    bootSeconds: supply.bootMs / 1000,
    have,
    want: have + need.missing,
    launch,
    market,
    pools: launch === 0 ? [] : offers,
    reasons: [...demandReasons(demand, supply, need, nowMs), ...reasons],
    held: demand.held,
  };
}
