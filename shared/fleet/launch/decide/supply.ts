/** The machines that one model can count on, and how long another one takes to boot. Pure. */
import type { StageConfig } from "../../../config.ts";
import type { Observation } from "./observation.ts";

/** Until enough boots have been measured, a slow boot is taken to last this many times a usual one. */
const slowBootFactor = 1.2;

export interface Supply {
  /** When each machine takes work: ready ones now, booting ones when they should be up. */
  readonly readyAtMs: readonly number[];
  /**
   * Seconds from a launch until the machine takes work: the usual time, and the time that nine in ten machines keep.
   */
  readonly bootMs: number;
  readonly slowBootMs: number;
}

export function supplyOf(model: string, observation: Observation, settings: StageConfig): Supply {
  const { measured } = observation;
  const bootSeconds = measured[model]?.boot_seconds ?? settings.worker.boot_seconds;
  const guess = Math.max(bootSeconds, settings.worker.boot_seconds) * slowBootFactor;
  const slowBootSeconds = measured[model]?.slow_boot_seconds ?? guess;
  const bootMs = bootSeconds * 1000;
  return {
    readyAtMs: [...listed(model, bootMs, observation), ...unlisted(model, bootMs, observation)],
    bootMs,
    slowBootMs: slowBootSeconds * 1000,
  };
}

const listed = (model: string, bootMs: number, { machines, nowMs }: Observation): readonly number[] =>
  machines
    .filter((machine) => machine.model === model)
    .filter(({ phase }) => phase === "ready" || phase === "booting")
    .map(({ phase, launchedMs }) => (phase === "ready" ? nowMs : Math.max(nowMs, launchedMs + bootMs)));

const unlisted = (model: string, bootMs: number, { coming, nowMs }: Observation): readonly number[] =>
  coming
    .filter((launch) => launch.model === model)
    .flatMap(({ unseen, askedMs }) =>
      Array.from({ length: unseen }, () => Math.max(nowMs, askedMs + bootMs)),
    );
