/**
 * Pauses a model's launches after a few machines failed to start, because each of them costs money. The reason names
 * the cause. Pure.
 */
import type { StartFailureCode } from "../../../../contract/start-failure.ts";
import { unseenOf, type Observation } from "../observation.ts";
import type { Limit } from "../plan.ts";
import { clockTime, counted } from "../../../../contract/sentences.ts";
import type { Machine } from "../../../machines/phase.ts";
import type { FailedStart } from "../../../../billing/measures/failed-starts.ts";

/** Two failures with the same cause are enough to pause. With unknown causes it takes one more. */
const mostOfOneCause = 2;
const mostOfAnyCause = 3;
const pauseMs = 30 * 60_000;

export interface Pause {
  readonly untilMs: number;
  readonly detail: string;
  readonly latest: FailedStart;
}

/** @param failed the latest machines of a model; none of them has started */
export function pauseOf(failed: readonly FailedStart[]): Pause | null {
  const latest = failed.at(-1);
  if (latest === undefined || !isPattern(failed)) return null;
  const machines = counted(failed.length, "machine");
  return {
    untilMs: Date.parse(latest.failed_at) + pauseMs,
    detail: `${machines} failed to start. Last error: ${inWords(latest)}`,
    latest,
  };
}

function isPattern(failed: readonly FailedStart[]): boolean {
  const [first, ...others] = failed.slice(-mostOfOneCause).map(({ failure }) => failure?.code);
  const isOneCause = others.length === mostOfOneCause - 1 && others.every((code) => code === first);
  return failed.length >= mostOfAnyCause || (first !== undefined && isOneCause);
}

/** After the pause one machine may try. Others wait until that one has started or failed. */
export function startLimit(model: string, observation: Observation): Limit | null {
  const { machines, coming, nowMs } = observation;
  const pause = pauseOf(failedOf(model, observation));
  if (pause === null) return null;
  const trying = machines.filter((machine) => machine.model === model && isTrying(machine));
  const isPaused = nowMs < pause.untilMs;
  return {
    reason: "breaker",
    most: isPaused ? 0 : Math.max(0, 1 - trying.length - unseenOf(model, coming)),
    detail: isPaused
      ? `launches paused until ${clockTime(pause.untilMs, nowMs)}: ${pause.detail}`
      : `one machine at a time: ${pause.detail}`,
  };
}

/** One that is ready still shows that it has started when it receives a message. */
const isTrying = ({ phase, messagesReceived }: Machine): boolean =>
  phase === "booting" || (phase === "ready" && messagesReceived === 0);

/** The failed starts in the measures, and those that the heartbeats tell of before the reaper has written them down. */
function failedOf(
  model: string,
  { measured, machines, forgivenMs, nowMs }: Observation,
): readonly FailedStart[] {
  const written = measured[model]?.failed ?? [];
  const ids = new Set(written.map(({ instance_id }) => instance_id));
  const told = machines
    .filter((machine) => machine.model === model && !ids.has(machine.instanceId))
    .filter(({ failure, unusedEnd }) => failure !== null || unusedEnd === "died")
    .map(({ instanceId, failure }) => ({
      instance_id: instanceId,
      failed_at: new Date(nowMs).toISOString(),
      failure,
    }));
  return notForgiven([...written, ...told], forgivenMs);
}

/** @param forgivenMs until this time an operator has fixed the cause */
export const notForgiven = (failed: readonly FailedStart[], forgivenMs: number): readonly FailedStart[] =>
  failed.filter(({ failed_at }) => Date.parse(failed_at) > forgivenMs);

const inWords = ({ failure }: FailedStart): string =>
  failure === null
    ? `no cause was reported; ${console}`
    : `${failure.detail.replace(/[.\s]+$/, "")} (${failure.code}); ${whereToLook[failure.code]}`;

const console = "see console_tail in GET /v1/capacity";
const whereToLook: Readonly<Record<StartFailureCode, string>> = {
  model_not_found: "check the model's source in the stage's configuration",
  bad_model: "check the files at the model's source",
  out_of_memory: "the model needs an instance type with more memory",
  no_device: `check the image's GPU driver; ${console}`,
  disk: `check the image's disk; ${console}`,
  internal: console,
  engine_crashed: console,
  config_unreadable: "deploy the stage again: its launch template is of another version",
  access_denied: "check that the worker's role may use the bucket and the queues",
};
