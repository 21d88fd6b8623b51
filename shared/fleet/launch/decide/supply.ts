/** The machines that one model can count on, and how long another one takes to boot. Pure. */
import type { StageConfig } from "../../../config.ts";
import { bootsOfType } from "../../../billing/measures/type-measures.ts";
import type { Observation } from "./observation.ts";
import type { Paces } from "./paces.ts";

/** Until enough boots have been measured, a slow boot is taken to last this many times a usual one. */
const slowBootFactor = 1.2;

export interface Supply {
  /** When each machine takes work: ready ones now, booting ones when they should be up. */
  readonly readyAtMs: readonly number[];
  /** How much each of them makes, measured in machines of the type that is planned with. */
  readonly rates: readonly number[];
  /**
   * Seconds from a launch until the machine takes work: the usual time, and the time that nine in ten machines keep.
   */
  readonly bootMs: number;
  readonly slowBootMs: number;
}

/** The machines of a model as they look beside new machines of one type. */
export function supplyOf(
  model: string,
  instanceType: string,
  paces: Paces,
  observation: Observation,
  settings: StageConfig,
): Supply {
  const boots = (type: string): ReturnType<typeof bootsOf> => bootsOf(model, type, observation, settings);
  const serving = [...listed(model, boots, observation), ...unlisted(model, boots, observation)];
  const pace = paces(instanceType).planned;
  return {
    readyAtMs: serving.map(({ readyMs }) => readyMs),
    rates: serving.map((machine) => paces(machine.instanceType).planned / pace),
    ...boots(instanceType),
  };
}

function bootsOf(
  model: string,
  instanceType: string,
  { measured }: Observation,
  { worker }: StageConfig,
): { readonly bootMs: number; readonly slowBootMs: number } {
  const shown = bootsOfType(measured[model], instanceType);
  const bootSeconds = shown.boot_seconds ?? worker.boot_seconds;
  const guess = Math.max(bootSeconds, worker.boot_seconds) * slowBootFactor;
  return { bootMs: bootSeconds * 1000, slowBootMs: (shown.slow_boot_seconds ?? guess) * 1000 };
}

interface Serving {
  readonly instanceType: string;
  readonly readyMs: number;
}
type Boots = (instanceType: string) => { readonly bootMs: number };

const listed = (model: string, boots: Boots, { machines, nowMs }: Observation): readonly Serving[] =>
  machines
    .filter((machine) => machine.model === model)
    .filter(({ phase }) => phase === "ready" || phase === "booting")
    .map(({ phase, launchedMs, instanceType }) => ({
      instanceType,
      readyMs: phase === "ready" ? nowMs : Math.max(nowMs, launchedMs + boots(instanceType).bootMs),
    }));

const unlisted = (model: string, boots: Boots, { coming, nowMs }: Observation): readonly Serving[] =>
  coming
    .filter((launch) => launch.model === model)
    .flatMap(({ unseen, askedMs, instanceType }) =>
      Array.from({ length: unseen }, () => ({
        instanceType,
        readyMs: Math.max(nowMs, askedMs + boots(instanceType).bootMs),
      })),
    );
