/**
 * The fleet's only policy: it takes an observation and answers with a plan and its reasons. Pure. The launcher, the dry
 * run, the simulator and the bench all call it.
 * It decides in this order, and each step has a file beside this one:
 * - drains: which machines must leave (too dear, or no longer paid for by a budget);
 * - allowance: how many machines may be bought at all;
 * - supply, for each model: the machines that exist and those being launched;
 * - demand: what is due and by when, as far as each batch's own budget pays for it;
 * - sizing, for each machine type: the fewest more machines that meet every deadline, and how long their launch may wait;
 * - choice: the machine type whose second of audio costs least and that is in time;
 * - purchase: spot, or else a rescue, with the limits that bind it;
 * - open launches: those whose outcome is not known.
 */
import type { MachineType, StageConfig } from "../../../config.ts";
import { sumBy } from "../../../billing/measures/sum.ts";
import { isSpent } from "../../../interlock/open-work.ts";
import { goneWithinMs } from "../../machines/drain.ts";
import type { Machine } from "../../machines/phase.ts";
import { allowanceOf, without, type Allowance } from "./buy/allowance.ts";
import type { Option, Proposal } from "./buy/choice.ts";
import { listens, unaffordable } from "./budgets.ts";
import { dearMachines } from "./dear-machines.ts";
import { demandOf, secondsOf } from "./demand.ts";
import type { Observation } from "./observation.ts";
import { decideOpenLaunches } from "./open-launches.ts";
import { pacesOf } from "./paces.ts";
import type { Drain, ModelPlan, Plan } from "./plan.ts";
import { buy } from "./buy/purchase.ts";
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

/** Where both apply, the budget's order is given: it leaves the machine less time. */
const except = (dear: readonly Drain[], unpaid: readonly Drain[]): readonly Drain[] =>
  dear.filter(({ instanceId }) => !unpaid.some((one) => one.instanceId === instanceId));

/** A machine that is told to leave is no capacity from now on: others must do the work that it leaves. */
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

/** When headroom is short, the model with the earliest deadline is served first. */
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
  const paces = pacesOf(model, observation, settings);
  /** @param launching how many machines this tick launches, as far as that is decided */
  const purchaseWhen = (launching: number): Proposal => {
    const optionOf = ({ type: instanceType }: MachineType): Option => {
      const supply = supplyOf(model, instanceType, paces, observation, settings);
      const demand = demandOf({ model, instanceType, paces, supply, launching }, observation, settings);
      const need = {
        ...shortageOf(demand, supply, nowMs, settings),
        messages: messageLimit(model, demand.work, observation),
        starts: startLimit(model, observation),
      };
      return { instanceType, supply, demand, need };
    };
    const [first, ...others] = settings.instance_types;
    return buy([optionOf(first), ...others.map(optionOf)], allowance, observation, settings);
  };
  const wanted = purchaseWhen(0);
  // A batch that cannot bear its share of these boots is held before they begin, and then fewer may do.
  const { option, launch, market, offers, reasons } =
    wanted.launch === 0 ? wanted : purchaseWhen(wanted.launch);
  const { instanceType, supply, demand, need } = option;
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
    instanceType,
    pools: launch === 0 ? [] : offers,
    reasons: [...demandReasons(demand, supply, need, nowMs), ...reasons],
    held: demand.held,
  };
}
