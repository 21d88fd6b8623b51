/** One policy on one workload and one market: a row of the table. */
import type { StageConfig } from "../../shared/config.ts";
import type { Market } from "../../simulation/market.ts";
import { stageSettings, t4 } from "../../simulation/scenario.ts";
import type { EngineSpeed } from "../../simulation/simulated-engine.ts";
import { boundUsd, isCalm, turnarounds } from "./bound.ts";
import { Clairvoyant, gapsS } from "./clairvoyant.ts";
import type { Job, Policy } from "./fleet-model.ts";
import { FleetModel } from "./fleet-model.ts";
import { Ours } from "./ours.ts";
import { BacklogPerAgent, ByHand, OnePerJob, TargetTracking } from "./peers.ts";
import { quantile } from "./quantile.ts";
import type { Workload } from "./workloads.ts";
import { largeModel, modelId } from "./workloads.ts";

export const policyNames = [
  "ours_fast",
  "ours_standard",
  "ours_economy",
  "ours_rescue",
  "one_per_job",
  "backlog_per_agent",
  "backlog_per_agent_tuned",
  "target_tracking",
  "by_hand",
  "clairvoyant",
] as const;
export type PolicyName = (typeof policyNames)[number];

export interface Row {
  readonly scenario: string;
  readonly market: string;
  readonly policy: PolicyName | "bound";
  readonly cost_usd: number;
  /** Null where EC2 takes machines back, for what it takes early is free. */
  readonly cost_over_bound: number | null;
  readonly p50_s: number | null;
  readonly p95_s: number | null;
  /** Of `fast` jobs beside others. */
  readonly people_p95_s: number | null;
  readonly within_15_min: number;
  readonly within_30_min: number;
  readonly boots: number;
  readonly boots_unused: number;
  readonly idle_s: number;
  readonly interruptions: number;
  readonly lost_s: number;
  readonly jobs: number;
  readonly jobs_lost: number;
}

/** Estimates of the large model, as the design has them. */
const engines: Readonly<Record<string, EngineSpeed>> = {
  ...t4,
  [largeModel]: { model: largeModel, slots: 16, fullRate: 3.3, latencyClips: 3, loadMs: 20_000 },
};
const standardS = 900;
const limitS = 6 * 86_400;

export function playRow(name: PolicyName, workload: Workload, market: Market, seed: number): Row {
  if (name !== "clairvoyant") return playOne(name, workload, market, seed, 0);
  const tried = gapsS.map((gapS) => playOne(name, workload, market, seed, gapS));
  return tried.reduce((best, row) => (row.cost_usd < best.cost_usd ? row : best));
}

function playOne(name: PolicyName, workload: Workload, market: Market, seed: number, gapS: number): Row {
  const id = modelId(workload.model);
  const engine = engines[id];
  if (engine === undefined) throw new Error(`expected an engine of ${id}`);
  const jobs = jobsOf(workload);
  const fleet = new FleetModel(market, jobs, engine, policyOf(name, id, engine, gapS), seed);
  fleet.run(limitS);
  return rowOf(name, workload, market, fleet, engine);
}

function jobsOf({ requests }: Workload): Job[] {
  return requests
    .toSorted((a, b) => a.atS - b.atS)
    .flatMap(({ atS, count, seconds, isFast }, batch) =>
      Array.from({ length: count }, () => ({
        batch,
        atS,
        seconds,
        isFast: isFast === true,
        deadlineS: atS + standardS,
        leftSeconds: seconds,
        doneS: null,
        receives: 0,
      })),
    );
}

function policyOf(name: PolicyName, model: string, engine: EngineSpeed, gapS: number): Policy {
  const settings = settingsFor(model, engine.fullRate);
  const rescue = { ...settings, rescue: { max_instances: 4 } };
  switch (name) {
    case "ours_fast":
      return new Ours({ name, settings, model, speed: "fast" });
    case "ours_standard":
      return new Ours({ name, settings, model, speed: "standard" });
    case "ours_economy":
      return new Ours({ name, settings, model, speed: "economy" });
    case "ours_rescue":
      return new Ours({ name, settings: rescue, model, speed: "standard" });
    case "one_per_job":
      return new OnePerJob();
    case "backlog_per_agent":
      return new BacklogPerAgent(name, 300, 600);
    case "backlog_per_agent_tuned":
      return new BacklogPerAgent(name, 0, 60);
    case "target_tracking":
      return new TargetTracking();
    case "by_hand":
      return new ByHand();
    case "clairvoyant":
      return new Clairvoyant(gapS);
  }
}

function settingsFor(model: string, rate: number): StageConfig {
  const settings = stageSettings();
  const [first] = settings.models;
  if (first === undefined) throw new Error("expected the simulated stage to serve a model");
  return { ...settings, models: [{ ...first, id: model, audio_seconds_per_gpu_second: rate }] };
}

function rowOf(
  policy: PolicyName,
  workload: Workload,
  market: Market,
  fleet: FleetModel,
  engine: EngineSpeed,
): Row {
  const { jobs, machines } = fleet;
  const all = turnarounds(jobs);
  const share = (seconds: number): number => all.filter((one) => one <= seconds).length / jobs.length;
  const cost = machines.reduce((sum, machine) => sum + fleet.costOf(machine), 0);
  const people = jobs.filter(({ isFast }) => isFast);
  return {
    scenario: workload.name,
    market: market.name,
    policy,
    cost_usd: cost,
    cost_over_bound: isCalm(market) ? cost / boundUsd(jobs, engine, market) : null,
    p50_s: quantile(all, 0.5),
    p95_s: quantile(all, 0.95),
    people_p95_s: quantile(turnarounds(people), 0.95),
    within_15_min: share(900),
    within_30_min: share(1800),
    boots: machines.length,
    boots_unused: machines.filter(({ jobsDone, running }) => jobsDone === 0 && running.length === 0).length,
    idle_s: machines.reduce((sum, { idleS }) => sum + idleS, 0),
    interruptions: fleet.interruptions,
    lost_s: fleet.lostS,
    jobs: jobs.length,
    jobs_lost: jobs.length - all.length,
  };
}

/** The bound as a policy of its own, at the turnarounds of ours. */
export const boundRow = (ours: Row): Row | null =>
  ours.cost_over_bound === null
    ? null
    : {
        ...ours,
        policy: "bound",
        cost_usd: ours.cost_usd / ours.cost_over_bound,
        cost_over_bound: 1,
        boots_unused: 0,
        idle_s: 0,
      };
