/** What a run of the simulation consists of. */
import type { StageConfig } from "../shared/config.ts";
import { parseStageConfig } from "../shared/config.ts";
import type { HazardPlan } from "./faults/hazards.ts";
import type { Market } from "./played/market.ts";
import type { Noise } from "./faults/noisy-queues.ts";
import type { ReceiverKind } from "./played/receivers.ts";
import type { EngineSpeed } from "./played/simulated-engine.ts";
import type { Order } from "./played/workload.ts";

/** What happens to the fleet, in addition to the market and the hazards. */
export type Happening =
  /** EC2 takes a running machine, with notice. */
  | { readonly kind: "interrupt"; readonly atMs: number }
  /** EC2 takes a running machine without notice: one that is not ready yet, if there is one. */
  | { readonly kind: "reclaim"; readonly atMs: number }
  /** EC2 recommends a rebalance for all machines of a zone. */
  | { readonly kind: "advise"; readonly atMs: number }
  /** An agent dies without notice. */
  | { readonly kind: "kill"; readonly atMs: number }
  /** An operator stops everything, and opens the service again later. */
  | {
      readonly kind: "stop";
      readonly atMs: number;
      readonly forMs: number;
      /** In the middle of the next launch. */
      readonly inLaunch: boolean;
      /** EC2's answer to that launch is lost. */
      readonly losesAnswer: boolean;
    }
  /** EC2 refuses the next launch for a reason that only a person can fix. */
  | { readonly kind: "refuse"; readonly atMs: number };

/** Everything that a run depends on: the same scenario always plays the same way. */
export interface Scenario {
  readonly seed: number;
  /** When it begins. A day's budget ends at midnight (UTC). */
  readonly startMs: number;
  readonly settings: StageConfig;
  readonly market: Market;
  readonly orders: readonly Order[];
  /** Where the person who submits wants to be told of what happens. */
  readonly receivers: readonly ReceiverKind[];
  readonly happenings: readonly Happening[];
  readonly hazards: HazardPlan;
  readonly noise: Noise;
  /** By model, on the stage's first machine type. */
  readonly engines: Readonly<Record<string, EngineSpeed>>;
  /** By machine type: how many times as fast its engines are; absent: once. */
  readonly typeSpeeds?: Readonly<Record<string, number>>;
  /** The shortest and the longest time from the launch to the start of the agent. */
  readonly bootMs: readonly [number, number];
  readonly noticeMs: number;
  readonly brokenShare: number;
  readonly listDelayMs: number;
  readonly lostEvents: number;
  /** Everything must have ended this long after the last order and the last fault. */
  readonly timeToEndMs: number;
  /** The run goes on until this time, even if everything has ended. */
  readonly lengthMs: number;
}

/** 2026-01-01T00:00:00Z */
export const newYearMs = 1_767_225_600_000;

export const models = {
  small: "facebook/musicgen-small",
  medium: "facebook/musicgen-medium",
} as const;

/** A stage as a user would configure it. @param change of the parsed stage */
export function stageSettings(change: Partial<StageConfig> = {}): StageConfig {
  const model = (id: string, rate: number) => ({
    id,
    display_name: id,
    source: id,
    licence: "CC-BY-NC-4.0",
    audio_seconds_per_gpu_second: rate,
    max_duration_seconds: 30,
  });
  const parsed = parseStageConfig(
    JSON.stringify({
      region: "eu-central-1",
      bucket: "musicgen-batch-simulated",
      ami_id: "ami-0123456789abcdef0",
      zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
      models: [model(models.small, 28), model(models.medium, 6.2)],
      limits: { max_instances: 8 },
      budgets: { day_usd: 1000, month_usd: 10_000 },
      speeds: {},
      worker: {},
    }),
    "the simulated stage",
  );
  return { ...parsed, ...change };
}

/** Estimates for a T4, as the design has them; none was measured on one. */
export const t4: Readonly<Record<string, EngineSpeed>> = {
  [models.small]: { model: models.small, slots: 44, fullRate: 28, latencyClips: 8, loadMs: 20_000 },
  [models.medium]: { model: models.medium, slots: 24, fullRate: 6.2, latencyClips: 5, loadMs: 20_000 },
};

const hourMs = 3_600_000;

/** A day with a T4's boots and pace, on which nothing fails and nobody interferes. */
export const plainDay = (seed: number): Omit<Scenario, "market" | "orders"> => ({
  seed,
  startMs: newYearMs,
  settings: stageSettings(),
  receivers: [],
  happenings: [],
  hazards: {
    seed,
    rate: 0,
    kinds: [],
    outages: [],
    calmFromMs: 0,
    maxLatencyMs: 0,
    maxSkewMs: 0,
    maxDelayMs: 0,
    leftOut: 0,
  },
  noise: { seed, late: 0, twice: 0, atMostLateMs: 0 },
  engines: t4,
  bootMs: [130_000, 220_000],
  noticeMs: 120_000,
  brokenShare: 0,
  listDelayMs: 2000,
  lostEvents: 0,
  // A drought of hours is no fault of the fleet.
  timeToEndMs: 48 * hourMs,
  lengthMs: 0,
});
