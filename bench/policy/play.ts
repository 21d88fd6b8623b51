/** One policy on one workload and one market: a row of the table. */
import type { StageConfig } from "../../shared/config.ts";
import type { Market } from "../../simulation/played/market.ts";
import { stageSettings, t4 } from "../../simulation/scenario.ts";
import type { EngineSpeed } from "../../simulation/played/simulated-engine.ts";
import { boundUsd, isCalm, turnarounds } from "./bound.ts";
import type { Job } from "./fleet-model.ts";
import { FleetModel } from "./fleet-model.ts";
import type { Hindsight } from "./policies/clairvoyant.ts";
import { hindsights } from "./policies/clairvoyant.ts";
import type { PolicyName } from "./policies/policies.ts";
import { policyNames, policyOf } from "./policies/policies.ts";
import { quantile } from "../../shared/billing/measures/quantile.ts";
import { machineTypes } from "./types.ts";
import type { Workload } from "./workloads.ts";
import { largeModel, modelId } from "./workloads.ts";

/** A day of one kind of work on one market. */
export interface Cell {
  readonly group: string;
  readonly market: Market;
  /** The machine types that the stage may buy, the first one first. */
  readonly types: readonly string[];
  readonly workload: Workload;
  /** Of the boots. */
  readonly seed: number;
}

export interface Row {
  /** One market and one workload: the same for every policy. */
  readonly scenario: string;
  readonly group: string;
  readonly market: string;
  readonly workload: string;
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
const limitS = 6 * 86_400;

/** Every policy on the same day. */
export function playCell(cell: Cell): readonly Row[] {
  const rows = policyNames.filter((name) => name !== "clairvoyant").map((name) => playRow(name, cell));
  const ours = rows.find(({ policy }) => policy === "ours_standard");
  if (ours === undefined) throw new Error("expected a row of our own");
  // Neither knows of machines of different pace.
  if (cell.types.length > 1) return rows;
  const bound = boundRow(ours);
  return [...rows, bestInHindsight(cell, ours), ...(bound === null ? [] : [bound])];
}

/** The cheapest of those that end no fewer clips in time than ours; else the one that ends the most. */
function bestInHindsight(cell: Cell, ours: Row): Row {
  const rows = hindsights.map((hindsight) => playRow("clairvoyant", cell, hindsight));
  const mostInTime = Math.max(...rows.map((row) => row.within_15_min));
  const asked = Math.min(mostInTime, ours.within_15_min);
  return rows
    .filter((row) => row.within_15_min >= asked)
    .reduce((best, row) => (row.cost_usd < best.cost_usd ? row : best));
}

export function playRow(name: PolicyName, cell: Cell, hindsight?: Hindsight): Row {
  const id = modelId(cell.workload.model);
  const engine = engines[id];
  if (engine === undefined) throw new Error(`expected an engine of ${id}`);
  const settings = settingsFor(id, engine.fullRate, cell.types);
  const jobs = jobsOf(cell.workload, settings);
  const policy = policyOf(name, id, settings, hindsight);
  const fleet = new FleetModel(cell.market, jobs, engine, policy, cell.seed);
  fleet.run(limitS);
  return rowOf(name, cell, fleet);
}

function jobsOf({ requests }: Workload, { speeds }: StageConfig): Job[] {
  return requests
    .toSorted((a, b) => a.atS - b.atS)
    .flatMap(({ atS, count, seconds, isFast = false }, batch) =>
      Array.from({ length: count }, () => ({
        batch,
        atS,
        seconds,
        isFast,
        deadlineS: atS + (isFast ? speeds.fast : speeds.standard).target_seconds,
        leftSeconds: seconds,
        doneS: null,
        receives: 0,
      })),
    );
}

function settingsFor(model: string, rate: number, types: readonly string[]): StageConfig {
  const settings = stageSettings();
  const [first] = settings.models;
  if (first === undefined) throw new Error("expected the simulated stage to serve a model");
  const [one, ...others] = types.length === 1 ? settings.instance_types : machineTypes(types);
  if (one === undefined) throw new Error("expected a machine type");
  return {
    ...settings,
    instance_types: [one, ...others],
    models: [{ ...first, id: model, audio_seconds_per_gpu_second: rate }],
  };
}

function rowOf(policy: PolicyName, { group, market, workload }: Cell, fleet: FleetModel): Row {
  const { jobs, machines, engine } = fleet;
  const all = turnarounds(jobs);
  const share = (seconds: number): number => all.filter((one) => one <= seconds).length / jobs.length;
  const cost = machines.reduce((sum, machine) => sum + fleet.costOf(machine), 0);
  const people = jobs.filter(({ isFast }) => isFast);
  return {
    scenario: `${market.name}/${workload.name}`,
    group,
    market: market.name,
    workload: workload.name,
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
const boundRow = (ours: Row): Row | null =>
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
