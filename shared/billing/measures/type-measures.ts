/** What is known of a machine type's pace and boots with a model, measured or guessed. Pure. */
import type { StageConfig } from "../../config.ts";
import { paceRatio } from "../../contract/machine-types.ts";
import type { MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { typeNamed } from "../prices.ts";

export type Measured = MeasuresRecord["models"][string] | undefined;

/** Seconds of audio that a machine makes in a second. */
export interface TypePace {
  readonly audioSecondsPerSecond: number;
  /**
   * `scaled`: measured on another type, and scaled by what the configuration guesses of both. `guess`: no machine has
   * measured anything yet.
   */
  readonly basis: "measured" | "scaled" | "guess";
}

/** The configuration's guess: of the type, or else of the model, which is taken to be that of the first type. */
export function guessedPace(model: string, instanceType: string, settings: StageConfig): number {
  const own = typeNamed(instanceType, settings).audio_seconds_per_gpu_second[model];
  if (own !== undefined) return own;
  const guess = settings.models.find(({ id }) => id === model)?.audio_seconds_per_gpu_second ?? 1;
  return guess * paceRatio(instanceType, settings.instance_types[0].type);
}

/** @param measuredPace of a type's machines; null: they have not measured it yet */
export function paceOfType(
  model: string,
  instanceType: string,
  measuredPace: (instanceType: string) => number | null,
  settings: StageConfig,
): TypePace {
  const own = measuredPace(instanceType);
  if (own !== null) return { audioSecondsPerSecond: own, basis: "measured" };
  const guess = guessedPace(model, instanceType, settings);
  for (const { type } of settings.instance_types) {
    const other = measuredPace(type);
    if (other === null) continue;
    const audioSecondsPerSecond = other * (guess / guessedPace(model, type, settings));
    return { audioSecondsPerSecond, basis: "scaled" };
  }
  return { audioSecondsPerSecond: guess, basis: "guess" };
}

/** What the ledgers say. Before they told machine types apart, all figures were those of the stage's only type. */
export const writtenPace =
  (measured: Measured, { instance_types: [first, ...others] }: StageConfig) =>
  (instanceType: string): number | null => {
    if (measured === undefined) return null;
    const own = measured.types[instanceType]?.audio_seconds_per_second ?? null;
    const isOnlyType = others.length === 0 || Object.keys(measured.types).length === 0;
    return own ?? (isOnlyType && instanceType === first.type ? measured.audio_seconds_per_second : null);
  };

/** A type that has not shown its boots is taken to boot as the model's machines do. */
export const bootsOfType = (
  measured: Measured,
  instanceType: string,
): Pick<NonNullable<Measured>, "boot_seconds" | "slow_boot_seconds"> => {
  const own = measured?.types[instanceType];
  return {
    boot_seconds: own?.boot_seconds ?? measured?.boot_seconds ?? null,
    slow_boot_seconds: own?.slow_boot_seconds ?? measured?.slow_boot_seconds ?? null,
  };
};
