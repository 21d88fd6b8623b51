/** How fast each machine type makes a model's audio: the pace that is told, and the one to plan with. Pure. */
import type { StageConfig } from "../../../config.ts";
import { upperQuantile } from "../../../billing/measures/quantile.ts";
import { paceOfType, writtenPace } from "../../../billing/measures/type-measures.ts";
import type { Observation } from "./observation.ts";

/**
 * The configuration's guess at a model's pace may be too high by this factor. Until finished clips have shown the real
 * pace, work is planned as if it took this much longer. The extra cost is some boots, for the first batch only.
 */
const guessDoubt = 5;

/** Seconds of audio that a machine makes in a second. */
export interface Pace {
  /** Measured on finished clips; before the first ones, the configuration's guess. */
  readonly told: number;
  /** The pace to plan with. */
  readonly planned: number;
}
export type Paces = (instanceType: string) => Pace;

/** A machine's own figures count at once, even before the reaper has written them down. */
export function pacesOf(model: string, { measured, machines }: Observation, settings: StageConfig): Paces {
  const written = writtenPace(measured[model], settings);
  const live = (instanceType: string): readonly number[] =>
    machines
      .filter((machine) => machine.model === model && machine.instanceType === instanceType)
      .flatMap(({ audioSecondsPerSecond: pace }) => (pace === null ? [] : [pace]));
  const shown = (type: string): number | null => written(type) ?? upperQuantile(live(type), 0.5);
  return (instanceType) => {
    const { audioSecondsPerSecond: told, basis } = paceOfType(model, instanceType, shown, settings);
    return { told, planned: basis === "guess" ? told / guessDoubt : told };
  };
}
